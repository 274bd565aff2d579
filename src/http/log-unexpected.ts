// A file of its own: everything that answers requests logs defects through it.
import type { Log } from '../log.ts';

/** Logs something that should not happen, with what is known about it. Returns the id of the log line. */
export type LogUnexpected = (known: Readonly<Record<string, unknown>>, happened: string) => string;

/** Each line gets a new id. It may be shown to anyone, because it reveals nothing but where to look. */
export function createLogUnexpected(log: Log, newId: () => string): LogUnexpected {
  return (known, happened) => {
    const errorId = newId();
    log.error({ ...known, errorId }, happened);
    return errorId;
  };
}
