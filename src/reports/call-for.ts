import { ReportError } from '../domain/errors.ts';
import type { Caller } from './operation.ts';

/** How one upstream call is made for those who wait for it. */
export interface CallFor {
  /** Aborts when the last of them has gone; null where the call is made whoever waits. */
  readonly signal: AbortSignal | null;
  /** Who takes the turn upstream. */
  readonly owner: object;
  readonly onRetry: () => void;
}

/** Those who wait for one call, as they are when it ends. */
export type Waiting = () => ReadonlySet<Caller>;

/** Makes a call and adds what it cost to all who wait for it by its end. Throws what the call throws. */
export async function callFor<T>(
  waiting: Waiting,
  signal: AbortSignal | null,
  monotonic: () => number,
  call: (options: CallFor) => Promise<T>,
): Promise<T> {
  const startedAtMs = monotonic();
  let retried = 0;
  let isSent = true;
  const owner = findPatient(waiting());
  if (owner !== null) owner.turnsTaken += 1;
  try {
    return await call({ signal, owner: owner?.cost ?? {}, onRetry: () => (retried += 1) });
  } catch (error) {
    isSent = retried > 0 || !(error instanceof ReportError) || error.details.notAsked !== true;
    throw error;
  } finally {
    if (owner !== null) owner.turnsTaken -= 1;
    const callers = waiting();
    const milliseconds = Math.round(monotonic() - startedAtMs);
    for (const { cost } of callers) {
      cost.calls += isSent ? 1 : 0;
      cost.shared += isSent && callers.size > 1 ? 1 : 0;
      cost.retried += retried;
      cost.milliseconds += milliseconds;
    }
  }
}

/** Who takes the fewest turns: one device does not wait behind the thousand of another caller that its call has a device of. */
function findPatient(callers: ReadonlySet<Caller>): Caller | null {
  let patient: Caller | null = null;
  for (const caller of callers) {
    if (patient === null || caller.turnsTaken < patient.turnsTaken) patient = caller;
  }
  return patient;
}
