import type { MetricRegistry } from './registry.ts';
import { API_METRICS } from './api-metric-list.ts';
import { createBoundedLabels } from './bounded-labels.ts';
import { SERVER_METRICS } from './server-metric-list.ts';

/** What is read when the metrics are. */
export interface ServerState {
  readonly documents: {
    readonly cached: number;
    readonly cachedBytes: number;
    readonly kept: number;
    readonly keptBytes: number;
  };
  readonly documentMisses: number;
  readonly isSpooling: boolean;
  readonly pools: readonly {
    readonly pool: string;
    readonly used: number;
    readonly idle: number;
    readonly waiting: number;
  }[];
  /** Null if it is not known. */
  readonly reports: ReportCounts | null;
  /** Null if no usage is recorded. */
  readonly record: {
    readonly recordedDays: number;
    readonly dueDays: number;
    readonly isListening: boolean | null;
    readonly lastRecordedAtMs: number | null;
  } | null;
}

export interface ReportCounts {
  readonly counts: Readonly<Record<string, number>>;
  readonly fleetCounts: Readonly<Record<string, number>>;
  readonly oldestOpenAgeMs: number;
}

/** Hears of callbacks and of the database. */
export interface ServerMetrics {
  readonly onCallback: (outcome: string) => void;
  readonly onMessages: (kind: string, messages: number) => void;
  readonly onDeadLetter: () => void;
  /** The code is that of a failure; null if it worked. */
  readonly onDatabaseUse: (kind: string, milliseconds: number, code: string | null) => void;
  readonly update: (state: ServerState) => void;
}

const MAX_CODES = 30;

/** Creates the metrics of the recorded days. What is not known is absent. */
function createRecordMetrics(registry: MetricRegistry): (record: ServerState['record']) => void {
  const days = registry.gauge(SERVER_METRICS.recordDays);
  const listening = registry.gauge(SERVER_METRICS.recordListening);
  const last = registry.gauge(SERVER_METRICS.recordedAt);
  return (record) => {
    if (record === null) return;
    const { recordedDays, dueDays, isListening, lastRecordedAtMs } = record;
    days.set({ state: 'recorded' }, recordedDays);
    days.set({ state: 'due' }, dueDays);
    if (isListening !== null) listening.set(isListening ? 1 : 0);
    if (lastRecordedAtMs !== null) last.set(lastRecordedAtMs / 1_000);
  };
}

/** Creates the metrics of callbacks, stored reports, the database and the documents. */
export function createServerMetrics(registry: MetricRegistry): ServerMetrics {
  const callbacks = registry.counter(SERVER_METRICS.callbacks);
  const messages = registry.counter(SERVER_METRICS.callbackMessages);
  const deadLetters = registry.counter(SERVER_METRICS.deadLetters);
  const spoolInUse = registry.gauge(SERVER_METRICS.spoolInUse);
  const reports = registry.gauge(SERVER_METRICS.reports);
  const fleetReports = registry.gauge(SERVER_METRICS.fleetReports);
  const oldestOpen = registry.gauge(SERVER_METRICS.oldestOpenReport);
  const duration = registry.histogram(SERVER_METRICS.storeDuration);
  const errors = registry.counter(SERVER_METRICS.storeErrors);
  const record = createRecordMetrics(registry);
  const connections = registry.gauge(SERVER_METRICS.storeConnections);
  const waiting = registry.gauge(SERVER_METRICS.storeWaiting);
  const documents = registry.gauge(API_METRICS.documents);
  const documentBytes = registry.gauge(API_METRICS.documentBytes);
  const documentMisses = registry.counter(API_METRICS.documentMisses);
  const toCode = createBoundedLabels(MAX_CODES);
  let missesCounted = 0;

  return {
    onCallback: (outcome) => callbacks.inc({ outcome }),
    onMessages: (kind, count) => messages.inc({ kind }, count),
    onDeadLetter: () => deadLetters.inc(),
    onDatabaseUse(kind, milliseconds, code) {
      duration.observe({ kind }, milliseconds / 1_000);
      if (code !== null) errors.inc({ kind, code: toCode(code) });
    },
    update(state) {
      spoolInUse.set(state.isSpooling ? 1 : 0);
      for (const { pool, used, idle, waiting: statements } of state.pools) {
        connections.set({ pool, state: 'used' }, used);
        connections.set({ pool, state: 'idle' }, idle);
        waiting.set({ pool }, statements);
      }
      const { cached, cachedBytes, kept, keptBytes } = state.documents;
      documents.set({ kind: 'cached' }, cached);
      documents.set({ kind: 'trusted' }, kept);
      documentBytes.set({ kind: 'cached' }, cachedBytes);
      documentBytes.set({ kind: 'trusted' }, keptBytes);
      documentMisses.inc(state.documentMisses - missesCounted);
      missesCounted = state.documentMisses;
      record(state.record);
      // What is not known is absent, so that nobody takes an old figure for a new one.
      reports.reset();
      fleetReports.reset();
      oldestOpen.remove();
      if (state.reports === null) return;
      for (const [status, count] of Object.entries(state.reports.counts)) reports.set({ status }, count);
      for (const [status, count] of Object.entries(state.reports.fleetCounts)) fleetReports.set({ status }, count);
      oldestOpen.set(state.reports.oldestOpenAgeMs / 1_000);
    },
  };
}
