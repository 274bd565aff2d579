import type { SimulatedDevice } from './device.ts';
import { DAY_MILLISECONDS, planSessions } from './traffic.ts';

/** A window in epoch milliseconds, both ends included. */
export interface UsageWindow {
  startMilliseconds: number;
  endMilliseconds: number;
}

/** A session as of now. An open one has no end. */
export interface UsageSession {
  startMilliseconds: number;
  endMilliseconds: number | undefined;
  durationSeconds: number;
  bytes: number;
}

export interface UsageTotals {
  numberOfSessions: number;
  bytesTransferred: number;
}

/** Sessions and totals of a device in a window. */
export interface Usage {
  sessionsOf(device: SimulatedDevice, window: UsageWindow): UsageSession[];
  totalsOf(device: SimulatedDevice, window: UsageWindow): UsageTotals;
}

/** Computes the usage of devices up to now. A session belongs to the window in which it starts; an open one counts its bytes so far. */
export function createUsage(now: () => number): Usage {
  function sessionsOf(device: SimulatedDevice, window: UsageWindow): UsageSession[] {
    const present = now();
    const latest = Math.min(window.endMilliseconds, present);
    const sessions: UsageSession[] = [];
    const lastDay = Math.floor(latest / DAY_MILLISECONDS);
    for (let day = Math.floor(window.startMilliseconds / DAY_MILLISECONDS); day <= lastDay; day += 1) {
      for (const { startMilliseconds, endMilliseconds, bytes } of planSessions(device, day)) {
        if (startMilliseconds < window.startMilliseconds || startMilliseconds > latest) continue;
        const isOpen = endMilliseconds > present;
        const elapsed = (isOpen ? present : endMilliseconds) - startMilliseconds;
        sessions.push({
          startMilliseconds,
          endMilliseconds: isOpen ? undefined : endMilliseconds,
          durationSeconds: Math.floor(elapsed / 1000),
          bytes: isOpen ? Math.floor((bytes * elapsed) / (endMilliseconds - startMilliseconds)) : bytes,
        });
      }
    }
    return sessions;
  }

  function totalsOf(device: SimulatedDevice, window: UsageWindow): UsageTotals {
    const sessions = sessionsOf(device, window);
    return {
      numberOfSessions: sessions.length,
      bytesTransferred: sessions.reduce((sum, session) => sum + session.bytes, 0),
    };
  }

  return { sessionsOf, totalsOf };
}
