export const START_DATE =
  'Where the window begins; the platform decides where it is left out. At most 180 days before the end.';
export const END_DATE =
  'Where the window ends, a date with its whole day in UTC; the platform decides where it is left out. Not before the start, ' +
  'at most 180 days ago.';
export const DURATION_LOW = 'Leaves out sessions that are shorter, in seconds; 0 or more, not over durationHigh.';
export const DURATION_HIGH = 'Leaves out sessions that are longer, in seconds; 0 or more.';
export const ACCOUNT_NUMBER =
  'The account to report on; the configured one (THINGSPACE_ACCOUNT_NUMBER) where it is left out.';
