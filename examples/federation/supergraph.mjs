import { readFileSync } from 'node:fs';
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { fleetSdl } from './fleet/server.mjs';

export const reportsSdl = readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8');

/** Returns both subgraphs from their schema files, in the form that composers expect. Neither server has to run. */
export function toSubgraphs({ reportsUrl, fleetUrl }) {
  return [
    { name: 'reports', url: reportsUrl, typeDefs: parse(reportsSdl) },
    { name: 'fleet', url: fleetUrl, typeDefs: parse(fleetSdl) },
  ];
}

/** Composes the supergraph offline and returns its SDL. Throws an Error with the composer's messages. */
export function composeSupergraph(urls) {
  const { supergraphSdl, errors } = composeServices(toSubgraphs(urls));
  if (supergraphSdl === undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}
