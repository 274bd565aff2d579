import type { RawRequest } from '../raw-request.ts';
import { DAYS, DEVICES, END_DATE, type Party } from './parties.ts';

/** What a caller has received in responses, and the other may try to use. */
export interface Holdings {
  readonly txids: string[];
  readonly links: string[];
  readonly cursors: string[];
}

/** A request in random numbers: what is asked, and whether for one's own data or the other's. */
export interface AskingPlan {
  readonly what: Asking;
  readonly day: number;
  readonly devices: readonly number[];
  readonly pick: number;
  readonly isFresh: boolean;
  /** Whether it asks for the other caller's data. */
  readonly isForeign: boolean;
}

export const ASKINGS = [
  'devices',
  'report',
  'account',
  'sessions',
  'entities',
  'request',
  'find',
  'find entity',
  'page',
  'list',
  'retry',
  'follow',
  'download',
  'listeners',
] as const;
export type Asking = (typeof ASKINGS)[number];

export interface AskingRequest extends RawRequest {
  readonly headers: Readonly<Record<string, string>>;
}

const REPORT =
  'txid accountNumber usage(first: 5) { edges { cursor node { imei bytesTransferred numberOfSessions } } nodes { device { imei accountNumber } } } errors { nodes { errorMessage } edges { cursor } } missing { nodes { imei } } download';

/** Builds the request of a plan. It names the caller's own account, or the other's if the plan is foreign. */
export function toRequest(
  plan: AskingPlan,
  me: Party,
  other: Party,
  holdings: Readonly<Record<Party['name'], Holdings>>,
): AskingRequest {
  const target = plan.isForeign ? other : me;
  const { txids, links, cursors } = holdings[target.name];
  const headers = {
    ...me.headers,
    'Content-Type': 'application/json',
    ...(plan.isFresh ? { 'Cache-Control': 'no-cache' } : {}),
    ...(plan.what === 'follow' ? { Accept: 'text/event-stream' } : {}),
  };
  if (plan.what === 'download') {
    const { pathname, search } = new URL(pickOf(links, plan.pick));
    return { method: 'GET', path: `${pathname}${search}`, headers: { ...me.headers } };
  }
  const imeis = plan.devices.map((at) => DEVICES[at % DEVICES.length] ?? '');
  const variables = {
    imeis,
    imei: imeis[0],
    account: target.accountNumber,
    // The caller's own account, for requests that name only the other's report.
    mine: me.accountNumber,
    day: DAYS[plan.day % DAYS.length],
    end: END_DATE,
    txid: pickOf(txids, plan.pick),
    after: pickOf(cursors, plan.pick),
    own: pickOf(holdings[me.name].txids, plan.pick),
    key: `key-${plan.pick % 5}`,
    entities: imeis.map((imei) => ({ __typename: 'Device', imei, accountNumber: target.accountNumber })),
    entity: [{ __typename: 'AggregatedReportRequest', txid: pickOf(txids, plan.pick) }],
  };
  return { headers, body: JSON.stringify({ query: QUERIES[plan.what], variables }) };
}

const QUERIES: Readonly<Record<Exclude<Asking, 'download'>, string>> = {
  devices: `query ($imeis: [IMEI!]!, $account: AccountNumber, $day: ReportDate, $end: ReportDate) { devices(imei: $imeis, accountNumber: $account) { imei accountNumber usage(startDate: $day, endDate: $end) { imei bytesTransferred numberOfSessions } } }`,
  report: `query ($imeis: [IMEI!]!, $account: AccountNumber, $day: ReportDate, $end: ReportDate) { aggregatedReport(input: { imei: $imeis, accountNumber: $account, startDate: $day, endDate: $end }) { txids usage { imei bytesTransferred numberOfSessions } errors { imei errorMessage } missing totals { bytesTransferred bytesPercentiles } } }`,
  account: `query ($account: AccountNumber, $day: ReportDate, $end: ReportDate) { aggregatedReport(input: { imei: [], allDevices: true, accountNumber: $account, startDate: $day, endDate: $end }) { txid usage(orderBy: BYTES_DESC) { imei bytesTransferred } totals { bytesTransferred } } }`,
  sessions: `query ($imei: IMEI!, $account: AccountNumber, $day: ReportDate, $end: ReportDate) { sessionsReport(input: { imei: $imei, accountNumber: $account, startDate: $day, endDate: $end }) { deviceId txid sessions { numBytes } totals { numBytes } device { imei accountNumber } } }`,
  entities: `query ($entities: [_Any!]!, $day: ReportDate, $end: ReportDate) { _entities(representations: $entities) { ... on Device { imei accountNumber usage(startDate: $day, endDate: $end) { imei bytesTransferred } sessionsReport(startDate: $day, endDate: $end) { deviceId sessions { numBytes } } } } }`,
  request: `mutation ($imeis: [IMEI!]!, $account: AccountNumber, $day: ReportDate, $end: ReportDate, $key: String) { requestAggregatedReport(input: { imei: $imeis, accountNumber: $account, startDate: $day, endDate: $end, idempotencyKey: $key }) { ${REPORT} } }`,
  find: `query ($txid: ID!, $mine: AccountNumber) { aggregatedReportRequest(txid: $txid, accountNumber: $mine) { ${REPORT} totals { bytesTransferred } } }`,
  'find entity': `query ($entity: [_Any!]!) { _entities(representations: $entity) { ... on AggregatedReportRequest { ${REPORT} } } }`,
  page: `query ($own: ID!, $mine: AccountNumber, $after: String) { aggregatedReportRequest(txid: $own, accountNumber: $mine) { usage(first: 2, after: $after) { edges { cursor } nodes { imei bytesTransferred } } } }`,
  list: `query ($account: AccountNumber) { aggregatedReportRequests(accountNumber: $account, first: 3) { totalCount edges { cursor node { txid accountNumber } } } }`,
  retry: `mutation ($txid: ID!, $mine: AccountNumber) { retryMissingDevices(txid: $txid, accountNumber: $mine) { txid accountNumber } }`,
  follow: `subscription ($txid: ID!, $mine: AccountNumber) { aggregatedReportProgress(txid: $txid, accountNumber: $mine) { ${REPORT} } }`,
  listeners: `query ($account: AccountNumber) { callbackListeners(accountNumber: $account) { accountNumber url } }`,
};

function pickOf(list: readonly string[], pick: number): string {
  return list[list.length - 1 - (pick % list.length)] ?? '';
}
