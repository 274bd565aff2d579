import { fileURLToPath } from 'node:url';
import { composeSubgraphs } from '@graphql-mesh/fusion-composition';
import { loadOpenAPISubgraph } from '@omnigraph/openapi';
import { platformHeaders } from './platform-headers.mjs';

const contract = fileURLToPath(new URL('../../docs/upstream/openapi.yaml', import.meta.url));
const silent = () => {};
const logger = {
  debug: silent,
  info: silent,
  log: silent,
  warn: console.warn,
  error: console.error,
  child: () => logger,
};

/**
 * Composes the supergraph that GraphQL Mesh generates from the REST contract.
 * @param {string} endpoint
 */
export async function composeSupergraph(endpoint) {
  const load = loadOpenAPISubgraph('thingspace', {
    source: contract,
    endpoint,
    operationHeaders: platformHeaders,
    // By default a POST becomes a mutation, and mutations run one after another.
    selectQueryOrMutationField: [
      { type: 'Query', fieldName: 'calculateAggregatedReportSynchronous' },
      { type: 'Query', fieldName: 'getSessionsReport' },
    ],
  });
  const { name, schema$ } = load({ fetch, cwd: process.cwd(), logger });
  const { supergraphSdl, errors } = composeSubgraphs([{ name, schema: await schema$ }]);
  if (!supergraphSdl) throw new Error(`the supergraph could not be composed: ${errors}`);
  return supergraphSdl;
}
