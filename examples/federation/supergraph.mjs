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

/** Composes the supergraph of both offline, and returns its SDL. */
export function composeSupergraph(urls) {
  return compose(toSubgraphs(urls));
}

/** Composes subgraphs and returns the SDL of their supergraph. Throws an Error with the composer's messages. */
export function compose(subgraphs) {
  const { supergraphSdl, errors } = composeServices(subgraphs);
  if (supergraphSdl === undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}
