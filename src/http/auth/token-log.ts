// A file of its own: the check decides, and this remembers what was logged.
import type { Clock } from '../../domain/clock.ts';
import { createOncePerMinute } from '../../domain/once-per-minute.ts';
import type { Log } from '../../log.ts';

/** Logs why a token was refused. A reason says which claim is wrong, and contains nothing of the token. */
export type LogRefusedToken = (reason: string) => void;

/**
 * Creates a log of tokens whose signature is valid but which this server does not accept. Misconfigured callers may send the same token
 * all the time, so the same reason is logged at most once a minute.
 */
export function createTokenLog(log: Log, clock: Pick<Clock, 'monotonic'>): LogRefusedToken {
  const mayLog = createOncePerMinute(clock);
  return (reason) => {
    if (mayLog(reason)) log.info({ reason }, 'a token was refused');
  };
}
