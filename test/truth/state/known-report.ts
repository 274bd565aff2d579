import { readSide } from '../calendar.ts';
import type { AnsweredCall } from '../platform/calls.ts';
import type { Usage } from '../oracle/usage.ts';

/** An asynchronous report as the oracle knows it: what was requested, and the messages that the server has accepted. */
export interface KnownReport {
  readonly call: AnsweredCall;
  /** The requested devices; null for the whole account. */
  readonly requested: readonly string[] | null;
  /** Whether the platform said COMPLETED when it accepted the report. */
  readonly wasCompleted: boolean;
  /** The bodies that the platform still has to post. */
  readonly outbox: unknown[];
  /** The bodies that were posted and accepted. */
  readonly posted: unknown[];
  /** By IMEI, in the order of arrival. */
  readonly usage: Map<string, Usage>;
  readonly errors: Map<string, ErrorRow>;
  /** Usage of devices that were not requested. */
  readonly unexpected: Map<string, Usage>;
  /** When something arrived. */
  readonly arrivals: number[];
}

/** An error as the platform sends it. */
export interface ErrorRow {
  readonly imei?: string;
  readonly errorMessage?: string;
  readonly errorResponse?: Readonly<Record<string, string>>;
}

export function createKnownReport(call: AnsweredCall, wasCompleted: boolean, outbox: readonly unknown[]): KnownReport {
  return {
    call,
    requested: call.imei.length === 0 ? null : [...call.imei],
    wasCompleted,
    outbox: [...outbox],
    posted: [],
    usage: new Map(),
    errors: new Map(),
    unexpected: new Map(),
    arrivals: [],
  };
}

/** Takes in a body that the server has accepted. Rows of other reports are ignored. */
export function recordBody(report: KnownReport, body: unknown, nowMs: number): void {
  if (Array.isArray(body)) {
    for (const each of body) recordBody(report, each, nowMs);
    return;
  }
  const message = body as Record<string, unknown>;
  if (message['txid'] !== report.call.txid) return;
  report.arrivals.push(nowMs);
  const { usage = [message], errors = [] } = message as { usage?: unknown[]; errors?: ErrorRow[] };
  for (const row of usage) recordUsage(report, row as Record<string, unknown>);
  for (const error of errors) recordError(report, error);
}

/** The requested devices of which nothing has arrived, by IMEI. */
export function missingOf({ requested, usage, errors }: KnownReport): string[] {
  return [...(requested ?? [])].filter((imei) => !usage.has(imei) && !errors.has(imei)).sort();
}

export function isFiltered({ call: { filters } }: KnownReport): boolean {
  return (
    filters.deviceGroup !== null || filters.deviceLabel !== null || filters.dataPlan !== null || filters.noSessionFlag
  );
}

/** Whether the report is on a window that is still going on. */
export function isOngoing({ call: { window, atMs } }: KnownReport): boolean {
  const end = readSide(window.end, 'end');
  return typeof end !== 'number' || end >= atMs;
}

/** Usage replaces an error, a number replaces null, and of two numbers the larger is kept. */
function recordUsage(report: KnownReport, row: Readonly<Record<string, unknown>>): void {
  const imei = toImei(row['imei']);
  const isExpected = report.requested?.includes(imei) ?? true;
  const rows = isExpected ? report.usage : report.unexpected;
  const known = rows.get(imei);
  rows.set(imei, {
    imei,
    numberOfSessions: larger(known?.numberOfSessions ?? null, row['numberOfSessions']),
    bytesTransferred: larger(known?.bytesTransferred ?? null, row['bytesTransferred']),
  });
  report.errors.delete(imei);
}

function recordError(report: KnownReport, error: ErrorRow): void {
  if (error.imei === undefined) report.errors.set(JSON.stringify(error), error);
  else {
    const imei = toImei(error.imei);
    if (!report.usage.has(imei)) report.errors.set(imei, { ...error, imei });
  }
}

/** An IMEI of 15 digits, also if it came as a number. */
function toImei(value: unknown): string {
  return String(value).padStart(15, '0');
}

function larger(known: number | null, value: unknown): number | null {
  const valid = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
  return known === null || valid === null ? (known ?? valid) : Math.max(known, valid);
}
