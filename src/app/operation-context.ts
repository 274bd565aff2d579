import type { ReportReads } from '../async-reports/reads/report-reads.ts';
import type { Reader } from '../async-reports/reads/shared-reads.ts';
import type { Config } from '../config/config.ts';
import type { OperationContext, OperationStart, PreparedFields, ResponseParts, ResponseSize } from '../context.ts';
import type { Access } from '../domain/access.ts';
import { isAccountNumber, type AccountNumber } from '../domain/account.ts';
import type { Clock } from '../domain/clock.ts';
import type { ServerStatus } from '../domain/server-status.ts';
import { createTurnPace, type TurnPace } from '../turns/turn-pace.ts';
import { createTimeZones } from '../domain/time-zones.ts';
import { createUnreadResponses } from '../domain/unread-responses.ts';
import { createCancellation } from '../graphql/execution/cancellation.ts';
import { toOrigin } from '../http/forwarded.ts';
import { createComputations, type Computations } from '../reports/computations.ts';
import { createOperation, type CallTotals, type Operation } from '../reports/operation.ts';
import type { Traces } from '../telemetry/traces.ts';
import type { AsyncReports } from './async-reports.ts';
import type { OpenFleets } from './fleets.ts';
import type { PlatformReports } from './platform-reports.ts';
import type { UsageRecord } from './usage-record.ts';

export interface OperationContextOptions {
  readonly config: Pick<Config, 'limits' | 'plans' | 'platform' | 'server'>;
  readonly clock: Clock;
  readonly reportsFor: (access: Access) => PlatformReports;
  readonly asyncReports: AsyncReports;
  readonly fleets: OpenFleets;
  /** Null if no usage is recorded. */
  readonly record: Pick<UsageRecord, 'usageFor'> | null;
  /** Null if traces are turned off. */
  readonly traces: Traces | null;
  readonly totals: CallTotals;
  readonly serverStatus: () => Promise<ServerStatus>;
  /** Aborts when the server stops. */
  readonly shutdown: AbortSignal;
}

/** Creates the function that creates the context of each operation. */
export function createOperationContext(options: OperationContextOptions): (start: OperationStart) => OperationContext {
  const { config, clock, reportsFor, asyncReports, fleets, record, traces, totals, serverStatus, shutdown } = options;
  const { operationTimeoutMs: timeoutMs, maxUpstreamCalls, maxUpstreamBytes, maxStoreReads } = config.limits;
  const { maxComputedRows, maxGraphqlResponseBytes } = config.limits;
  const { publicUrl, trustedProxies } = config.server;
  const callLimits = { maxCalls: maxUpstreamCalls, maxBytes: maxUpstreamBytes };
  const { reads: operationReads, submitOnce, watches, downloadLinks, callbackAddress } = asyncReports;
  const timeZones = createTimeZones();
  const unread = createUnreadResponses();

  return ({ access, principal, requestId, markLogged, onClose, mayUseCache, wantsTrace, header }) => {
    const cancellation = createCancellation({ access, onClose, timeoutMs, shutdown, clock });
    const trace = traces === null ? null : traces.startOperation(header);
    const newOperation = (): Operation =>
      createOperation(cancellation, mayUseCache, callLimits, { principal, requestId, trace, totals });
    const operation = newOperation();
    const { requestReport, listeners, listenerCheck, loadersOf } = reportsFor(access);
    let reads: ReportReads | null = null;
    const toResponseParts = (paying: Operation): ResponseParts => {
      let computations: Computations | null = null;
      let pace: TurnPace | null = null;
      return {
        operation: paying,
        loaders: loadersOf(paying),
        computations: () => (computations ??= createComputations(maxComputedRows)),
        pace: (objects) => (pace ??= createTurnPace(FIELDS_PER_TURN))(objects * prepared.size),
      };
    };
    const prepared: PreparedFields = {
      fields: new Map(),
      rowSizes: NO_ROWS,
      size: 0,
      bytesWithoutLists: 0,
      isForAccount: false,
      mayMakeCalls: true,
      reportRequests: { reports: 0, devices: 0 },
      parsedLists: null,
      deviceSeries: null,
      plannedRows: 0,
    };
    const responseSize: ResponseSize = {
      maxBytes: maxGraphqlResponseBytes,
      root: undefined,
      bytes: 0,
      texts: null,
      tooLarge: [],
    };
    const toReader = (): Reader => ({ principal: principal(), signal: cancellation.signal, trace });
    const toOwnOrigin = (): string => publicUrl ?? toOrigin(header, trustedProxies);
    return {
      access,
      wantsTrace,
      requestId,
      markLogged,
      accountNumber: toAccountOf(access, config.platform.accountNumber),
      now: clock.now,
      cancellation,
      ...toResponseParts(operation),
      forEvent: () => toResponseParts({ ...newOperation(), expectedCalls: operation.expectedCalls }),
      requestReport,
      maxComputedRows,
      timeZones,
      // With tokens of their own, callers see what the platform shows them, and nothing else.
      recordedUsage: record === null || access.tokens !== null ? null : record.usageFor(toReader),
      allowancePlans: config.plans.allowancePlans,
      idempotencyKey: header('idempotency-key'),
      submitOnce,
      principal,
      openReads() {
        // Stored reports change, and expire.
        operation.loaded.changing += 1;
        return (reads ??= operationReads.forOperation(toReader()));
      },
      openEventReads: (ofState) => operationReads.forEvent(ofState, toReader()),
      maxStoreReads,
      watches,
      fleets: fleets.commands,
      fleetWatches: fleets.watches,
      listeners,
      listenerCheck,
      callbackAddress,
      serverStatus() {
        operation.loaded.changing += 1;
        return serverStatus();
      },
      toOrigin: toOwnOrigin,
      toDownloadLink: (download) => `${toOwnOrigin()}${downloadLinks.write(download)}`,
      prepared,
      responseSize,
      checkUnread: () => unread.check(principal),
      addUnread: () => unread.add(principal, responseSize.bytes, onClose),
      errorCount: { made: 0, leftOut: 0 },
    };
  };
}

/** Resolving as many takes a few milliseconds. */
const FIELDS_PER_TURN = 10_000;
const NO_ROWS: OperationContext['prepared']['rowSizes'] = new Map();

/** The configured account if the access includes it, else the only account of the access, else null. */
function toAccountOf({ accounts }: Access, configured: AccountNumber | null): AccountNumber | null {
  if (accounts === null || (configured !== null && accounts.has(configured))) return configured;
  const [sole, ...others] = accounts;
  return others.length === 0 && isAccountNumber(sole) ? sole : null;
}
