// A file of its own: the receiver and the download links compare secrets the same way.
import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether two texts are equal, in a time that does not reveal where they differ. */
export function isSameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(toDigest(given), toDigest(expected));
}

function toDigest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
