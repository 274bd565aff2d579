import type { RequestListener } from 'node:http';
import type { Config } from '../config/config.ts';
import type { Clock } from '../domain/clock.ts';
import type { RecordStatus } from '../domain/server-status.ts';
import type { OpenDocuments } from '../graphql/open-documents.ts';
import { createMetricsListener } from '../http/metrics-listener.ts';
import type { Metrics, MetricSources } from '../telemetry/metrics.ts';
import type { AsyncReports } from './async-reports.ts';
import type { ConnectedPlatform } from './connect-platform.ts';
import { createReportCounts } from './report-counts.ts';

export interface MetricSourcesOptions {
  readonly config: Pick<Config, 'store'>;
  readonly documents: OpenDocuments;
  readonly platform: Pick<ConnectedPlatform, 'state' | 'load' | 'strikesLeft'>;
  readonly asyncReports: Pick<AsyncReports, 'store' | 'isSpooling'>;
  /** How usage is recorded; null if it is not. */
  readonly recordStatus: () => RecordStatus | null;
  readonly clock: Clock;
}

/** Serves the metrics; null if nothing is measured. */
export function serveMetrics(metrics: Metrics | null, options: MetricSourcesOptions): RequestListener | null {
  if (metrics === null) return null;
  const { contentType, print } = metrics;
  const sources = createMetricSources(options);
  return createMetricsListener({ contentType, print: () => print(sources) });
}

/** Creates what the metrics read whenever somebody asks for them. */
function createMetricSources(options: MetricSourcesOptions): MetricSources {
  const { config, platform, asyncReports, recordStatus, clock } = options;
  const { documents } = options.documents;
  const { store, isSpooling } = asyncReports;
  const countReports = createReportCounts({
    store,
    clock,
    deadlineMs: config.store.deadlineMs,
  });
  return {
    async platform() {
      const signInsLeft = (await platform.strikesLeft?.()) ?? null;
      return { load: platform.load(), openBreakers: platform.state.openBreakers(), signInsLeft };
    },
    async server() {
      const { misses, ...usage } = documents.usage();
      return {
        documents: { ...usage, keptBytes: documents.keptBytes() },
        documentMisses: misses,
        isSpooling: isSpooling(),
        pools: store.pools(),
        reports: await countReports(),
        record: recordStatus(),
      };
    },
  };
}
