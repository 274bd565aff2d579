import { ReportError } from '../../domain/errors.ts';
import { callForOperations, untilAborted, type UpstreamCallOptions, type Operation } from '../operation.ts';

/** Calls that several operations wait for: who asks for what is already on its way gets the same answer. */
export interface CoalescedCalls<T> {
  /** Throws what the call throws, and the caller's own reason when the caller goes away. */
  join(key: string, operation: Operation, send: (options: UpstreamCallOptions) => Promise<T>): Promise<T>;
}

interface CoalescedCall<T> {
  readonly answer: Promise<T>;
  readonly operations: Set<Operation>;
  readonly controller: AbortController;
}

/** Flights by key; a flight is broken off when the last who waited for it has gone. */
export function createCoalescedCalls<T>(monotonic: () => number): CoalescedCalls<T> {
  const calls = new Map<string, CoalescedCall<T>>();

  const start = (
    key: string,
    operation: Operation,
    send: (options: UpstreamCallOptions) => Promise<T>,
  ): CoalescedCall<T> => {
    const controller = new AbortController();
    const operations = new Set([operation]);
    const answer = callForOperations(() => operations, controller.signal, monotonic, send).finally(() => {
      if (calls.get(key) === call) calls.delete(key);
    });
    const call = { answer, operations, controller };
    calls.set(key, call);
    return call;
  };
  const wait = (key: string, call: CoalescedCall<T>, operation: Operation): Promise<T> => {
    call.operations.add(operation);
    return untilAborted(call.answer, operation, (reason) => {
      call.operations.delete(operation);
      if (call.operations.size > 0) return;
      if (calls.get(key) === call) calls.delete(key);
      call.controller.abort(reason);
    });
  };

  return {
    async join(key, operation, send) {
      const inFlight = operation.mayUseCache ? calls.get(key) : undefined;
      if (inFlight === undefined) return wait(key, start(key, operation, send), operation);
      try {
        return await wait(key, inFlight, operation);
      } catch (error) {
        // Its time had begun before this caller came, who gets a whole time of its own: with others whose time is over, too.
        if (!isTimeout(error)) throw error;
        return wait(key, calls.get(key) ?? start(key, operation, send), operation);
      }
    },
  };
}

function isTimeout(error: unknown): boolean {
  return error instanceof ReportError && error.code === 'UPSTREAM_TIMEOUT';
}
