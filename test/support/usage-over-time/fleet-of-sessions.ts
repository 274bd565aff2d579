import { createChance, type Chance } from '../../truth/chance.ts';
import { bytesAt, toView, type Device, type Fleet, type Session } from '../../truth/fleet.ts';
import { DAY, HOUR, MINUTE } from '../../truth/calendar.ts';

export const ACCOUNT = '0844021539-00001';

/** IMEIs of the fleet, one of them with a leading zero. */
export const IMEIS = ['012345678901234', '350000000000017', '350000000000025', '350000000000033'];

/** A fleet whose devices are all reported, each with sessions in the `days` before a moment. Sessions count where they begin. */
export function createFleetOfSessions(seed: number, nowMs: number, days: number, imeis = IMEIS): Fleet {
  const chance = createChance(seed);
  return {
    salt: String(seed),
    reports: 'beginning',
    devices: imeis.map((imei, at) => ({
      account: ACCOUNT,
      imei,
      id: null,
      fate: 'reported',
      usageFlaw: 'none',
      group: at % 2 === 0 ? 'even' : 'odd',
      plan: at % 3 === 0 ? 'third' : 'other',
      label: 'a label',
      sessions: drawSessions(chance, nowMs, days),
    })),
  };
}

/** The sessions of a device that began in a span, both ends included, as the platform shows them at a moment. */
export function sumSessions({ sessions }: Device, fromMs: number, toMs: number, nowMs: number) {
  const viewMs = toView(nowMs);
  const own = sessions.filter(({ startMs }) => startMs >= fromMs && startMs <= toMs && startMs <= viewMs);
  return {
    numberOfSessions: own.length,
    bytesTransferred: own.reduce((sum, session) => sum + bytesAt(session, viewMs), 0),
  };
}

function drawSessions(chance: Chance, nowMs: number, days: number): Session[] {
  const today = Math.floor(nowMs / DAY) * DAY;
  const starts = Array.from({ length: chance.integer(0, 6 * days) }, () => {
    // Many begin around a midnight somewhere.
    const half = chance.integer(0, 47) * 30 * MINUTE + chance.pick([-1, 0, 1]);
    return today - chance.integer(0, days) * DAY + (chance.happens(0.5) ? half : chance.integer(0, DAY - 1));
  });
  return [...new Set(starts)].map((startMs) => ({
    startMs,
    endMs: startMs + chance.integer(1, 5 * HOUR),
    bytes: chance.integer(0, 10_000_000),
    flaw: 'none',
  }));
}
