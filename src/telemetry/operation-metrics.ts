import { API_METRICS } from './api-metric-list.ts';
import { createBoundedLabels } from './bounded-labels.ts';
import { PLATFORM_METRICS } from './platform-metric-list.ts';
import type { Series } from './fast-histogram.ts';
import type { MetricRegistry } from './registry.ts';

/** A query or mutation whose result is known. */
export interface EndedOperation {
  /** Null if it has no name. */
  readonly name: string | null;
  /** The code of the first error; null if there is none. */
  readonly code: string | null;
  readonly milliseconds: number;
  /** Devices and reports that came from the cache. */
  readonly cached: number;
  /** Its share of the calls that sharing saved. */
  readonly callsSaved: number;
}

/** Hears of what callers ask for. */
export interface OperationMetrics {
  readonly onOperation: (operation: EndedOperation) => void;
  readonly onOtherRequest: (kind: string, status: number) => void;
  readonly onSubscribe: (transport: string) => void;
  readonly onEvent: (transport: string) => void;
  /** The code is OK, or what ended the subscription. */
  readonly onSubscriptionEnd: (transport: string, code: string) => void;
  /** Call it before the metrics are read. */
  readonly update: () => void;
}

interface SeriesOfName {
  readonly ok: Series;
  readonly error: Series;
}

const MAX_NAMES = 50;
/** Error codes are a closed family, with room. */
const MAX_CODES = 100;
/** Responses have a few dozen. */
const MAX_STATUSES = 60;
const UNNAMED = '(unnamed)';

/** Creates the metrics. The names of trusted documents always count as themselves, and further ones up to a limit. */
export function createOperationMetrics(registry: MetricRegistry, trustedNames: readonly string[]): OperationMetrics {
  const duration = registry.fastHistogram(API_METRICS.operationDuration);
  const seriesByName = new Map<string, SeriesOfName>();
  const errors = registry.counter(API_METRICS.operationErrors);
  const otherRequests = registry.counter(API_METRICS.otherRequests);
  const subscriptions = registry.gauge(API_METRICS.subscriptions);
  const events = registry.counter(API_METRICS.subscriptionEvents);
  const ends = registry.counter(API_METRICS.subscriptionEnds);
  const saved = registry.counter(PLATFORM_METRICS.callsSaved);
  const cachedResults = registry.counter(PLATFORM_METRICS.cachedResults);
  const toName = createBoundedLabels(MAX_NAMES, [...trustedNames, UNNAMED]);
  const toCode = createBoundedLabels(MAX_CODES);
  const toStatus = createBoundedLabels(MAX_STATUSES);
  // Added up here, because it costs less than the library's counters.
  let cachedSum = 0;
  let savedSum = 0;
  const seriesOf = (name: string): SeriesOfName => {
    const known = seriesByName.get(name);
    if (known !== undefined) return known;
    const created = { ok: duration.createSeries(name, 'ok'), error: duration.createSeries(name, 'error') };
    seriesByName.set(name, created);
    return created;
  };

  return {
    onOperation({ name, code, milliseconds, cached, callsSaved }) {
      const label = toName(name ?? UNNAMED);
      seriesOf(label)[code === null ? 'ok' : 'error'].observe(milliseconds / 1_000);
      if (code !== null) errors.inc({ name: label, code: toCode(code) });
      cachedSum += cached;
      savedSum += callsSaved;
    },
    onOtherRequest: (kind, status) => otherRequests.inc({ kind, status: toStatus(String(status)) }),
    onSubscribe: (transport) => subscriptions.inc({ transport }),
    onEvent: (transport) => events.inc({ transport }),
    onSubscriptionEnd(transport, code) {
      subscriptions.dec({ transport });
      ends.inc({ code: toCode(code) });
    },
    update() {
      cachedResults.inc(cachedSum);
      saved.inc(savedSum);
      cachedSum = 0;
      savedSum = 0;
    },
  };
}
