import { GraphQLError } from 'graphql';
import type { OperationContext } from '../context.ts';
import type { Clock } from '../domain/clock.ts';
import { cutText } from '../domain/cut-text.ts';
import type { PreparedOperation } from './execution/prepared-operation.ts';
import type { RunOperation } from './execution/run-operation.ts';
import type { RunSubscription, SentEvent } from './run-subscription.ts';

export interface AccessLogOptions {
  readonly write: (fields: object, message: string) => void;
  readonly monotonic: Clock['monotonic'];
}

const MAX_NAME_LENGTH = 100;
const MAX_PRINCIPAL_LENGTH = 200;
const MAX_ACCOUNTS = 10;
const OK = 'OK';

/** Logs a line for each query and mutation when its result is known. */
export function logOperations(run: RunOperation, { write, monotonic }: AccessLogOptions): RunOperation {
  return async (operation, sent, context) => {
    const startedAtMs = monotonic();
    context.markLogged();
    const result = await run(operation, sent, context);
    const { errors = [] } = result;
    write(
      {
        ...toFields(operation, context),
        cost: context.operation.cost,
        ...toOutcome(errors),
        ms: Math.round(monotonic() - startedAtMs),
      },
      'operation',
    );
    return result;
  };
}

/** Logs a line for each subscription when it has ended, for whatever reason. */
export function logSubscriptions(run: RunSubscription, { write, monotonic }: AccessLogOptions): RunSubscription {
  return async (operation, values, context, args) => {
    const startedAtMs = monotonic();
    context.markLogged();
    let events = 0;
    let isLogged = false;
    const end = (outcome: object): void => {
      if (isLogged) return;
      isLogged = true;
      const ms = Math.round(monotonic() - startedAtMs);
      write({ ...toFields(operation, context), events, ...outcome, ms }, 'subscription');
    };
    const result = await run(operation, values, context, args);
    if (!(Symbol.asyncIterator in result)) {
      end(toOutcome(result.errors ?? []));
      return result;
    }
    const iterator = result[Symbol.asyncIterator]();
    const logged: AsyncIterableIterator<SentEvent, undefined> = {
      [Symbol.asyncIterator]: () => logged,
      async next() {
        try {
          const next = await iterator.next();
          if (next.done === true) {
            const signal = context.operation.signal();
            // If the client has left, the events end without an error.
            end({ outcome: signal.aborted ? toCode(signal.reason) : OK });
            return { done: true, value: undefined };
          }
          events += 1;
          return next;
        } catch (error) {
          end({ outcome: toCode(error) });
          throw error;
        }
      },
      async return() {
        await iterator.return?.();
        end({ outcome: toCode(context.operation.signal().reason) });
        return { done: true, value: undefined };
      },
    };
    return logged;
  };
}

function toFields({ kind, name }: PreparedOperation, context: OperationContext): object {
  const { accounts } = context.operation;
  return {
    requestId: context.requestId,
    kind,
    name: name === null ? null : cutText(name, MAX_NAME_LENGTH),
    principal: cutText(context.principal(), MAX_PRINCIPAL_LENGTH),
    accounts: [...accounts].slice(0, MAX_ACCOUNTS),
    ...(accounts.size > MAX_ACCOUNTS ? { moreAccounts: accounts.size - MAX_ACCOUNTS } : {}),
  };
}

function toOutcome(errors: readonly GraphQLError[]): object {
  const [first] = errors;
  return first === undefined ? { outcome: OK } : { outcome: toCode(first), errors: errors.length };
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
