import { createOperationMetrics, type OperationMetrics } from './operation-metrics.ts';
import { createPlatformMetrics, type PlatformMetrics, type PlatformState } from './platform-metrics.ts';
import { startProcessMetrics, type OwnProcess } from './process-metrics.ts';
import { createRegistry } from './registry.ts';
import { createServerMetrics, type ServerMetrics, type ServerState } from './server-metrics.ts';

export interface MetricsOptions {
  /** The names of operations in trusted documents. */
  readonly trustedNames: readonly string[];
  readonly ownProcess: OwnProcess;
  readonly version: string;
  readonly now: () => number;
}

/** What is read whenever the metrics are. */
export interface MetricSources {
  readonly platform: () => Promise<PlatformState>;
  readonly server: () => Promise<ServerState>;
}

/** Counts and measures what the server does. The parts are called by those who do it. */
export interface Metrics {
  readonly operations: Omit<OperationMetrics, 'update'>;
  readonly platform: Omit<PlatformMetrics, 'update'>;
  readonly server: Omit<ServerMetrics, 'update'>;
  readonly contentType: string;
  /** Writes all metrics in the format of Prometheus. `sources` is for what is read at that moment. */
  print(sources: MetricSources): Promise<string>;
  close(): void;
}

/** Starts to measure. */
export function startMetrics({ trustedNames, ownProcess, ...about }: MetricsOptions): Metrics {
  const registry = createRegistry();
  const operations = createOperationMetrics(registry, trustedNames);
  const platform = createPlatformMetrics(registry);
  const server = createServerMetrics(registry);
  const ofProcess = startProcessMetrics(registry, ownProcess, about);
  return {
    operations,
    platform,
    server,
    contentType: registry.contentType,
    async print(sources) {
      const [ofServer, ofPlatform] = await Promise.all([sources.server(), sources.platform()]);
      server.update(ofServer);
      platform.update(ofPlatform);
      operations.update();
      ofProcess.update();
      return registry.print();
    },
    close: ofProcess.close,
  };
}
