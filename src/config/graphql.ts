import { z } from 'zod';
import { flag } from './values.ts';

/** Any other value means production: a misspelt or unknown name must not reveal more to strangers. */
const OPEN_ENVIRONMENTS = new Set(['development', 'test']);

/** NODE_ENV, which other topics have rules about. */
export const nodeEnv = z.string().default('development');

export function isOpenEnvironment(environment: string): boolean {
  return OPEN_ENVIRONMENTS.has(environment);
}

/** What the GraphQL server shows besides reports. In production nothing, unless it is turned on. */
export const Graphql = z
  .object({
    NODE_ENV: nodeEnv,
    REPORT_UPSTREAM_COST: flag().optional(),
    GRAPHIQL: flag().optional(),
    INTROSPECTION: flag().optional(),
    SUGGESTIONS: flag().optional(),
    FEDERATED_TRACES: flag().default(true),
    TRUSTED_DOCUMENTS_MODE: z.string().optional(),
  })
  .transform((env) => {
    const isOpen = isOpenEnvironment(env.NODE_ENV);
    return {
      isProduction: !isOpen,
      /** Whether each response reports its upstream cost, in `extensions.upstream`. */
      reportCost: env.REPORT_UPSTREAM_COST ?? isOpen,
      // GraphiQL sends documents of its own.
      graphiql: env.GRAPHIQL ?? (isOpen && env.TRUSTED_DOCUMENTS_MODE !== 'only'),
      /** Whether callers may read the schema by introspection. */
      introspection: env.INTROSPECTION ?? isOpen,
      /** Whether GraphQL's own errors suggest similar names of the schema. */
      suggestions: env.SUGGESTIONS ?? isOpen,
      /** Whether a federation gateway that asks for a trace of an operation gets one. */
      federatedTraces: env.FEDERATED_TRACES,
    };
  });
export type GraphqlConfig = z.output<typeof Graphql>;
