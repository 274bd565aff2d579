import { peer } from './peer.mjs';

/**
 * Commits each message alone, and takes part where messages are received; nobody asks it in GraphQL.
 * @type {import('./catalog.mjs').Entry}
 */
export const bareReceiver = { label: 'bare handler', dialect: null, launch: peer('bare-receiver.mjs') };
