// A file of its own: the check decides, and this remembers what was logged.
import type { Clock } from '../../domain/clock.ts';
import type { Log } from '../../log.ts';

/** Logs why a token was refused. A reason says which claim is wrong, and contains nothing of the token. */
export type LogRefusedToken = (reason: string) => void;

/** Misconfigured callers may send the same token all the time, so the same reason is logged at most once a minute. */
const LOG_EVERY_MS = 60_000;

/** Creates a log of tokens whose signature is valid but which this server does not accept. */
export function createTokenLog(log: Log, clock: Pick<Clock, 'monotonic'>): LogRefusedToken {
  const loggedAtMs = new Map<string, number>();
  return (reason) => {
    const nowMs = clock.monotonic();
    if (nowMs - (loggedAtMs.get(reason) ?? -Infinity) < LOG_EVERY_MS) return;
    loggedAtMs.set(reason, nowMs);
    log.info({ reason }, 'a token was refused');
  };
}
