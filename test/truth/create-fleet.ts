import { DAY, HOUR, MINUTE, SECOND } from './calendar.ts';
import { createChance, type Chance } from './chance.ts';
import type { Device, Fate, Fleet, Session, UsageFlaw } from './fleet.ts';
import type { Sentences } from './sentences.ts';

export const ACCOUNTS = ['0844021539-00001', '0742644905-00001'] as const;
export const GROUPS = ['north', 'süd "1"'];
export const PLANS = ['plan-a', 'plan b'];
export const LABELS = ['red', 'blau'];

/** IMEIs of the fleet. The two accounts have some in common, with other usage. */
export const IMEIS = Array.from({ length: 14 }, (_, at) => `0${String(35_000_000_000_001 + at * 97)}`);

/** Draws a fleet around this time. */
export function createFleet(seed: number, nowMs: number, sentences: Sentences): Fleet {
  const chance = createChance(seed);
  const reports = sentences.dailyBeforeAndPartial && chance.happens(0.5) ? 'touching' : 'beginning';
  return {
    salt: String(seed),
    reports,
    devices: ACCOUNTS.flatMap((account) =>
      chance.some(IMEIS, chance.integer(4, 12)).map((imei) => drawDevice(chance, account, imei, nowMs, sentences)),
    ),
  };
}

function drawDevice(chance: Chance, account: string, imei: string, nowMs: number, sentences: Sentences): Device {
  const fate = drawFate(chance, sentences);
  const count = fate === 'left out' || chance.happens(0.1) ? 0 : chance.integer(1, chance.happens(0.1) ? 60 : 12);
  return {
    account,
    imei,
    id: chance.happens(0.9) ? String(1_000_000_000 + chance.integer(0, 999_999_999)) : null,
    fate,
    usageFlaw: drawUsageFlaw(chance),
    group: chance.pick(GROUPS),
    plan: chance.pick(PLANS),
    label: chance.pick(LABELS),
    sessions: uniqueStarts(Array.from({ length: count }, () => drawSession(chance, nowMs))),
  };
}

function drawFate(chance: Chance, sentences: Sentences): Fate {
  if (chance.happens(0.7)) return 'reported';
  const fate = chance.pick<Fate>([
    'rejected',
    'unknown',
    'refused',
    'left out',
    'nameless',
    'broken',
    'brings another',
  ]);
  if (fate === 'brings another' && !sentences.unexpectedDevices) return 'left out';
  // A broken device makes all fail that share a call with it.
  if (fate === 'broken' && chance.happens(0.6)) return 'refused';
  return fate === 'nameless' && !sentences.namelessErrors ? 'refused' : fate;
}

function drawUsageFlaw(chance: Chance): UsageFlaw {
  if (chance.happens(0.7)) return 'none';
  return chance.pick(['no bytes', 'bad bytes', 'no sessions', 'twice', 'twice, once without numbers']);
}

/** Most sessions are around now. Some begin or end at a midnight somewhere, and some last for days or for ever. */
function drawSession(chance: Chance, nowMs: number): Session {
  const daysAgo = chance.happens(0.85) ? chance.integer(-3, 12) : chance.integer(-20, 165);
  const day = Math.floor(nowMs / DAY) * DAY - daysAgo * DAY;
  const startMs = day + drawTimeOfDay(chance);
  const isLong = chance.happens(0.06);
  const length = isLong ? chance.integer(20, 300) * HOUR : chance.integer(0, 20 * 60) * MINUTE;
  return {
    startMs,
    endMs: isLong && chance.happens(0.4) ? null : startMs + length + chance.pick([0, 0, SECOND, 499, 500, 1_501]),
    bytes: drawBytes(chance),
    flaw: chance.happens(0.92) ? 'none' : chance.pick(['no bytes', 'bad bytes', 'no start', 'bad start', 'bad end']),
  };
}

function drawTimeOfDay(chance: Chance): number {
  const [half, edge] = [chance.integer(0, 47) * 30 * MINUTE, chance.pick([-1, 0, 1])];
  return chance.happens(0.4) ? half + edge : chance.integer(0, DAY - 1);
}

function drawBytes(chance: Chance): number {
  if (chance.happens(0.8)) return chance.integer(0, 10_000_000);
  return chance.pick([0, 1, 2 ** 31, 3_000_000_000, 2 ** 52, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1]);
}

/** Two sessions of a device do not begin in the same millisecond, because nothing else tells them apart. */
function uniqueStarts(sessions: readonly Session[]): Session[] {
  return [...new Map(sessions.map((session) => [session.startMs, session])).values()];
}
