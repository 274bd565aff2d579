/**
 * What an operation costs, for the guards of a gateway (`@cost`, `@listSize`): a row of the answer is 1, which is what a guard
 * takes an object for unasked, and an upstream call outweighs a hundred rows.
 */
export const CALL_COST = 100;

/** Ten devices share a call. */
export const DEVICE_COST = CALL_COST / 10;

/** How many rows a guard has to reckon with where nothing in the operation says it. */
export const ROWS_ASSUMED = { devices: 100, sessions: 100, days: 30 } as const;
