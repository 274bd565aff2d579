// A file of its own: filters, idempotency keys and transaction ids must not contain any.
/** Whether a text has control characters. Half a surrogate pair counts, too, because UTF-8 cannot encode it. */
export function hasControlCharacter(text: string): boolean {
  return /[\p{Cc}\p{Cs}]/u.test(text);
}
