import { composeServices as composeByApollo } from '@apollo/composition';
import { Supergraph } from '@apollo/federation-internals';
import { composeServices as composeByGuild } from '@theguild/federation-composition';
import { federateSubgraphs, ROUTER_COMPATIBILITY_VERSION_ONE } from '@wundergraph/composition';
import { buildSchema } from 'graphql';

/**
 * The composers of the gateways. Each takes subgraphs and returns the `complaints` of the composer, which are errors, hints and warnings, and
 * the schema that clients of the gateway see, or null if the subgraphs do not compose.
 */
export const composers = {
  "Apollo's composer"(subgraphs) {
    const { errors = [], hints = [], supergraphSdl } = composeByApollo(subgraphs);
    const api = supergraphSdl === undefined ? null : Supergraph.build(supergraphSdl).apiSchema().toGraphQLJSSchema();
    return { complaints: [...errors, ...hints].map(String), api };
  },
  "The Guild's composer"(subgraphs) {
    const { errors = [], publicSdl } = composeByGuild(subgraphs);
    return { complaints: errors.map(String), api: publicSdl === undefined ? null : buildSchema(publicSdl) };
  },
  "Cosmo's composer"(subgraphs) {
    const { success, errors = [], warnings, federatedGraphClientSchema: api } = toCosmo(subgraphs);
    return { complaints: [...errors, ...warnings].map(({ message }) => message), api: success ? api : null };
  },
};

/** What the routers of Cosmo know about a field of a subgraph: its keys by type, its weight and its list size. */
export function findCosmoConfiguration(subgraphs, name) {
  const { configurationDataByTypeName, costs } = toCosmo(subgraphs).subgraphConfigBySubgraphName.get(name);
  return {
    keysOf: (type) => configurationDataByTypeName.get(type).keys.map(({ selectionSet }) => selectionSet),
    weightOf: (coordinate) => costs.fieldWeights.get(coordinate)?.weight,
    slicingOf: (coordinate) => costs.listSizes.get(coordinate)?.slicingArguments,
  };
}

function toCosmo(subgraphs) {
  return federateSubgraphs({
    subgraphs: subgraphs.map(({ name, url, typeDefs }) => ({ name, url, definitions: typeDefs })),
    version: ROUTER_COMPATIBILITY_VERSION_ONE,
  });
}
