import { signal } from '@preact/signals';

/** An operation that the page sent, and what it took. */
export interface SentOperation {
  readonly id: number;
  readonly name: string;
  readonly query: string;
  readonly variables: unknown;
  /** Upstream calls; null while it runs, and if the server does not report them. */
  readonly calls: number | null;
  /** Devices and reports that came from the cache. */
  readonly cached: number;
  readonly isRunning: boolean;
}

/** Operations of the view that is shown, oldest first. */
export const sent = signal<readonly SentOperation[]>([]);
/** Upstream calls since the page was opened. */
export const totalCalls = signal(0);
/** Upstream calls that the view was expected to make, by its plan; null if it has none. */
export const planned = signal<number | null>(null);
/** False once a response came without its cost (REPORT_UPSTREAM_COST). */
export const isReported = signal(true);

const MAX_LISTED = 30;
let nextId = 0;

/** Lists an operation. Returns the function that reports what it took. */
export function begin(name: string, query: string, variables: unknown): (upstream: Upstream | null) => void {
  nextId += 1;
  const id = nextId;
  const operation = { id, name, query, variables, calls: null, cached: 0, isRunning: true };
  sent.value = [...sent.value, operation].slice(-MAX_LISTED);
  return (upstream) => {
    const { calls = null, cached = 0 } = upstream ?? {};
    totalCalls.value += calls ?? 0;
    sent.value = sent.value.map((each) => (each.id === id ? { ...each, calls, cached, isRunning: false } : each));
  };
}

/** `extensions.upstream` of a response. */
export interface Upstream {
  readonly calls: number;
  readonly cached: number;
}

/** Another view begins its own list. */
export function forgetSent(): void {
  planned.value = null;
  sent.value = sent.value.filter(({ isRunning }) => isRunning);
}
