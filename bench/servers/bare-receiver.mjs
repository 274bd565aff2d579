import { peer } from './peer.mjs';

/**
 * Receives callback messages and commits each alone, in SQLite. It takes part in workload 9 only, and has no GraphQL API.
 * @type {import('./catalog.mjs').Entry}
 */
export const bareReceiver = { label: 'bare handler', dialect: null, launch: peer('bare-receiver.mjs') };

/**
 * The same in PostgreSQL, for workload 14.
 * @type {import('./catalog.mjs').Entry}
 */
export const barePostgresReceiver = {
  label: 'bare handler',
  dialect: null,
  launch: peer('bare-postgres-receiver.mjs'),
};
