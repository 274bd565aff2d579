import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { MetricRegistry } from './registry.ts';
import { SERVER_METRICS } from './server-metric-list.ts';

/** What is asked of the process. */
export type OwnProcess = Pick<
  NodeJS.Process,
  'cpuUsage' | 'memoryUsage' | 'getActiveResourcesInfo' | 'uptime' | 'version'
>;

export interface ProcessMetrics {
  /** Reads the figures of the process. */
  readonly update: () => void;
  readonly close: () => void;
}

const NANOSECONDS = 1e9;
/** How often the event loop is looked at. Its delay is what it takes longer than this. */
const RESOLUTION_MS = 20;

/** Starts to measure the event loop, and creates the metrics of the process. */
export function startProcessMetrics(
  registry: MetricRegistry,
  ownProcess: OwnProcess,
  { version, now }: { readonly version: string; readonly now: () => number },
): ProcessMetrics {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  const delay = registry.gauge(SERVER_METRICS.eventLoopDelay);
  const memory = registry.gauge(SERVER_METRICS.memory);
  const cpu = registry.counter(SERVER_METRICS.cpu);
  const handles = registry.gauge(SERVER_METRICS.handles);
  registry.gauge(SERVER_METRICS.build).set({ version, node: ownProcess.version }, 1);
  registry.gauge(SERVER_METRICS.startTime).set(now() / 1_000 - ownProcess.uptime());
  let cpuCounted = 0;

  const toDelay = (nanoseconds: number): number =>
    // Without a sample there is no number.
    Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS / 1_000) : 0;
  return {
    update() {
      delay.set({ statistic: 'p50' }, toDelay(delays.percentile(50)));
      delay.set({ statistic: 'p99' }, toDelay(delays.percentile(99)));
      delay.set({ statistic: 'max' }, toDelay(delays.max));
      delays.reset();
      const { rss, heapUsed, heapTotal, external, arrayBuffers } = ownProcess.memoryUsage();
      memory.set({ kind: 'rss' }, rss);
      memory.set({ kind: 'heap-used' }, heapUsed);
      memory.set({ kind: 'heap-total' }, heapTotal);
      memory.set({ kind: 'external' }, external);
      memory.set({ kind: 'array-buffers' }, arrayBuffers);
      const { user, system } = ownProcess.cpuUsage();
      const seconds = (user + system) / 1e6;
      cpu.inc(Math.max(0, seconds - cpuCounted));
      cpuCounted = Math.max(cpuCounted, seconds);
      handles.set(ownProcess.getActiveResourcesInfo().length);
    },
    close: () => delays.disable(),
  };
}
