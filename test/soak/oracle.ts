import { createFleet } from '../../src/simulator/fleet/fleet.ts';
import type { SimulatedDevice } from '../../src/simulator/fleet/device.ts';
import { createUsage, type UsageSession, type UsageTotals } from '../../src/simulator/fleet/usage.ts';
import { resolveWindow } from '../../src/simulator/reports/report-window.ts';

export interface AskedWindow {
  readonly startDate: string;
  readonly endDate: string;
}

/** What the platform knows about a device: its usage between two moments, an error, or nothing. */
export type Truth =
  | { readonly kind: 'usage'; readonly min: UsageTotals; readonly max: UsageTotals }
  | { readonly kind: 'error' }
  | { readonly kind: 'missing' };

/** Computes the expected usage with the simulator's own generator, and with no code of the product. */
export interface Oracle {
  readonly devices: readonly SimulatedDevice[];
  /** What an aggregated report must contain, if its usage is from some moment between the two (epoch milliseconds). */
  truthOf(imei: string, window: AskedWindow, fromMs: number, toMs: number): Truth;
  /** Null for a device that is inactive or unknown. */
  sessionsOf(imei: string, window: AskedWindow, atMs: number): readonly UsageSession[] | null;
  isOverlooked(imei: string): boolean;
}

export function createOracle(): Oracle {
  const fleet = createFleet();
  const usageAt = (atMs: number) => createUsage(() => atMs);
  const totalsAt = (device: SimulatedDevice, { startDate, endDate }: AskedWindow, atMs: number): UsageTotals =>
    usageAt(atMs).totalsOf(device, resolveWindow(startDate, endDate, atMs));

  return {
    devices: fleet.devices,
    truthOf(imei, window, fromMs, toMs) {
      const device = fleet.find(imei);
      if (device === undefined || device.kind === 'inactive') return { kind: 'error' };
      if (fleet.isOverlooked(imei)) return { kind: 'missing' };
      return { kind: 'usage', min: totalsAt(device, window, fromMs), max: totalsAt(device, window, toMs) };
    },
    sessionsOf(imei, { startDate, endDate }, atMs) {
      const device = fleet.find(imei);
      if (device === undefined || device.kind === 'inactive') return null;
      return usageAt(atMs).sessionsOf(device, resolveWindow(startDate, endDate, atMs));
    },
    isOverlooked: fleet.isOverlooked,
  };
}
