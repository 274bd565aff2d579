import type { DocumentNode, ExecutionResult, GraphQLError, Source } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { OperationContext } from '../../context.ts';
import type { Documents } from '../execution/documents.ts';
import type { PreparedOperation } from '../execution/prepared-operation.ts';
import { checkVariablesAndFields, type RunOperation } from '../execution/run-operation.ts';
import type { Variables, VariableValues } from '../execution/variables.ts';
import { LimitError } from '../limits/parse-within.ts';
import type { MaskError } from '../mask-error.ts';

interface Arguments {
  readonly operationName?: string | null;
  readonly variableValues?: Variables | null;
  readonly contextValue: OperationContext & { readonly params: { readonly query?: string } };
}

interface Executable {
  readonly document: DocumentNode;
  readonly schema: PreparedOperation['schema'];
  readonly variableValues: VariableValues;
}

interface ExecuteEvent {
  readonly args: Arguments;
  readonly setExecuteFn: (execute: () => ReturnType<RunOperation>) => void;
}

interface SubscribeEvent {
  readonly args: Arguments;
  readonly subscribeFn: (args: Arguments & Executable) => unknown;
  readonly setSubscribeFn: (subscribe: () => unknown) => void;
  readonly setResultAndStopExecution: (result: ExecutionResult) => void;
}

/** Makes Yoga parse, validate, check and run operations exactly as the fast lane does. */
export function usePreparedDocuments(
  documents: Documents,
  runOperation: RunOperation,
  maskError: MaskError,
): Plugin<OperationContext> {
  const find = ({ operationName, contextValue }: Arguments): PreparedOperation => {
    const found = documents.read(contextValue.params.query ?? '').findOperation(operationName ?? undefined);
    if (found === null) throw new Error('Yoga runs an operation that is not in its document');
    return found;
  };
  return {
    onParse({ setParseFn }) {
      setParseFn((source: string | Source) => documents.read(toText(source)).document);
      return ({ result }) => {
        // Otherwise Yoga would treat it as a syntax error, and send status 200 to some clients.
        if (result instanceof LimitError) throw result;
      };
    },
    onValidate({ context, setResult }: ValidateEvent) {
      setResult(documents.read(context.params.query ?? '').errors);
    },
    onExecute({ args, setExecuteFn }: ExecuteEvent) {
      const operation = find(args);
      setExecuteFn(() => runOperation(operation, args.variableValues ?? {}, args.contextValue));
    },
    onSubscribe({ args, subscribeFn, setSubscribeFn, setResultAndStopExecution }: SubscribeEvent) {
      const operation = find(args);
      const checked = checkVariablesAndFields(operation, args.variableValues ?? {}, args.contextValue);
      if ('errors' in checked) {
        setResultAndStopExecution({ errors: checked.errors.map(maskError) });
        return;
      }
      const { document, schema } = operation;
      setSubscribeFn(() => subscribeFn({ ...args, document, schema, variableValues: checked.values }));
    },
  };
}

interface ValidateEvent {
  readonly context: { readonly params: { readonly query?: string } };
  readonly setResult: (errors: readonly GraphQLError[]) => void;
}

function toText(source: string | Source): string {
  return typeof source === 'string' ? source : source.body;
}
