import type { MetricDefinition } from './metric-definition.ts';

/** The values of one set of labels. */
export interface Series {
  observe(value: number): void;
}

/**
 * A histogram for what happens with every operation. One of the library looks up its labels for each value, which takes ten times as long as
 * to count the value.
 */
export interface FastHistogram {
  /** The series of these labels, in the order of the definition. Keep it: every call creates another. */
  createSeries(...labels: readonly string[]): Series;
  /** All series in the format of Prometheus. */
  print(): string;
}

interface CountedSeries extends Series {
  /** The labels as text, without braces. */
  readonly labels: string;
  /** How many values fell into each bucket, and not into a lower one; the last is without a bound. */
  readonly counts: readonly number[];
  readonly sum: () => number;
}

/** Creates a histogram without series. */
export function createFastHistogram(
  definition: MetricDefinition & { readonly buckets: readonly number[] },
): FastHistogram {
  const { name, help, buckets } = definition;
  const all: CountedSeries[] = [];
  return {
    createSeries(...labels) {
      const series = createSeries(definition.labels, labels, buckets);
      all.push(series);
      return series;
    },
    print() {
      const lines = all.flatMap((series) => printSeries(name, series, buckets));
      return [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`, ...lines, ''].join('\n');
    },
  };
}

function createSeries(names: readonly string[], labels: readonly string[], buckets: readonly number[]): CountedSeries {
  const counts = Array<number>(buckets.length + 1).fill(0);
  let sum = 0;
  return {
    labels: names.map((name, at) => `${name}="${escape(labels[at] ?? '')}"`).join(','),
    counts,
    sum: () => sum,
    observe(value) {
      let at = 0;
      while (at < buckets.length && value > (buckets[at] ?? 0)) at += 1;
      counts[at] = (counts[at] ?? 0) + 1;
      sum += value;
    },
  };
}

function printSeries(name: string, { labels, counts, sum }: CountedSeries, buckets: readonly number[]): string[] {
  let total = 0;
  const lines = counts.map((count, at) => {
    total += count;
    return `${name}_bucket{le="${buckets[at] ?? '+Inf'}",${labels}} ${total}`;
  });
  return [...lines, `${name}_sum{${labels}} ${sum()}`, `${name}_count{${labels}} ${total}`];
}

function escape(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
