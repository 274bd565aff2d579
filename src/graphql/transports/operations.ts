import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { OperationStart } from '../../context.ts';
import { toFormattedErrors, type ErrorResponse } from '../../http/error-response.ts';
import type { MaskError } from '../mask-error.ts';
import { toFormattedError } from '../request-error.ts';
import type { PlainRequest } from '../plain-request.ts';
import type { Sending, StartOperation } from '../start-operation.ts';
import { createLifetime, type Lifetime } from './lifetime.ts';

/** How a transport frames what it sends about an operation. */
export interface Sink extends Sending {
  /** Sends a response or an event, which is JSON text. */
  next(id: string, text: string): void;
  /** Sends the errors that end an operation. */
  fail(id: string, errors: readonly GraphQLFormattedError[]): void;
  complete(id: string): void;
}

/** The operations that a client runs on one connection, each with an id of its own. */
export interface Operations {
  has(id: string): boolean;
  /** Runs an operation, and sends what comes of it. `admit` decides whether it may run, and runs the work then. */
  start(id: string, params: PlainRequest, sender: OperationSender, admit?: Admit): void;
  /** Ends an operation because the client wants no more of it. */
  stop(id: string): void;
  /** Ends every operation because the client is gone. */
  stopAll(): void;
  count(): number;
}

/** Who sent an operation, and with what. */
export type OperationSender = Omit<OperationStart, 'onClose'>;

/** Returns an error instead of running the work. `onEnd` calls its listener when the operation has ended. */
export type Admit = (onEnd: (listener: () => void) => void, work: () => void) => ErrorResponse | null;

export interface OperationsOptions {
  readonly startOperation: StartOperation;
  readonly sink: Sink;
  readonly maskError: MaskError;
  /** Called when an operation has ended. */
  readonly onEnd: () => void;
}

/** A connection could otherwise start any number of queries at once. */
const MAX_OPERATIONS_PER_CONNECTION = 100;

const RUN: Admit = (_, work) => {
  work();
  return null;
};

/** Creates the operations of one connection. */
export function createOperations({ startOperation, sink, maskError, onEnd }: OperationsOptions): Operations {
  const running = new Map<string, Lifetime>();

  const run = async (id: string, params: PlainRequest, start: OperationStart, lifetime: Lifetime): Promise<void> => {
    await sink.waitUntilSent();
    const started = await startOperation(params, start, sink);
    if ('errors' in started) {
      if (!lifetime.isOver()) sink.fail(id, started.errors);
      return;
    }
    if ('text' in started) {
      if (!lifetime.isOver()) sink.next(id, started.text);
    } else {
      for await (const { failure, stringify } of started.events) {
        if (lifetime.isOver()) return;
        if (failure !== null) {
          sink.fail(id, [toFormattedError(failure)]);
          return;
        }
        sink.next(id, stringify());
      }
    }
    if (!lifetime.isOver()) sink.complete(id);
  };
  const end = (id: string, lifetime: Lifetime, isSent: boolean): void => {
    if (running.get(id) !== lifetime) return;
    running.delete(id);
    // A response counts for its caller until it has been taken.
    if (isSent) void sink.waitUntilSent().then(() => lifetime.end(true));
    else lifetime.end(false);
    onEnd();
  };

  return {
    has: (id) => running.has(id),
    count: () => running.size,
    start(id, params, sender, admit = RUN) {
      if (running.size >= MAX_OPERATIONS_PER_CONNECTION) {
        sink.fail(id, [toFormattedError(toTooMany())]);
        return;
      }
      const lifetime = createLifetime();
      running.set(id, lifetime);
      const rejected = admit(lifetime.onEnd, () => {
        run(id, params, { ...sender, onClose: lifetime.onEnd }, lifetime)
          .catch((error: unknown) => {
            if (!lifetime.isOver()) sink.fail(id, [toFormattedError(maskError(error))]);
          })
          .finally(() => end(id, lifetime, true));
      });
      if (rejected === null) return;
      sink.fail(id, toFormattedErrors(rejected));
      end(id, lifetime, true);
    },
    stop(id) {
      const lifetime = running.get(id);
      if (lifetime !== undefined) end(id, lifetime, false);
    },
    stopAll() {
      for (const [id, lifetime] of [...running]) end(id, lifetime, false);
    },
  };
}

function toTooMany(): GraphQLError {
  const message = `This connection runs ${MAX_OPERATIONS_PER_CONNECTION} operations, the maximum. Wait until one has ended, or open another connection.`;
  return new GraphQLError(message, {
    extensions: { code: 'TOO_MANY_OPERATIONS', limit: MAX_OPERATIONS_PER_CONNECTION },
  });
}
