import type { OperationContext } from '../../../src/context.ts';
import { ANYONE } from '../../../src/domain/access.ts';
import { ReportError } from '../../../src/domain/errors.ts';
import { createTimeZones } from '../../../src/domain/time-zones.ts';
import type { Imei } from '../../../src/domain/imei.ts';
import type { DeviceOutcome } from '../../../src/reports/aggregated-report.ts';
import type { UsageQuery } from '../../../src/reports/aggregate-request.ts';
import { toFailedDevice } from '../../../src/reports/aggregated-report.ts';
import { toAborts } from '../../../src/domain/wait-for.ts';
import { createOperation, NO_LIMITS } from '../../../src/reports/operation.ts';
import { createComputations } from '../../../src/reports/computations.ts';
import type { SessionsReport, SessionsReportQuery } from '../../../src/reports/sessions-report.ts';
import { createManualSignal } from '../fakes/manual-signal.ts';
import { ACCOUNT } from '../store/messages.ts';

const NOW_MS = Date.parse('2026-11-20T12:00:00Z');

/** What the resolvers of queries need. The last digit of an IMEI decides its usage. */
export type ReadContext = Pick<
  OperationContext,
  | 'maxComputedRows'
  | 'computations'
  | 'pace'
  | 'timeZones'
  | 'recordedUsage'
  | 'access'
  | 'wantsTrace'
  | 'requestId'
  | 'markLogged'
  | 'accountNumber'
  | 'now'
  | 'cancellation'
  | 'operation'
  | 'loaders'
  | 'responseSize'
  | 'errorCount'
  | 'checkUnread'
  | 'addUnread'
  | 'prepared'
  | 'maxStoreReads'
>;

export function createFixedContext(): ReadContext {
  const { signal } = createManualSignal();
  const computations = createComputations(Infinity);
  return {
    access: ANYONE,
    wantsTrace: false,
    requestId: 'a-request',
    markLogged: () => undefined,
    accountNumber: ACCOUNT,
    now: () => NOW_MS,
    cancellation: {
      ...toAborts(signal),
      startTimeLimit: () => undefined,
      endAtShutdown: () => undefined,
      rejectIfOver: () => undefined,
    },
    maxComputedRows: Infinity,
    computations: () => computations,
    pace: () => null,
    timeZones: createTimeZones(),
    recordedUsage: null,
    operation: createOperation(toAborts(signal), true, NO_LIMITS),
    maxStoreReads: Infinity,
    prepared: {
      fields: new Map(),
      rowSizes: new Map(),
      size: 0,
      bytesWithoutLists: 0,
      isForAccount: false,
      mayMakeCalls: true,
      reportRequests: { reports: 0, devices: 0 },
      parsedLists: null,
      deviceSeries: null,
      plannedRows: 0,
    },
    responseSize: { maxBytes: 2 ** 23, root: undefined, bytes: 0, texts: null, tooLarge: [] },
    checkUnread: () => null,
    addUnread: () => null,
    errorCount: { made: 0, leftOut: 0 },
    loaders: {
      usage: () => ({
        loadDevices: (query, imeis) => Promise.resolve(imeis.map((imei) => toOutcome(query, imei))),
        listUncached: (_, imeis) => imeis,
        loadAccount: failAccount,
        accountWindows: { load: failAccount, isCached: () => false, countRows: () => null },
      }),
      sessions: () => ({ load: toSessions, isCached: () => false }),
    },
  };
}

function failAccount(): Promise<never> {
  return Promise.reject(new ReportError('UPSTREAM_UNAVAILABLE', 'no account today'));
}

function toOutcome({ accountNumber }: UsageQuery, imei: Imei): DeviceOutcome {
  const call = { accountNumber, txid: `txid-${imei}`, fetchedAtMs: NOW_MS, settled: false, sequence: 1, nameless: [] };
  const digit = Number(imei.at(-1));
  if (digit === 3) return { kind: 'missing', imei, call };
  if (digit === 4) return toFailedDevice(imei, new ReportError('UPSTREAM_FORBIDDEN', `not ${imei}`));
  const numberOfSessions = digit === 2 ? null : digit;
  // With any other device, the sum exceeds 2^53-1.
  const bytesTransferred = digit === 5 ? Number.MAX_SAFE_INTEGER : digit * 2 ** 40;
  return { kind: 'usage', imei, numberOfSessions, bytesTransferred, call };
}

async function toSessions(query: SessionsReportQuery): Promise<SessionsReport> {
  await Promise.resolve();
  if (query.imei.endsWith('4')) throw new ReportError('UPSTREAM_TIMEOUT', `${query.imei} took too long`);
  if (query.imei.endsWith('5')) throw new TypeError('a fault of ours');
  // With the last session, the sum exceeds 2^53-1.
  const numBytes = query.imei.endsWith('2') ? Number.MAX_SAFE_INTEGER : 2 ** 40;
  const sessions = [
    { startTime: '2026-11-01T23:30:00Z', endTime: '2026-11-02T00:30:00Z', numBytes, isOpen: false },
    { startTime: '2026-11-02T10:00:00Z', endTime: null, numBytes: null, isOpen: true },
    { startTime: null, endTime: null, numBytes: 1, isOpen: false },
  ];
  return {
    deviceId: null,
    txid: `txid-${query.imei}`,
    sessions,
    settled: false,
    query,
    fetchedAtMs: NOW_MS,
    sequence: 1,
  };
}
