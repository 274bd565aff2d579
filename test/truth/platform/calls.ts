import type { Filters, Window } from '../fleet.ts';

/** A report call as the platform read it. */
export interface ReportCall {
  readonly path: 'sessions' | 'aggregate' | 'async';
  readonly account: string;
  /** Empty for the whole account. */
  readonly imei: readonly string[];
  readonly window: Window;
  readonly filters: Filters;
  readonly durationLow: number | null;
  readonly durationHigh: number | null;
}

/** A report call that was answered with a report, and when. */
export interface AnsweredCall extends ReportCall {
  readonly txid: string;
  readonly atMs: number;
}

/** A report call that failed because one of its devices always makes it fail. */
export interface FailedCall extends ReportCall {
  readonly atMs: number;
}

const PATHS = {
  '/hyper-precise/v1/report/sessions': 'sessions',
  '/hyper-precise/v1/report/aggregate': 'aggregate',
  '/hyper-precise/v1/report/async/aggregate': 'async',
} as const;

/** Reads a report call. Null if the path is of no report. Throws if the call breaks the contract. */
export function readCall(path: string, headers: Readonly<Record<string, unknown>>, text: string): ReportCall | null {
  const kind = Object.entries(PATHS).find(([known]) => known === path)?.[1];
  if (kind === undefined) return null;
  const body = JSON.parse(text) as Record<string, unknown>;
  const account = readText(body, 'accountNumber') ?? fail('there is no accountNumber');
  const imei = kind === 'sessions' ? [readText(body, 'imei') ?? fail('there is no imei')] : readImeis(body['imei']);
  if (headers['accountnumber'] !== account) fail('the accountNumber of header and body differ');
  const header = kind === 'sessions' ? imei[0] : String(imei.length);
  if (headers['imei'] !== header) fail(`the imei of header and body differ: ${String(headers['imei'])}`);
  if (kind === 'aggregate' && imei.length > 10) fail(`${imei.length} devices in a synchronous call`);
  if (kind === 'async' && headers['x-portal-initiated'] === undefined) fail('there is no X-Portal-Initiated');
  const noSessionFlag = readText(body, 'noSessionFlag') ?? 'false';
  if (noSessionFlag !== 'true' && noSessionFlag !== 'false') fail('noSessionFlag is neither "true" nor "false"');
  return {
    path: kind,
    account,
    imei,
    window: { start: readText(body, 'startDate'), end: readText(body, 'endDate') },
    filters: {
      deviceGroup: readText(body, 'deviceGroup'),
      deviceLabel: readText(body, 'deviceLabel'),
      dataPlan: readText(body, 'dataPlan'),
      noSessionFlag: noSessionFlag === 'true',
    },
    durationLow: readNumber(body, 'durationLow'),
    durationHigh: readNumber(body, 'durationHigh'),
  };
}

function readImeis(value: unknown): string[] {
  if (!Array.isArray(value) || !value.every((each): each is string => typeof each === 'string')) {
    return fail('imei is not a list of strings');
  }
  if (new Set(value).size < value.length) fail('a device is in the call twice');
  return value;
}

function readText(body: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = body[name];
  if (value !== undefined && typeof value !== 'string') fail(`${name} is not a string`);
  return typeof value === 'string' ? value : null;
}

function readNumber(body: Readonly<Record<string, unknown>>, name: string): number | null {
  const value = body[name];
  if (value !== undefined && typeof value !== 'number') fail(`${name} is not a number`);
  return typeof value === 'number' ? value : null;
}

function fail(what: string): never {
  throw new Error(what);
}
