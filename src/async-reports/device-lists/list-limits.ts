// A file of its own: what is read, what is promised and what is documented are the same limits.

/** A million lines of an IMEI in quotes and a line break, and room for duplicates. */
export const MAX_LIST_BYTES = 32 * 2 ** 20;
/** A list that arrives more slowly is given up: a million lines may take eight minutes. */
export const MIN_BYTES_PER_SECOND = 32 * 2 ** 10;
/** Lists that a caller may have at once, and all callers together. */
export const MAX_LISTS_PER_PRINCIPAL = 10;
export const MAX_LISTS = 200;
