import { isObject, type JsonObject } from '../../domain/json.ts';

/** A list of which only the first rows are shown. */
export interface ShortenedList {
  /** Where it is, without positions: usageSeries.groups.buckets */
  readonly path: string;
  readonly rows: number;
  readonly shown: number;
  /** Of each number of its rows: the values at these percentiles (nearest rank), and the largest. */
  readonly percentiles?: Readonly<Record<string, Percentiles>>;
}

interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** A result that is short enough to be read, with what was left out of it. */
export interface Summary {
  readonly data: unknown;
  readonly shortened: readonly ShortenedList[];
}

/** How many rows of each list are shown; fewer, if that is still too long. */
const ROWS = [50, 10, 3, 1, 0];

/** Shortens the lists of a result until its JSON has at most this many characters. Null if that cannot be done. */
export function summarize(data: unknown, maxCharacters: number): Summary | null {
  for (const rows of ROWS) {
    const shortened = new Map<string, ShortenedList>();
    const short = shorten(data, '', rows, shortened);
    const summary = { data: short, shortened: [...shortened.values()] };
    if (JSON.stringify(summary).length <= maxCharacters) return summary;
  }
  return null;
}

/** Whether the JSON of a value has more characters. Stops counting there. */
export function isLonger(value: unknown, maxCharacters: number): boolean {
  const waiting: unknown[] = [value];
  let characters = 0;
  while (waiting.length > 0 && characters <= maxCharacters) {
    const next = waiting.pop();
    if (Array.isArray(next)) {
      characters += next.length + 1;
      if (characters <= maxCharacters) waiting.push(...(next as unknown[]));
    } else if (isObject(next)) {
      for (const [name, each] of Object.entries(next)) {
        characters += name.length + 4;
        waiting.push(each);
      }
    } else characters += JSON.stringify(next ?? null).length;
  }
  return characters > maxCharacters;
}

function shorten(value: unknown, path: string, maxRows: number, shortened: Map<string, ShortenedList>): unknown {
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    if (list.length > maxRows) note(list, path, maxRows, shortened);
    return list.slice(0, maxRows).map((each) => shorten(each, path, maxRows, shortened));
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      shorten(each, path === '' ? name : `${path}.${name}`, maxRows, shortened),
    ]),
  );
}

function note(list: readonly unknown[], path: string, maxRows: number, shortened: Map<string, ShortenedList>): void {
  const before = shortened.get(path);
  if (before !== undefined) {
    // Several lists with one path are in the rows of another.
    shortened.set(path, { path, rows: before.rows + list.length, shown: before.shown + maxRows });
    return;
  }
  const percentiles = toPercentiles(list.filter(isObject));
  const isNumeric = Object.keys(percentiles).length > 0;
  shortened.set(path, { path, rows: list.length, shown: maxRows, ...(isNumeric ? { percentiles } : {}) });
}

function toPercentiles(rows: readonly JsonObject[]): Record<string, Percentiles> {
  const names = Object.entries(rows[0] ?? {}).flatMap(([name, value]) => (typeof value === 'number' ? [name] : []));
  return Object.fromEntries(
    names.map((name) => {
      const numbers = rows.map((row) => row[name]).filter((value) => typeof value === 'number');
      numbers.sort((a, b) => a - b);
      const at = (share: number): number => numbers[Math.max(0, Math.ceil(share * numbers.length) - 1)] ?? 0;
      return [name, { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) }];
    }),
  );
}
