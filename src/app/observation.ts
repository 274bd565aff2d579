import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Config } from '../config/config.ts';
import type { Clock } from '../domain/clock.ts';
import { createAccessLog } from '../graphql/access-log.ts';
import type { OpenDocuments } from '../graphql/open-documents.ts';
import type { OperationObserver } from '../graphql/observe-operations.ts';
import { createEndRequestLog, type OnRequestEnd } from '../http/request-log.ts';
import { toSafeJson, toSafeText, type Log, type ServerLog } from '../log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { OwnProcess } from '../telemetry/process-metrics.ts';
import { startConfiguredMetrics, toOperationObserver } from './metrics.ts';
import { createStoreLog, type StoreLog } from './store-log.ts';

export interface ObservationOptions {
  readonly config: Pick<Config, 'server' | 'metrics'>;
  readonly documents: OpenDocuments;
  readonly clock: Clock;
  readonly log: ServerLog;
  readonly ownProcess: OwnProcess;
  readonly newId: () => string;
}

/** How operators see what the server does: the access log, and the metrics. */
export interface Observation {
  /** Null if nothing is measured. */
  readonly metrics: Metrics | null;
  readonly storeLog: StoreLog;
  readonly observers: readonly OperationObserver[];
  /** The clock for the duration of requests; null if nobody hears of them. */
  readonly requestClock: Clock['monotonic'] | null;
  /** Call it when a response is over. */
  readonly onRequestEnd: (request: IncomingMessage, response: ServerResponse) => void;
}

/** Starts what the configuration turns on. */
export async function startObservation(options: ObservationOptions): Promise<Observation> {
  const { config, documents, clock, log, ownProcess, newId } = options;
  const { monotonic, now } = clock;
  const metrics = await startConfiguredMetrics({ config, trustedNames: documents.trustedNames, ownProcess, now });
  const observers: OperationObserver[] = [];
  const requestObservers: OnRequestEnd[] = [];
  if (config.server.accessLog && log.isLevelEnabled('info')) {
    observers.push(createAccessLog({ write: log.writeFields, toSafeJson, toSafeText }));
    requestObservers.push(createRequestLines(log));
  }
  if (metrics !== null) {
    const { operations } = metrics;
    observers.push(toOperationObserver(operations));
    requestObservers.push(({ what, status }) => operations.onOtherRequest(what, status));
  }
  return {
    metrics,
    storeLog: createStoreLog({ log, monotonic, newId }),
    observers,
    requestClock: requestObservers.length === 0 ? null : monotonic,
    onRequestEnd: createEndRequestLog(requestObservers, monotonic),
  };
}

/** Logs each request that ran no operation. */
function createRequestLines(log: Log): OnRequestEnd {
  return ({ what, requestId, method, status, isCutOff, milliseconds }) => {
    const sent = isCutOff ? { isCutOff } : {};
    log.info({ requestId, method, status, ...sent, ms: Math.round(milliseconds) }, what);
  };
}
