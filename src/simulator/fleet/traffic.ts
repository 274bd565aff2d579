import { createRandom, hashText, mixSeeds, type Random } from '../random.ts';
import type { DeviceKind, SimulatedDevice, UsageChange } from './device.ts';

/** A session of a device. Times are epoch milliseconds. */
export interface PlannedSession {
  startMilliseconds: number;
  endMilliseconds: number;
  bytes: number;
}

interface Pattern {
  firstStartMilliseconds: number;
  sessionsPerDay: (random: Random, isWeekend: boolean) => number;
  durationSeconds: readonly [number, number];
  bytes: readonly [number, number];
}

export const DAY_MILLISECONDS = 86_400_000;
const MINUTE_MILLISECONDS = 60_000;
const MIDNIGHT_SHARE = 0.3;
/** After so many days, the usage of a device that changes begins anew. */
const CYCLE_DAYS = 28;
const DAYS_OF_CHANGE = { sleeps: 10, surges: 7 };
const SURGE_FACTOR = 6;

const PATTERNS: Readonly<Record<DeviceKind, Pattern | undefined>> = {
  meter: {
    firstStartMilliseconds: 30 * MINUTE_MILLISECONDS,
    sessionsPerDay: (random) => random.integer(2, 5),
    durationSeconds: [4, 90],
    bytes: [1_000, 50_000],
  },
  tracker: {
    firstStartMilliseconds: 4 * 60 * MINUTE_MILLISECONDS,
    sessionsPerDay: (random, isWeekend) => (isWeekend ? random.integer(0, 3) : random.integer(12, 26)),
    durationSeconds: [120, 2_400],
    bytes: [100_000, 5_000_000],
  },
  camera: {
    firstStartMilliseconds: 40 * MINUTE_MILLISECONDS,
    sessionsPerDay: (random) => random.integer(2, 4),
    durationSeconds: [9_000, 28_000],
    bytes: [600_000_000, 2_600_000_000],
  },
  silent: undefined,
  inactive: undefined,
};

function planDay(pattern: Pattern, dayStart: number, random: Random): PlannedSession[] {
  const weekday = new Date(dayStart).getUTCDay();
  const count = pattern.sessionsPerDay(random, weekday === 0 || weekday === 6);
  const width = (DAY_MILLISECONDS - pattern.firstStartMilliseconds) / count;
  const sessions: PlannedSession[] = [];
  for (let slot = 0; slot < count; slot += 1) {
    const maxSeconds = Math.floor((width * 0.9) / 1000);
    const duration = Math.min(random.integer(...pattern.durationSeconds), maxSeconds) * 1000;
    let start =
      dayStart + pattern.firstStartMilliseconds + Math.floor(slot * width + random.fraction() * (width - duration));
    if (slot === count - 1 && random.chance(MIDNIGHT_SHARE)) {
      const overrun = 0.9 * Math.min(pattern.firstStartMilliseconds, duration);
      start = dayStart + DAY_MILLISECONDS - duration + Math.floor(random.fraction() * overrun);
    }
    sessions.push({
      startMilliseconds: start,
      endMilliseconds: start + duration,
      bytes: random.integer(...pattern.bytes),
    });
  }
  return sessions;
}

function isDayOfChange({ kind, phaseDays }: UsageChange, day: number): boolean {
  return (day + phaseDays) % CYCLE_DAYS < DAYS_OF_CHANGE[kind];
}

/**
 * Returns the sessions of a device that start on one UTC day, ordered by start. `day` counts from 1970-01-01. Sessions never
 * overlap; the last one may end on the next day.
 */
export function planSessions(device: SimulatedDevice, day: number): PlannedSession[] {
  const pattern = PATTERNS[device.kind];
  if (pattern === undefined) return [];
  const changes = device.change !== null && isDayOfChange(device.change, day);
  if (changes && device.change?.kind === 'sleeps') return [];
  const sessions = planDay(pattern, day * DAY_MILLISECONDS, createRandom(mixSeeds(hashText(device.imei), day)));
  return changes ? sessions.map((session) => ({ ...session, bytes: session.bytes * SURGE_FACTOR })) : sessions;
}
