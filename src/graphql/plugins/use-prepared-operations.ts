import type { DocumentNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { OperationContext } from '../../context.ts';
import type { PreparedOperations, Variables } from '../execution/operation-cache.ts';
import type { RunOperation } from '../execution/run-operation.ts';

interface ExecuteArguments {
  readonly document: DocumentNode;
  readonly operationName?: string | null;
  readonly variableValues?: Variables | null;
  readonly contextValue: OperationContext & { readonly params: { readonly query?: string } };
}

interface ExecuteEvent {
  readonly args: ExecuteArguments;
  readonly setExecuteFn: (execute: () => ReturnType<RunOperation>) => void;
}

/** Runs each operation as the fast lane does, and stores it so that the fast lane finds it next time. */
export function usePreparedOperations(
  preparedOperations: PreparedOperations,
  runOperation: RunOperation,
): Plugin<OperationContext> {
  return {
    onExecute({ args, setExecuteFn }: ExecuteEvent) {
      const { document, operationName, variableValues, contextValue } = args;
      const name = operationName ?? undefined;
      const operation = preparedOperations.remember(contextValue.params.query ?? '', name, document);
      setExecuteFn(() => runOperation(operation, variableValues ?? {}, contextValue));
    },
  };
}
