import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { createFastHistogram, type FastHistogram } from './fast-histogram.ts';
import type { MetricDefinition } from './metric-definition.ts';

/** Creates metrics, and writes them all as text. */
export interface MetricRegistry {
  readonly counter: <Label extends string>(definition: Definition<'counter', Label>) => Counter<Label>;
  /** It is absent until it is set, so that nobody takes what is not known for 0. */
  readonly gauge: <Label extends string>(definition: Definition<'gauge', Label>) => Gauge<Label>;
  readonly histogram: <Label extends string>(
    definition: Definition<'histogram', Label> & { readonly buckets: readonly number[] },
  ) => Histogram<Label>;
  /** For what happens with every operation. */
  readonly fastHistogram: (definition: MetricDefinition & { readonly buckets: readonly number[] }) => FastHistogram;
  readonly contentType: string;
  /** All metrics in the format of Prometheus. */
  readonly print: () => Promise<string>;
}

interface Definition<Type extends MetricDefinition['type'], Label extends string> extends MetricDefinition {
  readonly type: Type;
  readonly labels: readonly Label[];
}

/** Creates an empty registry. */
export function createRegistry(): MetricRegistry {
  const registry = new Registry();
  const fastHistograms: FastHistogram[] = [];
  const toOptions = <Label extends string>({ name, help, labels }: Definition<MetricDefinition['type'], Label>) => ({
    name,
    help,
    labelNames: labels,
    registers: [registry],
  });
  return {
    counter: (definition) => new Counter(toOptions(definition)),
    gauge(definition) {
      const gauge = new Gauge(toOptions(definition));
      if (definition.labels.length === 0) gauge.remove();
      return gauge;
    },
    histogram: (definition) => new Histogram({ ...toOptions(definition), buckets: [...definition.buckets] }),
    contentType: registry.contentType,
    fastHistogram(definition) {
      const histogram = createFastHistogram(definition);
      fastHistograms.push(histogram);
      return histogram;
    },
    print: async () => [await registry.metrics(), ...fastHistograms.map((each) => each.print())].join('\n'),
  };
}
