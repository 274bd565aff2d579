import { ReportError } from '../../domain/errors.ts';
import { callFor, type CallFor, untilAborted, type Caller } from '../operation.ts';

/** Calls that several operations wait for: who asks for what is already on its way gets the same answer. */
export interface CoalescedCalls<T> {
  /** Throws what the call throws, and the caller's own reason when the caller goes away. */
  join(key: string, caller: Caller, send: (options: CallFor) => Promise<T>): Promise<T>;
}

interface CoalescedCall<T> {
  readonly answer: Promise<T>;
  readonly callers: Set<Caller>;
  readonly controller: AbortController;
}

/** Flights by key; a flight is broken off when the last who waited for it has gone. */
export function createCoalescedCalls<T>(monotonic: () => number): CoalescedCalls<T> {
  const calls = new Map<string, CoalescedCall<T>>();

  const start = (key: string, caller: Caller, send: (options: CallFor) => Promise<T>): CoalescedCall<T> => {
    const controller = new AbortController();
    const callers = new Set([caller]);
    const answer = callFor(() => callers, controller.signal, monotonic, send).finally(() => {
      if (calls.get(key) === call) calls.delete(key);
    });
    const call = { answer, callers, controller };
    calls.set(key, call);
    return call;
  };
  const wait = (key: string, call: CoalescedCall<T>, caller: Caller): Promise<T> => {
    call.callers.add(caller);
    return untilAborted(call.answer, caller, (reason) => {
      call.callers.delete(caller);
      if (call.callers.size > 0) return;
      if (calls.get(key) === call) calls.delete(key);
      call.controller.abort(reason);
    });
  };

  return {
    async join(key, caller, send) {
      const underWay = caller.mayUseCache ? calls.get(key) : undefined;
      if (underWay === undefined) return wait(key, start(key, caller, send), caller);
      try {
        return await wait(key, underWay, caller);
      } catch (error) {
        // Its time had begun before this caller came, who gets a whole time of its own: with others whose time is over, too.
        if (!isTimeout(error)) throw error;
        return wait(key, calls.get(key) ?? start(key, caller, send), caller);
      }
    },
  };
}

function isTimeout(error: unknown): boolean {
  return error instanceof ReportError && error.code === 'UPSTREAM_TIMEOUT';
}
