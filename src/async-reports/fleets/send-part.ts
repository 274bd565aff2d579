import type { AcceptedReport } from '../../domain/accepted-report.ts';
import { ReportError, type ReportErrorCode } from '../../domain/errors.ts';
import type { Imei } from '../../domain/imei.ts';
import type { Fleet, FleetPart, PartFailure } from '../fleet.ts';
import type { FleetStore } from '../store/fleet-store.ts';
import type { SubmitOnce } from '../submit-once.ts';

/** Requests the report of a part. Rejects with a ReportError that says in `mayHaveStarted` whether it may have started. */
export type RequestPart = (fleet: Fleet, imeis: readonly Imei[], signal: AbortSignal) => Promise<AcceptedReport>;

export interface SendPartOptions {
  readonly store: Pick<FleetStore, 'beginPart' | 'acceptPart' | 'repeatPart' | 'endPart'>;
  readonly submitOnce: SubmitOnce;
  readonly requestPart: RequestPart;
  readonly now: () => number;
  /** A part that could not be sent by then never will be. */
  readonly giveUpAtMs: (fleet: Fleet) => number;
  readonly onRejected: (fleet: Fleet, part: FleetPart, failure: PartFailure) => void;
}

/**
 * Sends the request of a part once, also if this server ends meanwhile and another one does it again. Returns null if there is nothing
 * left to do about the part, or else how long to wait before it is sent again; null for the usual time. Rejects with StoreError.
 */
export type SendPart = (fleet: Fleet, part: FleetPart, signal: AbortSignal) => Promise<SendOutcome>;

export type SendOutcome = { readonly isDone: true } | { readonly isDone: false; readonly retryAfterMs: number | null };

const DONE: SendOutcome = { isDone: true };
/** No caller's key has a line feed, so it is never equal to one of these. */
const KEY_OWNER = '\nfleet';
/** Requests of one part that may have started a report without a usable response. */
const MAX_UNCERTAIN = 3;
/** The platform, or this server, would say the same again. */
const FINAL: ReadonlySet<ReportErrorCode> = new Set([
  'BAD_USER_INPUT',
  'FORBIDDEN',
  'IDEMPOTENCY_CONFLICT',
  'UPSTREAM_BAD_REQUEST',
  'UPSTREAM_CONFLICT',
  'UPSTREAM_FORBIDDEN',
  'UPSTREAM_NOT_FOUND',
]);

export function createSendPart(options: SendPartOptions): SendPart {
  const { store, submitOnce, requestPart, now, giveUpAtMs, onRejected } = options;

  const reject = async (fleet: Fleet, part: FleetPart, { code, message }: ReportError): Promise<SendOutcome> => {
    onRejected(fleet, part, { code, message });
    await store.endPart(fleet.id, part.part, { code, message });
    return DONE;
  };
  const fail = async (fleet: Fleet, part: FleetPart, error: ReportError, attempt: number): Promise<SendOutcome> => {
    const { code, details } = error;
    if (details.mayHaveStarted === true) {
      if (attempt + 1 >= MAX_UNCERTAIN) return reject(fleet, part, error);
      await store.repeatPart(fleet.id, part.part, { atMs: now(), reason: 'UNCERTAIN', devices: part.devices });
      return { isDone: false, retryAfterMs: null };
    }
    if (FINAL.has(code) || now() >= giveUpAtMs(fleet)) return reject(fleet, part, error);
    const { retryAfterSeconds } = details;
    return { isDone: false, retryAfterMs: retryAfterSeconds === undefined ? null : retryAfterSeconds * 1_000 };
  };

  return async (fleet, part, signal) => {
    const { id, accountNumber, owner, inputJson } = fleet;
    const begun = await store.beginPart(id, part.part);
    if (begun === null) return DONE;
    const { imeis, attempt, isCancelled } = begun;
    // All of its devices were erased.
    if (imeis.length === 0) {
      await store.endPart(id, part.part, null);
      return DONE;
    }
    const key = `${id} ${part.part} ${attempt}`;
    try {
      const { txid } = await submitOnce({
        ...{ accountNumber, owner, inputJson, signal, keyOwner: KEY_OWNER, idempotencyKey: key, inputFingerprint: key },
        expectedImeis: imeis,
        isFiltered: false,
        trace: null,
        // If a server ended while it sent this part, only the key knows whether the report was accepted.
        submit: () => (isCancelled ? Promise.reject(toCancelled()) : requestPart(fleet, imeis, signal)),
      });
      await store.acceptPart(id, part.part, txid);
      return DONE;
    } catch (error) {
      if (!(error instanceof ReportError)) throw error;
      if (isCancelled) {
        await store.endPart(id, part.part, null);
        return DONE;
      }
      return signal.aborted && error.details.mayHaveStarted !== true
        ? { isDone: false, retryAfterMs: null }
        : fail(fleet, part, error, attempt);
    }
  };
}

function toCancelled(): ReportError {
  return new ReportError('REQUEST_CANCELLED', 'The report was cancelled before this part was sent.');
}
