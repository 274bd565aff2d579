// A file of its own: it puts together what the files about fleet reports do.
import { createAddFleet } from './add-fleet.ts';
import type { Database } from './database.ts';
import { createDeviceLists } from './device-lists.ts';
import { createFindFleets } from './find-fleets.ts';
import { createFleetParts } from './fleet-parts.ts';
import { createFleetRetention } from './fleet-retention.ts';
import type { FleetStore } from './fleet-store.ts';
import { createListFleets } from './list-fleets.ts';

export interface FleetStoreOptions {
  readonly database: Database;
  readonly now: () => number;
  readonly newToken: () => string;
  readonly retentionMs: number;
}

export function createFleetStore(options: FleetStoreOptions): FleetStore {
  return {
    ...createDeviceLists(options),
    add: createAddFleet(options),
    ...createFindFleets(options),
    ...createListFleets(options),
    ...createFleetParts(options),
    removeExpired: createFleetRetention(options),
  };
}
