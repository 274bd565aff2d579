import { peer } from './peer.mjs';
import { launchThisServer } from './this-server.mjs';

/**
 * @typedef {(means: {
 *   upstreamUrl: string,
 *   processes: import('../processes.mjs').Processes,
 *   output: number,
 *   dataDir: string,
 * }) => Promise<{ child: import('node:child_process').ChildProcess, port: number, launchedAt: number }>} Launch
 */

/**
 * A server to measure. Without a dialect it gets no queries, and it is ready when it listens.
 * @typedef {{ label: string, dialect: string | null, launch: Launch }} Entry
 */

const mesh = peer('mesh.mjs', async (upstreamUrl) => {
  const { composeSupergraph } = await import('../peers/mesh-supergraph.mjs');
  return { SUPERGRAPH: await composeSupergraph(upstreamUrl) };
});

/**
 * The servers, in the order of their turns. The others are compared with `bare`.
 * @type {Record<string, Entry>}
 */
export const catalog = {
  bare: { label: 'bare handler', dialect: 'reports', launch: peer('bare.mjs') },
  server: { label: 'this server', dialect: 'reports', launch: launchThisServer },
  apollo: { label: 'Apollo Server', dialect: 'reports', launch: peer('apollo.mjs') },
  'apollo-loader': { label: 'Apollo + DataLoader', dialect: 'reports', launch: peer('apollo-loader.mjs') },
  yoga: { label: 'Yoga + DataLoader', dialect: 'reports', launch: peer('yoga.mjs') },
  mesh: { label: 'Mesh', dialect: 'mesh', launch: mesh },
};
