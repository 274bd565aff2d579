import { MapperKind, mapSchema } from '@graphql-tools/utils';
import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import type { OperationContext } from '../../context.ts';
import type { Clock } from '../../domain/clock.ts';
import { once } from '../../domain/once.ts';
import { interpret } from '../execution/executor.ts';
import type { TracedOperation } from '../execution/run-operation.ts';
import { toExecutableSchema } from '../execution/variables.ts';
import { startInlineTrace, type InlineTrace } from './inline-trace.ts';

export interface TracingOptions {
  readonly schema: GraphQLSchema;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
}

/**
 * Creates the function that traces operations. They run on a copy of the schema that records its fields, so that other operations cost
 * nothing more; the copy is made for the first of them.
 */
export function createTracing({ schema, clock }: TracingOptions): (context: OperationContext) => TracedOperation {
  const traces = new WeakMap<OperationContext, InlineTrace>();
  const recorded = once(() => toExecutableSchema(withRecording(schema, traces)));
  return (context) => {
    const trace = startInlineTrace(clock);
    traces.set(context, trace);
    return {
      execute: ({ document, operationName }) => interpret(recorded(), document, operationName),
      end: trace.end,
    };
  };
}

type Resolver = GraphQLFieldResolver<unknown, OperationContext>;

function withRecording(schema: GraphQLSchema, traces: WeakMap<OperationContext, InlineTrace>): GraphQLSchema {
  const record =
    (resolve: Resolver): Resolver =>
    (source, args, context, info) => {
      const end = traces.get(context)?.begin(info) ?? null;
      if (end === null) return resolve(source, args, context, info);
      try {
        const result = resolve(source, args, context, info);
        endWith(result, end);
        return result;
      } catch (error) {
        end();
        throw error;
      }
    };
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field) => ({ ...field, resolve: record(field.resolve ?? defaultFieldResolver) }),
  });
}

/** A list ends with its last element, which may be a promise. */
function endWith(result: unknown, end: () => void): void {
  const promises = [result].flat().filter((value) => value instanceof Promise);
  if (promises.length === 0) end();
  else void Promise.allSettled(promises).then(end);
}
