// A file of its own: the receiver and the download links compare secrets the same way.
import { hash, timingSafeEqual } from 'node:crypto';

/** Whether two texts are equal, in a time that does not reveal where they differ. */
export function isSameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', expected, 'buffer'));
}
