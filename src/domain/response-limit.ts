// A file of its own: what is too large is found before an operation runs and for each list while it runs.
import { ReportError } from './errors.ts';

const INSTEAD =
  'Ask for fewer rows, fields or aliases at once: use first, and after where the list has pages, or the download of an asynchronous report.';

/** Returns ANSWER_TOO_LARGE for a list that would make the response larger than `limit` bytes. */
export function toListTooLarge(limit: number): ReportError {
  return toTooLarge(`With this list the response would have more than ${limit} bytes, so the list is left out.`, limit);
}

/** Returns ANSWER_TOO_LARGE if a response can have more than `limit` bytes even if all its lists are empty, else null. */
export function checkResponseSize(bytes: number, limit: number): ReportError | null {
  if (bytes <= limit) return null;
  return toTooLarge(`The response could have ${bytes} bytes without its lists, and the maximum is ${limit}.`, limit);
}

function toTooLarge(fault: string, limit: number): ReportError {
  return new ReportError('ANSWER_TOO_LARGE', `${fault} ${INSTEAD}`, { limit });
}
