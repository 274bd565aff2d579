import { parseArgs } from 'node:util';

export interface SearchOptions {
  /** Number of compositions to run. */
  readonly compositions: number;
  /** Equal seeds give equal compositions. */
  readonly seed: number;
  /** Number of the first composition: a later one is found again without the ones before it. */
  readonly from: number;
  /** The JSON file for the compositions that cost too much; null for none. */
  readonly out: string | null;
}

export const USAGE =
  'npm run worst-request -- [--compositions 300] [--seed 1 | random] [--from 0] [--out too-much.json]';

/** Parses the command line. Throws an Error that says what is wrong with it. */
export function parseOptions(args: readonly string[]): SearchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      compositions: { type: 'string', default: '300' },
      seed: { type: 'string', default: '1' },
      from: { type: 'string', default: '0' },
      out: { type: 'string' },
    },
  });
  return {
    compositions: parseNumber('compositions', values.compositions, 1),
    seed: values.seed === 'random' ? Math.floor(Math.random() * 2 ** 31) : parseNumber('seed', values.seed, 0),
    from: parseNumber('from', values.from, 0),
    out: values.out ?? null,
  };
}

function parseNumber(name: string, text: string, min: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= min) return value;
  throw new Error(`--${name} must be an integer of at least ${min}.`);
}
