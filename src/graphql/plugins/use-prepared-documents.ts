import type { ServerResponse } from 'node:http';
import type { ExecutionArgs, ExecutionResult, Source } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { OperationContext } from '../../context.ts';
import type { Drain } from '../../http/response-drain.ts';
import type { Locate } from '../execution/line-index.ts';
import type { Documents } from '../execution/documents.ts';
import type { PreparedOperation } from '../execution/prepared-operation.ts';
import { checkVariablesAndFields, type RunOperation } from '../execution/run-operation.ts';
import { LimitError } from '../limits/parse-within.ts';
import type { MaskError } from '../mask-error.ts';
import { NotTrustedError } from '../persisted/untrusted-documents.ts';
import type { RunSubscription } from '../run-subscription.ts';
import { toResponseText } from '../response-text.ts';
import { acceptsMultipartSubscriptions } from './use-multipart-subscriptions.ts';

interface Arguments extends Pick<ExecutionArgs, 'operationName' | 'variableValues'> {
  readonly contextValue: ContextOfExchange & { readonly params: { readonly query?: string } };
}

interface ContextOfExchange extends OperationContext {
  readonly res: ServerResponse;
}

/** Makes Yoga parse, validate, check and run operations exactly as the fast lane does. */
export function usePreparedDocuments(
  documents: Documents,
  runOperation: RunOperation,
  runSubscription: RunSubscription,
  drain: Drain,
  maskError: MaskError,
): Plugin<ContextOfExchange> {
  const find = ({ operationName, contextValue }: Arguments): PreparedOperation => {
    const found = documents.read(contextValue.params.query ?? '').findOperation(operationName ?? undefined);
    if (found === null) throw new Error('Yoga runs an operation that is not in its document');
    return found;
  };
  const findLocate = (query: string): Locate | null => {
    try {
      return documents.read(query).locate;
    } catch {
      // It was not parsed, so its errors have lines and columns.
      return null;
    }
  };
  const run = (args: Arguments): ReturnType<RunOperation> =>
    runOperation(find(args), args.variableValues ?? {}, args.contextValue);
  const check = (operation: PreparedOperation, { variableValues, contextValue }: Arguments) =>
    checkVariablesAndFields(operation, variableValues ?? {}, contextValue);
  return {
    onParse({ setParseFn }) {
      setParseFn((source: string | Source) => documents.read(toText(source)).document);
      return ({ result }) => {
        // Otherwise Yoga would treat it as a syntax error, and send status 200 to some clients.
        if (result instanceof LimitError || result instanceof NotTrustedError) throw result;
      };
    },
    onValidate({ context, setResult }) {
      setResult(documents.read(context.params.query ?? '').errors);
    },
    onExecutionResult({ result, setResult, context }: ExecutionResultEvent) {
      if (result === undefined) return;
      const locate = findLocate(context.params?.query ?? '');
      setResult(
        Symbol.asyncIterator in result
          ? mapEvents(result, (event) => withText(event, locate))
          : withText(result, locate),
      );
    },
    onExecute({ args, setExecuteFn }) {
      setExecuteFn(() => run(args));
    },
    onSubscribe({ args, setSubscribeFn, setResultAndStopExecution }) {
      const operation = find(args);
      const checked = check(operation, args);
      if ('errors' in checked) {
        setResultAndStopExecution({ errors: checked.errors.map(maskError) });
        return;
      }
      const { contextValue, operationName } = args as Arguments;
      const locate = findLocate(contextValue.params.query ?? '');
      setSubscribeFn((): unknown =>
        runSubscription(operation, checked.values, contextValue, {
          operationName,
          locate,
          transport: acceptsMultipartSubscriptions(contextValue.res.req.headers.accept ?? null) ? 'multipart' : 'sse',
          waitUntilSent: () => drain.wait(contextValue.res, () => contextValue.res.req.socket.destroy()),
        }),
      );
    },
  };
}

interface ExecutionResultEvent {
  readonly result: ExecutionResult | AsyncIterable<ExecutionResult> | undefined;
  readonly setResult: (result: object) => void;
  readonly context: { readonly params?: { readonly query?: string | null } };
}

/** Makes Yoga send the same text as the fast lane. */
function withText(result: ExecutionResult, locate: Locate | null): object {
  if ('stringify' in result) return result;
  return { ...result, stringify: (sent: ExecutionResult) => toResponseText(sent, locate) };
}

/** Hand-written: an async generator does not see `return()` while suspended on an await. */
function mapEvents<T>(events: AsyncIterable<T>, toEvent: (event: T) => object): AsyncIterable<object> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = events[Symbol.asyncIterator]();
      const convert = ({ done, value }: IteratorResult<T, unknown>): IteratorResult<object, unknown> =>
        done === true ? { done, value } : { done: false, value: toEvent(value) };
      return {
        next: () => iterator.next().then(convert),
        return: async () => convert((await iterator.return?.()) ?? { done: true, value: undefined }),
      };
    },
  };
}

function toText(source: string | Source): string {
  return typeof source === 'string' ? source : source.body;
}
