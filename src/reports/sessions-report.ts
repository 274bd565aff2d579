import type { JsonObject } from '../domain/json.ts';
import type { AccountNumber } from '../domain/account.ts';
import { areSessionsSettled } from '../domain/freshness.ts';
import type { Imei } from '../domain/imei.ts';
import type { DurationBounds } from '../domain/report-filters.ts';
import type { ReportWindow } from '../domain/report-window.ts';
import type { Session } from '../domain/session.ts';
import type { ThingspaceClient } from '../thingspace/client.ts';
import type { Hide } from '../thingspace/secrets.ts';
import type { UpstreamCallOptions } from './upstream-call.ts';
import { readInSlices } from './row-slices.ts';
import { toBody, toHeaders, readAnswer, readCount, readRows, readShownId, readTime, readTxid } from './wire.ts';

const PATH = '/hyper-precise/v1/report/sessions';
const ENDPOINT = 'sessions-report';

/** About 40,000 sessions. */
const MAX_BYTES = 4 * 2 ** 20;

/** Which sessions to fetch: of one device, in a window, with bounds on their duration. */
export interface SessionsReportQuery extends DurationBounds {
  readonly accountNumber: AccountNumber;
  readonly imei: Imei;
  readonly window: ReportWindow;
}

/** The sessions of one device. */
export interface SessionsReport {
  /** The platform's own id of the device; null if the answer has none. */
  readonly deviceId: string | null;
  readonly txid: string;
  readonly sessions: readonly Session[];
  /** Whether they are final. */
  readonly settled: boolean;
  readonly query: SessionsReportQuery;
  readonly fetchedAtMs: number;
  /** Reports whose calls were sent later have greater numbers. */
  readonly sequence: number;
}

export interface SessionsReportsOptions {
  readonly client: ThingspaceClient;
  /** Whether to repeat the fields as headers, which the older contract requires. */
  readonly repeatInHeaders: boolean;
  readonly now: () => number;
}

/** Fetches the sessions of one device. Throws ReportError. */
export type FetchSessionsReport = (query: SessionsReportQuery, options: UpstreamCallOptions) => Promise<SessionsReport>;

/** Creates the function that fetches sessions with POST /report/sessions. */
export function createFetchSessionsReport({
  client,
  repeatInHeaders,
  now,
}: SessionsReportsOptions): FetchSessionsReport {
  let sent = 0;
  return async (query, options) => {
    const fields = toFields(query);
    let sequence = 0;
    const write = () => {
      sequence = sent += 1;
      options.trace?.setDevices(1);
      return {
        headers: repeatInHeaders ? toHeaders(fields) : {},
        body: toBody(fields),
        maxBytes: MAX_BYTES,
        devices: 1,
      };
    };
    const { accountNumber } = query;
    const answer = await client.post(PATH, write, { ...options, endpoint: ENDPOINT, accountNumber, repeatable: true });
    return toSessionsReport(answer, { query, fetchedAtMs: now(), sequence }, client.hideIn, options.signal);
  };
}

/** A key for a query: equal for two queries that ask for the same, different for any others. */
export function toSessionsReportKey(query: SessionsReportQuery): string {
  return JSON.stringify(toFields(query));
}

function toFields({ accountNumber, imei, window, durationLow, durationHigh }: SessionsReportQuery) {
  return {
    accountNumber,
    imei,
    startDate: window.start?.text ?? null,
    endDate: window.end?.text ?? null,
    durationLow,
    durationHigh,
  };
}

/** Reads the response, a long one in slices. `hide` replaces secrets in the platform's texts. */
async function toSessionsReport(
  value: unknown,
  fetched: Pick<SessionsReport, 'query' | 'fetchedAtMs' | 'sequence'>,
  hide: Hide,
  signal: AbortSignal | null,
): Promise<SessionsReport> {
  const answer = readAnswer(value, ['id', 'txid', 'sessions'], hide);
  const [deviceId, txid] = [readShownId(answer['id']), readTxid(answer['txid'])];
  const sessions: Session[] = [];
  const read = readInSlices(readRows(answer['sessions']), (row) => sessions.push(toSession(row)), signal);
  if (read !== null) await read;
  const { query, fetchedAtMs } = fetched;
  const settled = areSessionsSettled(query.window, query, sessions, fetchedAtMs);
  return { deviceId, txid, sessions, settled, ...fetched };
}

function toSession(row: JsonObject): Session {
  const endTime = row['endTime'] ?? null;
  return {
    startTime: readTime(row['startTime']),
    endTime: readTime(endTime),
    numBytes: readCount(row['numBytes']),
    isOpen: endTime === null,
  };
}
