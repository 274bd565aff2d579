import type { OperationContext } from '../context.ts';
import { OK, type OperationTrace } from '../telemetry/traces.ts';
import type { PreparedOperation } from './execution/prepared-operation.ts';
import type { RunOperation } from './execution/run-operation.ts';
import { toCode } from './observe-operations.ts';
import type { RunSubscription } from './run-subscription.ts';
import { watchEvents } from './watch-events.ts';

/** Ends the span of each query and mutation whose trace is recorded. All others run as they would without traces. */
export function traceOperations(run: RunOperation): RunOperation {
  const runTraced = async (trace: OperationTrace, ...args: Parameters<RunOperation>): ReturnType<RunOperation> => {
    const [operation, , context] = args;
    let outcome: unknown = null;
    try {
      const result = await run(...args);
      outcome = result.errors?.[0] ?? null;
      return result;
    } catch (error) {
      outcome = error;
      throw error;
    } finally {
      end(trace, operation, context, outcome);
    }
  };
  return (operation, sent, context) => {
    const { trace } = context.operation;
    return trace?.isSampled === true ? runTraced(trace, operation, sent, context) : run(operation, sent, context);
  };
}

/** Ends the span of each subscription whose trace is recorded, when its last event was sent. */
export function traceSubscriptions(run: RunSubscription): RunSubscription {
  return async (operation, values, context, args) => {
    const result = await run(operation, values, context, args);
    const { trace, signal } = context.operation;
    if (trace?.isSampled !== true) return result;
    if (Symbol.asyncIterator in result) {
      return watchEvents(result, signal, ({ events, reason }) => end(trace, operation, context, reason, events));
    }
    end(trace, operation, context, result.errors?.[0] ?? null, 0);
    return result;
  };
}

function end(
  trace: OperationTrace,
  { kind, name }: PreparedOperation,
  { requestId, operation }: OperationContext,
  failure: unknown,
  events: number | null = null,
): void {
  trace.end({ kind, name, requestId, cost: operation.cost, outcome: failure === null ? OK : toCode(failure), events });
}
