import type { Plugin } from 'graphql-yoga';
import type { OperationContext } from '../../context.ts';

/** Tells with each answer what it cost upstream, so that a client's author sees it: `extensions.upstream`. */
export function useUpstreamCost(): Plugin<OperationContext> {
  return {
    onExecute: ({ args }) => ({
      onExecuteDone({ result, setResult }) {
        if (Symbol.asyncIterator in result) return;
        setResult({ ...result, extensions: { ...result.extensions, upstream: args.contextValue.caller.cost } });
      },
    }),
  };
}
