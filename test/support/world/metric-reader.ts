/** A time series as Prometheus would read it. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What a scrape returned. */
export interface Scrape {
  readonly text: string;
  readonly samples: readonly Sample[];
  /** The sum of all series of this name with these labels; null if there is none. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | null;
  /** The values of a label, sorted. */
  labelsOf(name: string, label: string): string[];
}

/** Reads the metrics of a server. */
export async function scrape(metricsUrl: string | null): Promise<Scrape> {
  const response = await fetch(metricsUrl ?? '');
  const text = await response.text();
  if (response.status !== 200) throw new Error(`the metrics returned ${response.status}: ${text}`);
  const samples = [...text.matchAll(/^([a-z_]+)(?:\{(.*)\})? (\S+)$/gm)].map(
    ([, name = '', labels = '', value = '']) => ({
      name,
      labels: Object.fromEntries(
        [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', text = '']) => [key, text]),
      ),
      value: Number(value),
    }),
  );
  return {
    text,
    samples,
    value(name, labels = {}) {
      const found = samples.filter(
        (sample) => sample.name === name && Object.entries(labels).every(([key, each]) => sample.labels[key] === each),
      );
      return found.length === 0 ? null : found.reduce((sum, { value }) => sum + value, 0);
    },
    labelsOf: (name, label) =>
      [...new Set(samples.filter((sample) => sample.name === name).map(({ labels }) => labels[label] ?? ''))].sort(),
  };
}
