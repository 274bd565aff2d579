import type { OperationContext } from '../src/context.ts';
import { hasControlCharacter } from '../src/domain/control-characters.ts';
import type { InputFault } from '../src/domain/errors.ts';

const MAX_KEY_LENGTH = 255;
/** Stands in the path of a fault for the argument, which was not sent. */
const HEADER = 'Idempotency-Key header';

/** Returns the key from the input or the header, or null if neither was sent. Adds a fault if it is not valid, or if the two differ. */
export function parseIdempotencyKey(
  sent: string | null | undefined,
  { idempotencyKey: inHeader }: OperationContext,
  faults: InputFault[],
): string | null {
  const key = sent ?? inHeader;
  if (key === null) return null;
  const argumentPath = sent === null || sent === undefined ? [HEADER] : ['input', 'idempotencyKey'];
  if (key.length > MAX_KEY_LENGTH || key.trim() === '' || hasControlCharacter(key)) {
    const message =
      `This is not a valid idempotency key. Send 1 to ${MAX_KEY_LENGTH} characters without control characters, ` +
      'such as a UUID.';
    faults.push({ argumentPath, message });
  }
  if (inHeader !== null && key !== inHeader) {
    const message = 'The Idempotency-Key header has a different key. Send the key in one of the two places.';
    faults.push({ argumentPath, message });
  }
  return key;
}
