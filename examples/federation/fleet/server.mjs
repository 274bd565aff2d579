import { readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { createYoga } from 'graphql-yoga';
import { listen } from '../listen.mjs';
import { createInventory } from './inventory.mjs';

export const fleetSdl = readFileSync(new URL('schema.graphql', import.meta.url), 'utf8');

/** Starts the fleet subgraph with vehicles of the form `{ id, name, depot, imei }`. Resolves to `{ url, close }`. */
export async function startFleet(vehicles) {
  const inventory = createInventory(vehicles);
  const schema = buildSubgraphSchema({
    typeDefs: parse(fleetSdl),
    resolvers: {
      Query: {
        vehicles: (_, { depot }) => inventory.ofDepot(depot),
        depots: () => inventory.depots(),
      },
      Vehicle: {
        __resolveReference: ({ id }) => inventory.byId(id),
        device: ({ imei }) => ({ imei }),
      },
      Device: {
        __resolveReference: ({ imei }) => ({ imei }),
        vehicle: ({ imei }) => inventory.byImei(imei),
      },
    },
  });
  const { url, close } = await listen(createYoga({ schema, graphiql: false, landingPage: false, logging: false }));
  return { url: `${url}/graphql`, close };
}
