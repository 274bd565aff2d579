import { ReportError, type ReportErrorCode } from '../../../src/domain/errors.ts';
import type { Imei } from '../../../src/domain/imei.ts';
import type { UsageQuery } from '../../../src/reports/aggregate-request.ts';
import type { FetchedUsage, FetchUsage, UsageAnswer } from '../../../src/reports/aggregated-report.ts';

/** How the platform treats a device. A status is the one with which it rejects every call that contains the device. */
export type Disposition = 'plain' | 'missing' | 'erring' | 400 | 403 | 404;

export interface FakeCall {
  readonly query: UsageQuery;
  readonly imeis: readonly Imei[];
  readonly startedAt: number;
  end: 'open' | 'answered' | 'rejected' | 'failed' | 'timed out' | 'aborted';
  /** Responds as the platform would, or fails the whole call. */
  finish(how: 'as it is' | 'failed' | 'timed out'): void;
}

export interface FakeUsage {
  readonly fetchUsage: FetchUsage;
  readonly calls: readonly FakeCall[];
  open(): FakeCall[];
  /** The next number in a sequence that orders all calls and requests. */
  moment(): number;
}

const REJECTIONS: Readonly<Record<number, ReportErrorCode>> = {
  400: 'UPSTREAM_BAD_REQUEST',
  403: 'UPSTREAM_FORBIDDEN',
  404: 'UPSTREAM_NOT_FOUND',
};

/** A fetch function whose calls stay open until the test ends them. The usage identifies its query and device. */
export function createFakeUsage(
  dispositionOf: (imei: Imei) => Disposition,
  now: () => number,
  onCall: (call: FakeCall) => void = () => undefined,
): FakeUsage {
  const calls: FakeCall[] = [];
  let moments = 0;
  const moment = (): number => (moments += 1);
  return {
    calls,
    moment,
    open: () => calls.filter((call) => call.end === 'open'),
    fetchUsage: (query, toImeis, { signal, onSend }) =>
      new Promise((resolve, reject) => {
        const imeis = toImeis();
        onSend();
        const fail = (end: FakeCall['end'], code: ReportErrorCode, message: string): void => {
          call.end = end;
          reject(new ReportError(code, message));
        };
        const finish: FakeCall['finish'] = (how) => {
          const rejected = imeis.find((imei) => typeof dispositionOf(imei) === 'number');
          if (how === 'failed') fail('failed', 'UPSTREAM_UNAVAILABLE', 'failed');
          else if (how === 'timed out') fail('timed out', 'UPSTREAM_TIMEOUT', 'timed out');
          else if (rejected !== undefined)
            fail('rejected', REJECTIONS[Number(dispositionOf(rejected))] ?? 'NOT_FOUND', rejected);
          else {
            call.end = 'answered';
            resolve(toAnswer(call, dispositionOf, now()));
          }
        };
        const call: FakeCall = { query, imeis, startedAt: moment(), end: 'open', finish };
        signal?.addEventListener('abort', () => {
          if (call.end !== 'open') return;
          call.end = 'aborted';
          reject(signal.reason as Error);
        });
        calls.push(call);
        onCall(call);
      }),
  };
}

/** The usage of a device, whichever call returns it. */
export function usageFor(query: UsageQuery, imei: Imei): Pick<FetchedUsage, 'numberOfSessions' | 'bytesTransferred'> {
  const number = Number(imei.slice(-6));
  return { numberOfSessions: number, bytesTransferred: number * 1000 + Number(query.accountNumber.slice(-1)) };
}

function toAnswer(
  { query, imeis, startedAt }: FakeCall,
  dispositionOf: (imei: Imei) => Disposition,
  fetchedAtMs: number,
): UsageAnswer {
  const call = {
    accountNumber: query.accountNumber,
    txid: String(startedAt),
    fetchedAtMs,
    settled: true,
    sequence: startedAt,
    nameless: [],
  };
  const those = (disposition: Disposition): Imei[] => imeis.filter((imei) => dispositionOf(imei) === disposition);
  return {
    call,
    // In another order than requested.
    usage: those('plain')
      .reverse()
      .map((imei) => ({ kind: 'usage', imei, ...usageFor(query, imei), call })),
    errors: those('erring').map((imei) => ({
      kind: 'error',
      imei,
      errorMessage: imei,
      errorResponse: null,
      call,
      failure: null,
    })),
  };
}
