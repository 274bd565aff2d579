import { scrape, type Scrape } from '../../support/world/metric-reader.ts';
import { nowMs } from '../time.ts';

/** What the metrics of the server said at a moment. */
export interface Sample {
  /** Since the first sample. */
  readonly seconds: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
  readonly handles: number;
  /** The 99th percentile since the sample before. */
  readonly eventLoopDelayMs: number;
  /** Since the sample before. */
  readonly operationsPerSecond: number;
}

export interface Sampler {
  /** Ends it, and returns what it has read. */
  end(): readonly Sample[];
}

/** Reads the metrics of a server again and again, as Prometheus would. */
export function startSampler(metricsUrl: string, everyMs: number): Sampler {
  const samples: Sample[] = [];
  const startedAtMs = nowMs();
  let before: { readonly seconds: number; readonly operations: number } | null = null;
  const read = async (): Promise<void> => {
    const { value }: Scrape = await scrape(metricsUrl);
    const seconds = (nowMs() - startedAtMs) / 1_000;
    const operations = value('device_reports_operation_duration_seconds_count') ?? 0;
    if (before !== null) {
      samples.push({
        seconds,
        rssBytes: value('device_reports_memory_bytes', { kind: 'rss' }) ?? 0,
        heapBytes: value('device_reports_memory_bytes', { kind: 'heap-used' }) ?? 0,
        handles: value('device_reports_open_handles') ?? 0,
        eventLoopDelayMs: (value('device_reports_event_loop_delay_seconds', { statistic: 'p99' }) ?? 0) * 1_000,
        operationsPerSecond: (operations - before.operations) / (seconds - before.seconds),
      });
    }
    before = { seconds, operations };
  };
  // A server that is restarted misses a sample.
  const readOrSkip = (): void => void read().catch(() => null);
  readOrSkip();
  const timer = setInterval(readOrSkip, everyMs);
  return {
    end() {
      clearInterval(timer);
      return samples;
    },
  };
}
