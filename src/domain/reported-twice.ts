import type { DeviceErrorText, Usage } from './device-usage.ts';

/**
 * Merges two usages of one device, in any order: a known value replaces null, and the larger of two known values is used, because
 * values only grow while they settle. The store does the same in SQL (`device-rows.ts`).
 */
export function mergeUsage(one: Usage, other: Usage): Usage {
  return {
    numberOfSessions: toLarger(one.numberOfSessions, other.numberOfSessions),
    bytesTransferred: toLarger(one.bytesTransferred, other.bytesTransferred),
  };
}

/**
 * Chooses one of two errors of one device, in any order: the longer one, which says more, or the first in byte order if both are
 * equally long. The store does the same in SQL (`device-rows.ts`).
 */
export function chooseError<T extends DeviceErrorText>(one: T, other: T): T {
  const [text, otherText] = [toErrorJson(one), toErrorJson(other)];
  const [length, otherLength] = [countCharacters(text), countCharacters(otherText)];
  if (length !== otherLength) return length > otherLength ? one : other;
  return Buffer.compare(Buffer.from(text), Buffer.from(otherText)) <= 0 ? one : other;
}

/** Returns an error as it is stored, as JSON. */
export function toErrorJson({ errorMessage, errorResponse }: DeviceErrorText): string {
  return JSON.stringify({ errorMessage, errorResponse });
}

function toLarger(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

/** Counts code points, as LENGTH does in SQL. */
function countCharacters(text: string): number {
  return Array.from(text).length;
}
