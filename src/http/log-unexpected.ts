// A file of its own: everything that answers requests logs defects through it.
import type { Log } from '../log.ts';

/** Logs what should not have happened, with what is known of it, and gives the id by which that line is found. */
export type LogUnexpected = (known: Readonly<Record<string, unknown>>, happened: string) => string;

/** Each line gets an id of its own, which may be told to anybody: it says nothing but where to look. */
export function createLogUnexpected(log: Log, newId: () => string): LogUnexpected {
  return (known, happened) => {
    const errorId = newId();
    log.error({ ...known, errorId }, happened);
    return errorId;
  };
}
