import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { createYoga } from 'graphql-yoga';
import { listen } from '../listen.mjs';

export const nodesSdl = readFileSync(new URL('schema.graphql', import.meta.url), 'utf8');

/** The key of each type with global IDs. */
const KEYS = { Device: 'imei', AggregatedReportRequest: 'txid' };

/** Starts the subgraph that gives the entities of others global IDs, for Relay. Resolves to `{ url, close }`. */
export async function startNodes() {
  const ofType = ([type, key]) => [
    type,
    { __resolveReference: (reference) => reference, id: (entity) => toGlobalId(type, entity[key]) },
  ];
  const schema = buildSubgraphSchema({
    typeDefs: parse(nodesSdl),
    resolvers: {
      Query: { node: (_, { id }) => fromGlobalId(id) },
      Node: { __resolveType: ({ __typename }) => __typename },
      ...Object.fromEntries(Object.entries(KEYS).map(ofType)),
    },
  });
  const { url, close } = await listen(createYoga({ schema, graphiql: false, landingPage: false, logging: false }));
  return { url: `${url}/graphql`, close };
}

/** Returns the global ID of an entity: its type and its key. */
export function toGlobalId(type, key) {
  return Buffer.from(`${type}:${key}`).toString('base64url');
}

function fromGlobalId(id) {
  const [, type, value] = /^(\w+):(.+)$/.exec(Buffer.from(id, 'base64url').toString()) ?? [];
  return Object.hasOwn(KEYS, type) ? { __typename: type, [KEYS[type]]: value } : null;
}
