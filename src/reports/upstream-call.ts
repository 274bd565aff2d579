import { toBytesUsedUp, toCallsUsedUp } from '../domain/call-budget.ts';
import type { ReportError } from '../domain/errors.ts';
import type { CallOptions } from '../thingspace/send-call.ts';
import { createTurn, NO_PRINCIPAL, type TurnTaker } from '../thingspace/turn.ts';
import { toTraces, type Operation } from './operation.ts';

/** How to make one upstream call for the operations that wait for it. */
export type UpstreamCallOptions = Pick<
  CallOptions,
  'signal' | 'turn' | 'requestId' | 'trace' | 'onSend' | 'onReceive' | 'onNotArrived' | 'onRateLimited'
>;

/** The operations that wait for a call at the time this is called. */
export type Waiting = () => ReadonlySet<Operation>;

/** Takes an operation out of a call, because it has used up its calls or bytes. The error is what it gets instead of the response. */
export type Refuse = (operation: Operation, error: ReportError) => void;

/** Takes the turns of calls that have ended. */
const NOBODY: TurnTaker = { key: {}, principal: NO_PRINCIPAL };

/** An upstream call in progress. */
export interface UpstreamCall {
  readonly options: UpstreamCallOptions;
  /**
   * Call it when an operation joins: while the call waits, it takes a turn of that operation if it comes sooner. If the call has been
   * sent, the operation pays for it, or is refused.
   */
  joined(operation: Operation): void;
  /** Adds the time to every operation that waits now. */
  end(): void;
}

/** Begins a call for the operations that wait for it. Each of them pays for each request that is sent, or is refused. */
export function beginCall(
  waiting: Waiting,
  signal: AbortSignal | null,
  monotonic: () => number,
  refuse: Refuse = () => undefined,
): UpstreamCall {
  const startedAtMs = monotonic();
  /** How many requests each operation has paid for. */
  const paying: Paying = new Map();
  /** Those that pay for the latest request. */
  let latest: Operation[] = [];
  /** The bytes of the response that each operation has waited for. */
  const received = new Map<Operation, number>();
  let isSent = false;
  let payer = findLeastBusy(waiting());
  if (payer !== null) payer.callsInFlight += 1;
  const turn = createTurn(payer?.cost ?? {}, payer?.principal);
  const trace = payer?.trace?.beginCall(() => toTraces(payer, waiting())) ?? null;
  const offerTurn = (operation: Operation): void => {
    if (operation === payer) return;
    const taker = { key: operation.cost, principal: operation.principal };
    if (turn.join?.(taker) !== true) return;
    if (payer !== null) payer.callsInFlight -= 1;
    operation.callsInFlight += 1;
    payer = operation;
    turn.taker = taker;
  };
  turn.onWait = () => {
    // Among operations of one principal, the least busy one was chosen at the beginning.
    for (const operation of waiting()) if (operation.principal() !== payer?.principal()) offerTurn(operation);
  };
  return {
    options: {
      signal,
      turn,
      requestId: () => payer?.requestId ?? null,
      trace,
      onSend() {
        const operations = [...waiting()];
        latest = operations.filter((operation) => pay(operation, paying, refuse));
        const [first] = operations;
        // Nobody is left whom the response would be for.
        if (first !== undefined && latest.length === 0) {
          throw isOutOfBytes(first) ? toBytesUsedUp(first.maxBytes) : toCallsUsedUp(first.maxCalls, paying.has(first));
        }
        isSent = true;
        latest[0]?.totals.add('sent', 1);
      },
      onReceive(bytes) {
        const operations = [...waiting()];
        const refused = operations.filter((operation) => !receive(operation, bytes, received, refuse));
        const [first] = refused;
        if (first !== undefined && refused.length === operations.length) throw toBytesUsedUp(first.maxBytes);
      },
      onNotArrived() {
        isSent = false;
        latest[0]?.totals.add('sent', -1);
        for (const operation of latest) takeBack(operation, paying);
        latest = [];
      },
      onRateLimited() {
        isSent = false;
        // The platform has done nothing. Otherwise a limit on its side would use up the calls of whoever waits for it.
        for (const operation of latest) operation.callsMade -= 1;
        latest = [];
      },
    },
    joined(operation) {
      if (isSent && !paying.has(operation) && pay(operation, paying, refuse)) latest.push(operation);
      if (isSent && operation.trace !== null) trace?.join(operation.trace);
      offerTurn(operation);
    },
    end() {
      if (payer !== null) payer.callsInFlight -= 1;
      const operations = waiting();
      const milliseconds = Math.round(monotonic() - startedAtMs);
      for (const operation of operations) {
        const isShared = operations.size > 1 && paying.has(operation);
        operation.cost.shared += isShared ? 1 : 0;
        operation.callsSaved += isShared ? 1 - 1 / paying.size : 0;
        operation.cost.milliseconds += milliseconds;
      }
      if (paying.size > 1) payer?.totals.add('shared', paying.size - 1);
      // What still leads to the call does not lead to its operations, which would have to wait for a major garbage collection with it.
      paying.clear();
      received.clear();
      latest = [];
      payer = null;
      turn.taker = NOBODY;
    },
  };
}

