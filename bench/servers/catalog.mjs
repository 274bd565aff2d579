import { peer } from './peer.mjs';
import { launchTailcall } from './tailcall.mjs';
import { ownRoot, thisServer } from './this-server.mjs';

/**
 * @typedef {(means: {
 *   upstreamUrl: string,
 *   processes: import('../processes.mjs').Processes,
 *   output: number,
 *   dataDir: string,
 *   environment: Record<string, string>,
 * }) => Promise<{ child: import('node:child_process').ChildProcess, port: number, launchedAt: number }>} Launch
 */

/**
 * A server to measure. Without a dialect it gets no queries, and it is ready when it listens. The checkout is that of this project
 * from which it runs. `daily` is how it is asked for usage by day, if not by one report for each day.
 * @typedef {{
 *   label: string, dialect: string | null, launch: Launch, checkout?: string,
 *   daily?: import('../operations/daily-orders.mjs').Daily,
 * }} Entry
 */
/** @typedef {Record<string, Entry>} Catalog */

const mesh = peer('mesh.mjs', async (upstreamUrl) => {
  const { composeSupergraph } = await import('../peers/mesh-supergraph.mjs');
  return { SUPERGRAPH: await composeSupergraph(upstreamUrl) };
});

/**
 * The servers, in the order of their turns. The others are compared with `bare`.
 * @type {Catalog}
 */
export const catalog = {
  bare: { label: 'bare handler', dialect: 'reports', launch: peer('bare.mjs') },
  echo: { label: 'echo', dialect: 'reports', launch: peer('echo.mjs') },
  'bare-shared': { label: 'bare handler, shared calls', dialect: 'reports', launch: peer('bare-shared.mjs') },
  server: thisServer('this server', ownRoot),
  observed: thisServer('this server, observed', ownRoot, { LOG_LEVEL: 'info', METRICS_PORT: '0' }),
  apollo: { label: 'Apollo Server', dialect: 'reports', launch: peer('apollo.mjs') },
  'apollo-loader': { label: 'Apollo + DataLoader', dialect: 'reports', launch: peer('apollo-loader.mjs') },
  yoga: { label: 'Yoga + DataLoader', dialect: 'reports', launch: peer('yoga.mjs') },
  mesh: { label: 'Mesh', dialect: 'mesh', launch: mesh },
  tailcall: { label: 'Tailcall', dialect: 'tailcall', launch: launchTailcall },
  'bare-sessions': { label: 'bare handler, sessions', dialect: 'reports', launch: peer('bare.mjs'), daily: 'sessions' },
  'tailcall-cache': { label: 'Tailcall + @cache', dialect: 'tailcall-cache', launch: launchTailcall },
};

/**
 * Returns the catalog with this server of another checkout, whose turn comes just before that of this one.
 * @param {string} checkout
 * @returns {Catalog}
 */
export function catalogWithBefore(checkout) {
  const { bare, echo, 'bare-shared': shared, ...rest } = catalog;
  return { bare, echo, 'bare-shared': shared, before: thisServer('this server before', checkout), ...rest };
}

/** The servers of most workloads. */
export const everyServer = ['bare', 'before', 'server', 'apollo', 'apollo-loader', 'yoga', 'mesh', 'tailcall'];
