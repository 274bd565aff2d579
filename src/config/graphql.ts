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
    NODE_ENV: nodeEnv.describe(
      'Environment; all but `development` and `test` is production, which changes the defaults of five settings',
    ),
    REPORT_UPSTREAM_COST: flag().optional().meta({
      description: 'Report the cost of an operation in `extensions.upstream`',
      unset: '`true`; `false` in production',
    }),
    GRAPHIQL: flag()
      .optional()
      .meta({ description: 'Serve GraphiQL to browsers', unset: '`true`; `false` in production' }),
    OVERVIEW_PAGE: flag().optional().meta({
      description: 'Serve the [overview page](overview-page.md) at `/`',
      unset: '`true`; `false` in production',
    }),
    INTROSPECTION: flag()
      .optional()
      .meta({ description: 'Allow introspection, including `_service`', unset: '`true`; `false` in production' }),
    SUGGESTIONS: flag()
      .optional()
      .meta({ description: 'Add "Did you mean …?" to validation errors', unset: '`true`; `false` in production' }),
    FEDERATED_TRACES: flag()
      .default(true)
      .describe('Send a [trace](federation.md#traces) of an operation to a federation gateway that asks for it'),
    MCP: flag().default(false).describe('Serve the [tools](mcp.md) of the Model Context Protocol at `/mcp`'),
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
      // So does the overview page.
      overviewPage: env.OVERVIEW_PAGE ?? (isOpen && env.TRUSTED_DOCUMENTS_MODE !== 'only'),
      /** Whether callers may read the schema by introspection. */
      introspection: env.INTROSPECTION ?? isOpen,
      /** Whether GraphQL's own errors suggest similar names of the schema. */
      suggestions: env.SUGGESTIONS ?? isOpen,
      /** Whether a federation gateway that asks for a trace of an operation gets one. */
      federatedTraces: env.FEDERATED_TRACES,
      /** Whether queries are tools of the Model Context Protocol. */
      mcp: env.MCP,
    };
  });
export type GraphqlConfig = z.output<typeof Graphql>;
