import { ReportError } from '../../domain/errors.ts';
import { createDeferred } from '../../domain/deferred.ts';
import { waitFor } from '../../domain/wait-for.ts';
import type { Operation } from '../operation.ts';
import { beginCall, type Refuse, type UpstreamCall, type UpstreamCallOptions } from '../upstream-call.ts';
import { untilNextTurn } from '../../turns/next-turn.ts';

/** Calls that several operations can wait for: whoever asks for what is already in flight gets the same response. */
export interface CoalescedCalls<Q, T> {
  /** Joins the call in flight with this key, or fetches the query. Throws what the call throws, or the operation's abort reason. */
  join(key: string, query: Q, operation: Operation): Promise<T>;
}

interface CoalescedCall<T> extends Pick<UpstreamCall, 'joined'> {
  readonly answer: Promise<T>;
  readonly operations: Set<Operation>;
  /** What takes each operation out of the call if it has used up its calls. */
  readonly refusals: Map<Operation, (error: ReportError) => void>;
  readonly controller: AbortController;
  /** Resolves for one operation after the other, with the event loop free in between. */
  readonly takeTurn: () => Promise<void>;
}

export interface CoalescedCallsOptions<Q, T> {
  readonly fetchQuery: (query: Q, options: UpstreamCallOptions) => Promise<T>;
  /** Whether so much is computed from the answer that those who wait for it take turns. By default, none is large. */
  readonly isLarge?: (answer: T) => boolean;
  /** Monotonic time in milliseconds. */
  readonly monotonic: () => number;
}

/** Creates coalesced calls. A call is aborted when no operation waits for it any more. */
export function createCoalescedCalls<Q, T>({
  fetchQuery,
  isLarge = () => false,
  monotonic,
}: CoalescedCallsOptions<Q, T>): CoalescedCalls<Q, T> {
  const calls = new Map<string, CoalescedCall<T>>();

  const start = (key: string, query: Q, operation: Operation): CoalescedCall<T> => {
    const controller = new AbortController();
    const operations = new Set([operation]);
    const refusals = new Map<Operation, (error: ReportError) => void>();
    const refuse: Refuse = (each, error) => {
      operations.delete(each);
      refusals.get(each)?.(error);
    };
    const { options, joined, end } = beginCall(() => operations, controller.signal, monotonic, refuse);
    const answer = fetchQuery(query, options).finally(() => {
      end();
      if (calls.get(key) === call) calls.delete(key);
    });
    const call = { answer, operations, refusals, controller, joined, takeTurn: createTurns() };
    calls.set(key, call);
    return call;
  };
  const wait = (key: string, call: CoalescedCall<T>, operation: Operation): Promise<T> => {
    const { promise: refused, reject } = createDeferred<never>();
    const answered = call.answer.then((answer) => (isLarge(answer) ? call.takeTurn().then(() => answer) : answer));
    call.operations.add(operation);
    call.refusals.set(operation, reject);
    call.joined(operation);
    return waitFor(Promise.race([answered, refused]), operation.onAbort, (reason) => {
      call.operations.delete(operation);
      if (call.operations.size > 0) return;
      if (calls.get(key) === call) calls.delete(key);
      call.controller.abort(reason);
    });
  };

  return {
    async join(key, query, operation) {
      const inFlight = operation.mayUseCache ? calls.get(key) : undefined;
      if (inFlight === undefined) return wait(key, start(key, query, operation), operation);
      try {
        return await wait(key, inFlight, operation);
      } catch (error) {
        // This operation joined a call already in flight. If that call times out, ask once more so it gets its full timeout,
        // together with any other operations in the same situation.
        if (!isTimeout(error)) throw error;
        return wait(key, calls.get(key) ?? start(key, query, operation), operation);
      }
    },
  };
}

/** The first turn comes at once, and each further one in an iteration of the event loop of its own. */
function createTurns(): () => Promise<void> {
  let last: Promise<void> | null = null;
  return () => (last = last === null ? Promise.resolve() : last.then(untilNextTurn));
}

function isTimeout(error: unknown): boolean {
  return error instanceof ReportError && error.code === 'UPSTREAM_TIMEOUT';
}
