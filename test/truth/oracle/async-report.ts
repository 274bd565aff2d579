import { HOUR, MINUTE } from '../calendar.ts';
import { between, check, failed, model, oneOf, type Expected, type Model } from '../expected.ts';
import { isFiltered, missingOf, type ErrorRow, type KnownReport } from '../state/known-report.ts';
import type { Args } from '../selection.ts';
import { device } from './device.ts';
import { windowEcho, type Scene } from './scene.ts';
import { deviceUsage, sortUsage, usageTotals } from './usage.ts';

/** CALLBACK_DEADLINE_HOURS and CALLBACK_QUIET_MINUTES. */
const DEADLINE_MS = 24 * HOUR;
const QUIET_MS = 15 * MINUTE;

/** What `AggregatedReportRequest` returns. */
export function asyncReport(scene: Scene, report: KnownReport): Model {
  const { call, requested, usage, errors } = report;
  const { sentences, endedMs } = scene;
  const statuses = statusesAt(scene, report);
  const named = [...errors.values()].filter(({ imei }) => imei !== undefined);
  const hasProgress = requested !== null && !(sentences.filteredReportsCompleteByQuiet && isFiltered(report));
  const progress = (usage.size + named.length) / (requested?.length ?? 1);
  const toDevice = (imei: string): Model => device(scene, call.account, imei);
  return model('AggregatedReportRequest', {
    txid: () => call.txid,
    window: () => windowEcho(call.window),
    accountNumber: () => call.account,
    status: () => oneOf(statuses),
    requestedAt: () => between(call.atMs, call.atMs + 2 * MINUTE),
    expiresAt: () => between(call.atMs + DEADLINE_MS, call.atMs + DEADLINE_MS + 2 * MINUTE),
    updatedAt: () => between(call.atMs, endedMs),
    completedAt: () => {
      const when = between(call.atMs, endedMs);
      return !statuses.includes('COMPLETED') ? null : statuses.length === 1 ? when : oneOf([null, when]);
    },
    expectedDevices: () => requested?.length ?? null,
    receivedDevices: () => usage.size,
    failedDevices: () => named.length,
    progress: () =>
      hasProgress ? check(`${progress}`, (got) => typeof got === 'number' && Math.abs(got - progress) < 1e-9) : null,
    totals: () => usageTotals([...usage.values()]),
    download: () => download(report),
    usage: (args) => {
      const all = [...usage.values()];
      const sorted = typeof args['orderBy'] === 'string' ? sortUsage(all, args['orderBy']) : all;
      const nodes = sorted.map((each) => deviceUsage(each, () => toDevice(each.imei)));
      return connection('DeviceUsage', nodes, args);
    },
    errors: (args) => connection('DeviceUsageError', [...errors.values()].map(toError), args),
    missing: (args) => connection('MissingDevice', missingOf(report).map(toDevice), args),
    unexpectedDevices: (args) => {
      const nodes = [...report.unexpected.values()].map((each) => deviceUsage(each, () => toDevice(each.imei)));
      return connection('DeviceUsage', nodes, args);
    },
  });
}

/** What `aggregatedReportRequests` returns: the newest first. */
export function asyncReports(scene: Scene, reports: readonly KnownReport[], args: Args): Expected {
  const newest = [...reports].sort((one, other) => other.call.atMs - one.call.atMs);
  const { status } = args;
  if (typeof status !== 'string') {
    const nodes = newest.map((report) => asyncReport(scene, report));
    return connection('AggregatedReportRequest', nodes, args, 20);
  }
  const statuses = newest.map((report) => statusesAt(scene, report));
  if (statuses.some((options) => options.length > 1) && isPageSize(args)) return check('a page', (got) => got !== null);
  const nodes = newest.filter((_, at) => statuses[at]?.[0] === status).map((report) => asyncReport(scene, report));
  return connection('AggregatedReportRequest', nodes, args, 20);
}

/** The first page of a list, without `after`. */
export function connection(name: string, nodes: readonly Model[], args: Args, standard = 100): Expected {
  if (!isPageSize(args)) return failed('BAD_USER_INPUT');
  const count = typeof args['first'] === 'number' ? args['first'] : standard;
  const page = nodes.slice(0, count);
  const cursor = (): Expected =>
    page.length === 0 ? null : check('a cursor', (got) => typeof got === 'string' && got.length > 0);
  return model(`${name}Connection`, {
    nodes: () => page,
    edges: () => page.map((node) => model(`${name}Edge`, { cursor, node: () => node })),
    totalCount: () => nodes.length,
    pageInfo: () =>
      model('PageInfo', {
        hasNextPage: () => page.length < nodes.length,
        hasPreviousPage: () => false,
        startCursor: cursor,
        endCursor: cursor,
      }),
  });
}

function isPageSize({ first }: Args): boolean {
  return typeof first !== 'number' || (first >= 1 && first <= 1_000);
}

/** The statuses that the descriptions allow now. Several only where they leave it open. */
export function statusesAt({ sentences, endedMs, startedMs }: Scene, report: KnownReport): string[] {
  const { call, requested, arrivals, wasCompleted } = report;
  if (wasCompleted) return ['COMPLETED'];
  const isLate = (atMs: number): boolean => atMs >= call.atMs + DEADLINE_MS;
  const byQuiet = requested === null || (sentences.filteredReportsCompleteByQuiet && isFiltered(report));
  if (requested !== null && missingOf(report).length === 0) return ['COMPLETED'];
  const [last] = arrivals.slice(-1);
  if (last === undefined || !hasResults(report)) return [isLate(endedMs) ? 'EXPIRED' : 'QUEUED'];
  if (!byQuiet) return [isLate(startedMs) ? 'EXPIRED' : 'RECEIVING'];
  if (arrivals.some(isLate)) return ['EXPIRED', 'RECEIVING', 'COMPLETED'];
  const wasQuiet = arrivals.some((atMs, at) => (arrivals[at + 1] ?? atMs) - atMs >= QUIET_MS);
  if (startedMs - last >= QUIET_MS) return ['COMPLETED'];
  return wasQuiet ? ['COMPLETED', 'RECEIVING'] : ['RECEIVING'];
}

/** Whether usage or an error has arrived. Devices that nobody requested are no results. */
function hasResults({ usage, errors }: KnownReport): boolean {
  return usage.size + errors.size > 0;
}

function download(report: KnownReport): Expected {
  if (!hasResults(report)) return null;
  const url = check('a URL', (got) => typeof got === 'string' && URL.canParse(got));
  return url;
}

function toError({ imei, errorMessage, errorResponse }: ErrorRow): Model {
  return model('DeviceUsageError', {
    imei: () => imei ?? null,
    errorMessage: () => errorMessage ?? null,
    errorResponse: () =>
      errorResponse === undefined
        ? null
        : model('UpstreamErrorMessage', {
            errorCode: () => errorResponse['errorCode'] ?? null,
            errorMessage: () => errorResponse['errorMessage'] ?? null,
            httpStatusCode: () => errorResponse['httpStatusCode'] ?? null,
            detailErrorMessage: () => errorResponse['detailErrorMessage'] ?? null,
          }),
  });
}