type Paying = Map<Operation, number>;

/** Whether it sends no further call, because reading what does not fit takes time, too. Calls in flight may still fit. */
function isOutOfBytes({ bytesRefused, maxBytes }: Operation): boolean {
  return bytesRefused > maxBytes / 4;
}

/** Counts a request for an operation; refuses the operation and returns false if it has used up its calls or bytes. */
function pay(operation: Operation, paying: Paying, refuse: Refuse): boolean {
  if (isOutOfBytes(operation)) {
    refuse(operation, toBytesUsedUp(operation.maxBytes));
    return false;
  }
  const paid = paying.get(operation) ?? 0;
  const isRepeated = paid > 0;
  if (operation.callsMade >= operation.maxCalls) {
    refuse(operation, toCallsUsedUp(operation.maxCalls, isRepeated));
    return false;
  }
  operation.callsMade += 1;
  operation.cost[isRepeated ? 'retried' : 'calls'] += 1;
  paying.set(operation, paid + 1);
  return true;
}

/** Takes a request that has not arrived out of the reported cost. It still counts towards the limit, so that retries have an end. */
function takeBack(operation: Operation, paying: Paying): void {
  const paid = paying.get(operation) ?? 0;
  if (paid === 0) return;
  operation.cost[paid > 1 ? 'retried' : 'calls'] -= 1;
  if (paid > 1) paying.set(operation, paid - 1);
  else paying.delete(operation);
}

/** Counts bytes for an operation; refuses the operation and returns false if they are too many. */
function receive(operation: Operation, bytes: number, received: Map<Operation, number>, refuse: Refuse): boolean {
  const ofCall = (received.get(operation) ?? 0) + bytes;
  received.set(operation, ofCall);
  operation.bytesReceived += bytes;
  if (Math.max(operation.bytesReceived, operation.bytesRefused) <= operation.maxBytes) return true;
  // It does not get this response, so that there is room for another one.
  operation.bytesReceived -= ofCall;
  operation.bytesRefused += Math.max(ofCall, operation.maxBytes / 16);
  refuse(operation, toBytesUsedUp(operation.maxBytes));
  return false;
}

/** Makes a call that only one operation waits for, and adds its cost. Throws what the call throws. */
export async function callForOperation<T>(
  operation: Operation,
  signal: AbortSignal | null,
  monotonic: () => number,
  call: (options: UpstreamCallOptions) => Promise<T>,
): Promise<T> {
  const begun = beginCall(() => new Set([operation]), signal, monotonic);
  try {
    return await call(begun.options);
  } finally {
    begun.end();
  }
}

/**
 * The operation with the fewest calls in flight: a single device does not wait behind the thousand of
 * another operation that shares its call.
 */
function findLeastBusy(operations: ReadonlySet<Operation>): Operation | null {
  let leastBusy: Operation | null = null;
  for (const operation of operations) {
    if (leastBusy === null || operation.callsInFlight < leastBusy.callsInFlight) leastBusy = operation;
  }
  return leastBusy;
}
