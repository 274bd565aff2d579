import { MINUTE_MS } from '../../domain/durations.ts';
import type { Fleet } from '../fleet.ts';
import type { ReportStore } from '../store/store.ts';
import { isFinished, toNextSendAtMs, toPartsWithoutTotals, toUnsent, toWholeFailure } from './fleet-steps.ts';
import { mergeRepeats } from './merge-repeats.ts';
import { requestMissing } from './request-missing.ts';
import type { SendPart } from './send-part.ts';

export interface DriveFleetOptions {
  readonly store: Pick<ReportStore, 'fleets' | 'totals' | 'missing' | 'results' | 'recordMessages'>;
  readonly sendPart: SendPart;
  readonly now: () => number;
  /** How long nothing must have arrived before missing devices are requested again. */
  readonly quietMs: number;
  readonly signal: AbortSignal;
  /** Called when a request has ended, so that there may be something to do. */
  readonly onSent: () => void;
  /** Called with failures of requests that are none of the platform: a part is sent again later. */
  readonly onFailure: (error: unknown) => void;
}

/** Does what there is to do about one fleet report. */
export interface FleetDriver {
  /** Returns in how many milliseconds to step again at the latest; null if the report is closed. Rejects with StoreError. */
  step(): Promise<number | null>;
  /** Resolves when no request is on its way. */
  settle(): Promise<void>;
}

const MAX_SENDING = 4;
/** While requests leave, and while results are on their way. */
const SOON_MS = 1_000;
const LATER_MS = 5_000;
/** A part that failed waits twice as long each time, at most a minute. */
const FIRST_PAUSE_MS = 1_000;

interface Pause {
  readonly failures: number;
  readonly endsAtMs: number;
}

export function createFleetDriver(id: string, options: DriveFleetOptions): FleetDriver {
  const { store, sendPart, now, signal, onSent, onFailure } = options;
  const sending = new Map<number, Promise<void>>();
  const pauses = new Map<number, Pause>();

  const pause = (part: number, retryAfterMs: number | null): void => {
    const failures = (pauses.get(part)?.failures ?? 0) + 1;
    const usualMs = Math.min(MINUTE_MS, FIRST_PAUSE_MS * 2 ** failures);
    pauses.set(part, { failures, endsAtMs: now() + (retryAfterMs ?? usualMs) });
  };
  const send = (fleet: Fleet, part: Fleet['parts'][number]): void => {
    const sent = sendPart(fleet, part, signal)
      .then(
        (outcome) => {
          if (!outcome.isDone) pause(part.part, outcome.retryAfterMs);
        },
        (error: unknown) => {
          pause(part.part, null);
          if (!signal.aborted) onFailure(error);
        },
      )
      .finally(() => {
        sending.delete(part.part);
        onSent();
      });
    sending.set(part.part, sent);
  };
  /** Sends the next part, if it is time. */
  const sendNext = async (fleet: Fleet): Promise<void> => {
    if (signal.aborted || sending.size >= MAX_SENDING) return;
    const failure = sending.size === 0 ? toWholeFailure(fleet) : null;
    if (failure !== null) {
      for (const { part } of toUnsent(fleet)) await store.fleets.endPart(id, part, failure);
      return;
    }
    const next = toUnsent(fleet).find(
      ({ part }) => !sending.has(part) && (pauses.get(part)?.endsAtMs ?? -Infinity) <= now(),
    );
    if (next !== undefined && toNextSendAtMs(fleet, now()) <= now()) send(fleet, next);
  };

  return {
    async step() {
      const fleet = await store.fleets.findOwn(id);
      if (fleet === null) return null;
      await sendNext(fleet);
      await mergeRepeats(fleet, options);
      for (const { part, report } of toPartsWithoutTotals(fleet))
        await store.fleets.noteTotals(id, part, report.revision, await store.totals(report.txid));
      await requestMissing(fleet, options);
      if (isFinished(fleet) && sending.size === 0) {
        await store.fleets.close(id);
        return null;
      }
      if (toUnsent(fleet).length === 0) return LATER_MS;
      const untilNextMs = toNextSendAtMs(fleet, now()) - now();
      return Math.min(SOON_MS, untilNextMs > 0 ? untilNextMs : SOON_MS);
    },
    async settle() {
      await Promise.allSettled(sending.values());
    },
  };
}
