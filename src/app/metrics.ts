import type { OnDatabaseUse } from '../async-reports/store/observed-database.ts';
import type { ReportStore } from '../async-reports/store/store.ts';
import type { Config } from '../config/config.ts';
import { VERSION } from '../domain/version.ts';
import type { OpenDocuments } from '../graphql/open-documents.ts';
import type { OperationObserver } from '../graphql/observe-operations.ts';
import type { Metrics, MetricsOptions } from '../telemetry/metrics.ts';
import type { StoreLog } from './store-log.ts';

export interface StartMetricsOptions
  extends Pick<OpenDocuments, 'trustedNames'>, Pick<MetricsOptions, 'ownProcess' | 'now'> {
  readonly config: Pick<Config, 'metrics'>;
}

/** Starts to measure if METRICS_PORT is set. Otherwise nothing of it is loaded. */
export async function startConfiguredMetrics({ config, ...options }: StartMetricsOptions): Promise<Metrics | null> {
  if (config.metrics.metricsPort === null) return null;
  const { startMetrics } = await import('../telemetry/metrics.ts');
  return startMetrics({ ...options, version: VERSION });
}

/** Reports operations to the metrics. */
export function toOperationObserver(metrics: Metrics['operations']): OperationObserver {
  return {
    onResult: ({ name }, { operation: { cost, callsSaved } }, { code, errors }, milliseconds) =>
      metrics.onOperation({
        name,
        code: errors === 0 ? null : code,
        milliseconds,
        cached: cost.cached,
        callsSaved,
      }),
    onSubscribe(_operation, _context, transport) {
      metrics.onSubscribe(transport);
      return {
        onEvent: () => metrics.onEvent(transport),
        onEnd: ({ code }) => metrics.onSubscriptionEnd(transport, code),
      };
    },
  };
}

/** Returns what hears of each use of the database: the log of its failures, and the metrics if there are any. */
export function createOnDatabaseUse(storeLog: StoreLog, metrics: Metrics | null): OnDatabaseUse {
  return ({ kind, milliseconds, error }) => {
    metrics?.server.onDatabaseUse(kind, milliseconds, error?.code ?? null);
    if (error === null) storeLog.worked(kind === 'write' ? 'write' : 'read');
    // Any other failure is that of one statement. Whoever asked for it reports it.
    else if (error.code === 'UNAVAILABLE' || error.code === 'FULL') storeLog.failed(error);
  };
}

/** Reports what is stored to the metrics. Without metrics, it is the same store. */
export function observeStore(store: ReportStore, metrics: Metrics | null): ReportStore {
  if (metrics === null) return store;
  const { onMessages, onDeadLetter } = metrics.server;
  return {
    ...store,
    async recordMessages(messages, room) {
      const outcome = await store.recordMessages(messages, room);
      onMessages('fresh', outcome.fresh - outcome.unknown);
      onMessages('unknown', outcome.unknown);
      onMessages('repeated', outcome.repeated);
      return outcome;
    },
    async addDeadLetter(letter) {
      await store.addDeadLetter(letter);
      onDeadLetter();
    },
  };
}
