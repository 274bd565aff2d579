import { z } from 'zod';
import { MINUTE_MS } from '../domain/durations.ts';
import { int } from './values.ts';

/** How fleet reports are requested, and how long uploaded lists are kept. */
export const Fleets = z
  .object({
    FLEET_PARTS_PER_MINUTE: int(60, 1, 600).describe(
      'Requests of a fleet report to ThingSpace per minute, if it does not ask for another number',
    ),
    FLEET_REPEAT_AFTER_SECONDS: int(900, 5, 86_400).describe(
      'Seconds without results after which missing devices of a fleet report are requested once more',
    ),
    DEVICE_LIST_MINUTES: int(60, 1, 1_440).describe(
      'How long a list of devices may be uploaded, and how long it is kept then, in minutes',
    ),
  })
  .transform((env) => ({
    /** Requests of a fleet report per minute, if it does not ask for fewer or more. */
    fleetPartsPerMinute: env.FLEET_PARTS_PER_MINUTE,
    /** How long nothing must have arrived before missing devices are requested again. */
    fleetRepeatAfterMs: env.FLEET_REPEAT_AFTER_SECONDS * 1_000,
    /** How long a list may be uploaded, and how long it is kept then. */
    deviceListMs: env.DEVICE_LIST_MINUTES * MINUTE_MS,
  }));
export type FleetsConfig = z.output<typeof Fleets>;
