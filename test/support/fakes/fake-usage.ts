import { ReportError, type ReportErrorCode } from '../../../src/domain/errors.ts';
import type { Imei } from '../../../src/domain/imei.ts';
import type { UsageQuery } from '../../../src/reports/aggregate-request.ts';
import type { DeviceUsage, FetchUsage, UsageAnswer } from '../../../src/reports/aggregated-report.ts';

/** How the platform sees a device; a status is the one by which it refuses any call with the device in it. */
export type Disposition = 'plain' | 'missing' | 'erring' | 400 | 403 | 404;

export interface FakeCall {
  readonly query: UsageQuery;
  readonly imeis: readonly Imei[];
  readonly startedAt: number;
  end: 'open' | 'answered' | 'refused' | 'failed' | 'timed out' | 'broken off';
  /** Answers as the platform would, or fails as a whole. */
  finish(how: 'as it is' | 'failed' | 'timed out'): void;
}

export interface FakeUsage {
  readonly fetchUsage: FetchUsage;
  readonly calls: readonly FakeCall[];
  open(): FakeCall[];
  /** The next moment of an order that the calls share. */
  moment(): number;
}

const REFUSALS: Readonly<Record<number, ReportErrorCode>> = {
  400: 'UPSTREAM_BAD_REQUEST',
  403: 'UPSTREAM_FORBIDDEN',
  404: 'UPSTREAM_NOT_FOUND',
};

/** Usage whose calls stay open until the test ends them; figures tell of which scope and device they are. */
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
    fetchUsage: (query, imeis, { signal }) =>
      new Promise((resolve, reject) => {
        const fail = (end: FakeCall['end'], code: ReportErrorCode, message: string): void => {
          call.end = end;
          reject(new ReportError(code, message));
        };
        const finish: FakeCall['finish'] = (how) => {
          const refused = imeis.find((imei) => typeof dispositionOf(imei) === 'number');
          if (how === 'failed') fail('failed', 'UPSTREAM_UNAVAILABLE', 'failed');
          else if (how === 'timed out') fail('timed out', 'UPSTREAM_TIMEOUT', 'timed out');
          else if (refused !== undefined)
            fail('refused', REFUSALS[Number(dispositionOf(refused))] ?? 'NOT_FOUND', refused);
          else {
            call.end = 'answered';
            resolve(toAnswer(call, dispositionOf, now()));
          }
        };
        const call: FakeCall = { query, imeis, startedAt: moment(), end: 'open', finish };
        signal?.addEventListener('abort', () => {
          if (call.end !== 'open') return;
          call.end = 'broken off';
          reject(signal.reason as Error);
        });
        calls.push(call);
        onCall(call);
      }),
  };
}

/** What a device's figures are, wherever they come from. */
export function figuresOf(query: UsageQuery, imei: Imei): Pick<DeviceUsage, 'numberOfSessions' | 'bytesTransferred'> {
  const number = Number(imei.slice(-6));
  return { numberOfSessions: number, bytesTransferred: number * 1000 + Number(query.accountNumber.slice(-1)) };
}

function toAnswer(
  { query, imeis, startedAt }: FakeCall,
  dispositionOf: (imei: Imei) => Disposition,
  fetchedAtMs: number,
): UsageAnswer {
  const call = { accountNumber: query.accountNumber, txid: String(startedAt), fetchedAtMs };
  const those = (disposition: Disposition): Imei[] => imeis.filter((imei) => dispositionOf(imei) === disposition);
  return {
    call,
    // In another order than asked.
    usage: those('plain')
      .reverse()
      .map((imei) => ({ kind: 'usage', imei, ...figuresOf(query, imei), call })),
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
