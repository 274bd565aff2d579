// A file of its own, because crypto.randomUUID() is missing on pages that are neither local nor on https.

/** A random text of 32 hexadecimal digits, as an idempotency key. */
export function createKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
