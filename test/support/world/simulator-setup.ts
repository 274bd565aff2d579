import { onTestFinished } from 'vitest';
import { startSimulator } from '../../../src/simulator/index.ts';
import type { Simulator, SimulatorOptions } from '../../../src/simulator/index.ts';
import { createPlatformClient } from './simulator-client.ts';
import type { PlatformClient } from './simulator-client.ts';

export const DAY = 86_400_000;
/** A Wednesday. */
export const NOON = Date.parse('2025-11-19T12:00:00Z');

/** Starts a simulator with its clock at noon, and a client of it. The simulator is closed after the test. */
export async function setUp(
  options: SimulatorOptions = {},
): Promise<{ simulator: Simulator; client: PlatformClient; imeisOf: (kind: string) => string[] }> {
  const simulator = await startSimulator({ now: () => NOON, callbackDelayMilliseconds: 0, ...options });
  onTestFinished(simulator.close);
  const imeisOf = (kind: string): string[] =>
    simulator.fleet.filter((device) => device.kind === kind).map(({ imei }) => imei);
  return { simulator, client: createPlatformClient(simulator), imeisOf };
}
