// A file of its own: the lists of metrics and the registry share it.
/** What a metric is. The registry, the dashboard and the documentation are made from this. */
export interface MetricDefinition {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** The upper bounds of a histogram. */
  readonly buckets?: readonly number[];
}

/** Metrics by the names that the code has for them. */
export type MetricDefinitions = Readonly<Record<string, MetricDefinition>>;

/** Upper bounds for operations and calls: from the cache to the time limits. */
export const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const;
