import { GraphQLError } from 'graphql';
import { builder } from './builder.ts';

builder.scalarType('IMEI', {
  description:
    'The number that identifies a cellular device: a string of exactly 15 digits, including leading zeros, such as "709312034493372". ' +
    'The check digit is not validated.',
  serialize: neverReturned,
  parseValue: asSent,
});

builder.scalarType('AccountNumber', {
  description:
    'The number of a billing account: a string of 1-64 letters, digits and "-", including leading zeros, such as "0844021539-00001".',
  serialize: neverReturned,
  parseValue: asSent,
});

builder.scalarType('ReportDate', {
  description:
    'Start or end of a window: an ISO 8601 date ("2026-05-31", the whole day in UTC), a date-time ("2026-05-31T08:00:00Z"; UTC if it has ' +
    'no offset), or a ThingSpace keyword in capitals. "LAST_WEEK" is the one keyword that has been seen in public. Others are sent to ' +
    'ThingSpace unchanged, too, and ThingSpace may reject them; what a keyword means is up to ThingSpace. Use the same keyword for start ' +
    'and end. A window spans at most 180 days, and starts at most 180 days ago. ThingSpace has no older data.',
  serialize: asChecked,
  parseValue: asSent,
});

builder.scalarType('Date', {
  description:
    'An ISO 8601 calendar day, such as "2026-05-31". Which time zone it is a day of, the field or argument says.',
  serialize: asChecked,
  parseValue: asSent,
});

builder.scalarType('DateTime', {
  description:
    'Date and time with an offset (RFC 3339), such as "2026-05-31T08:00:00Z". ' +
    'A time that ThingSpace sends without an offset is read as UTC.',
  serialize: asChecked,
  parseValue: neverSent,
});

builder.scalarType('SafeInt', {
  description:
    'An exact integer from 0 to 2^53-1, as a JSON number. Bytes and seconds can exceed Int, which ends at 2^31-1.',
  serialize: asChecked,
  parseValue: asSent,
});

/** Returns a moment in epoch milliseconds as a DateTime in UTC. */
export function toDateTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

function asSent(value: unknown): unknown {
  return value;
}

/** Values are checked once, when they are read from ThingSpace: checking them again here would cost more than the row. */
function asChecked<T>(value: T): T {
  return value;
}

function neverReturned(): never {
  throw new GraphQLError('This scalar is for arguments only. Results use ID instead.');
}

function neverSent(): never {
  throw new GraphQLError('This scalar is for results only. No argument uses it.');
}
