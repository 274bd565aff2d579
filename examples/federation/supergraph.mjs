import { readFileSync } from 'node:fs';
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { fleetSdl } from './fleet/server.mjs';

export const reportsSdl = readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8');

/** Both subgraphs as composers take them, from their files: neither has to run. */
export function toSubgraphs({ reportsUrl, fleetUrl }) {
  return [
    { name: 'reports', url: reportsUrl, typeDefs: parse(reportsSdl) },
    { name: 'fleet', url: fleetUrl, typeDefs: parse(fleetSdl) },
  ];
}

/** The supergraph in SDL, composed offline. Throws what the composer finds wrong. */
export function composeSupergraph(urls) {
  const { supergraphSdl, errors } = composeServices(toSubgraphs(urls));
  if (supergraphSdl === undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}
