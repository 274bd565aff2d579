import { GraphQLError } from 'graphql';
import type { OperationContext } from '../context.ts';
import type { Clock } from '../domain/clock.ts';
import type { PreparedOperation } from './execution/prepared-operation.ts';
import type { RunOperation } from './execution/run-operation.ts';
import type { RunSubscription, SubscriptionTransport } from './run-subscription.ts';
import { watchEvents } from './watch-events.ts';

/** What came of an operation. */
export interface Outcome {
  /** OK, or the code of the first error. */
  readonly code: string;
  /** The number of errors of a query or mutation; null for a subscription that has run, whose errors are in its events. */
  readonly errors: number | null;
}

/** Hears of every operation, whichever way it came. It must not throw. */
export interface OperationObserver {
  /** Called when the result of a query or mutation is known. */
  onResult(operation: PreparedOperation, context: OperationContext, outcome: Outcome, milliseconds: number): void;
  /** Called when a subscription starts. Null if nothing more is to be heard of it. */
  onSubscribe(
    operation: PreparedOperation,
    context: OperationContext,
    transport: SubscriptionTransport,
  ): SubscriptionObserver | null;
}

/** Hears of one subscription. */
export interface SubscriptionObserver {
  onEvent(): void;
  /** Called once, whatever ended it. */
  onEnd(outcome: Outcome, milliseconds: number): void;
}

const OK = 'OK';
const WITHOUT_ERRORS: Outcome = { code: OK, errors: 0 };

/** Lets observers hear of each query and mutation. */
export function observeOperations(
  run: RunOperation,
  observers: readonly OperationObserver[],
  monotonic: Clock['monotonic'],
): RunOperation {
  if (observers.length === 0) return run;
  return async (operation, sent, context) => {
    const startedAtMs = monotonic();
    context.markLogged();
    const result = await run(operation, sent, context);
    const milliseconds = monotonic() - startedAtMs;
    const outcome = result.errors === undefined ? WITHOUT_ERRORS : toOutcome(result.errors);
    for (const observer of observers) observer.onResult(operation, context, outcome, milliseconds);
    return result;
  };
}

/** Lets observers hear of each subscription. */
export function observeSubscriptions(
  run: RunSubscription,
  observers: readonly OperationObserver[],
  monotonic: Clock['monotonic'],
): RunSubscription {
  if (observers.length === 0) return run;
  return async (operation, values, context, args) => {
    const startedAtMs = monotonic();
    context.markLogged();
    const watching = observers.flatMap((observer) => observer.onSubscribe(operation, context, args.transport) ?? []);
    let isOver = false;
    const end = (outcome: Outcome): void => {
      if (isOver) return;
      isOver = true;
      for (const each of watching) each.onEnd(outcome, monotonic() - startedAtMs);
    };
    const result = await run(operation, values, context, args).catch((error: unknown) => {
      end({ code: toCode(error), errors: null });
      throw error;
    });
    if (!(Symbol.asyncIterator in result)) {
      end(toOutcome(result.errors ?? []));
      return result;
    }
    return watchEvents(
      result,
      context.operation.signal,
      ({ reason }) => end({ code: reason === null ? OK : toCode(reason), errors: null }),
      () => {
        for (const each of watching) each.onEvent();
      },
    );
  };
}

function toOutcome(errors: readonly GraphQLError[]): Outcome {
  const [first] = errors;
  return first === undefined ? WITHOUT_ERRORS : { code: toCode(first), errors: errors.length };
}

/** The code of an error; that of an unexpected one is in its own line. */
export function toCode(error: unknown): string {
  const code =
    error instanceof GraphQLError
      ? error.extensions['code']
      : error instanceof Error && 'code' in error
        ? error.code
        : undefined;
  return typeof code === 'string' ? code : 'ERROR';
}
