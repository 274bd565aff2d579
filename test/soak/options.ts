import { parseArgs } from 'node:util';

export interface SoakOptions {
  /** Duration of each fault. */
  readonly seconds: number;
  /** Names of faults; null for all. */
  readonly only: readonly string[] | null;
  /** Operations that start per second. */
  readonly rate: number;
  /** The JSON file for the results; null for none. */
  readonly out: string | null;
  /** The SVG file for what the metrics of the last fault said; null for none. */
  readonly chart: string | null;
}

export const USAGE = `npm run soak -- [--seconds 60] [--only fault,...] [--rate 20] [--out results.json] [--chart chart.svg]`;

/** Parses the command line. Throws an Error that says what is wrong with it. */
export function parseOptions(args: readonly string[], faultNames: readonly string[]): SoakOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '60' },
      only: { type: 'string' },
      rate: { type: 'string', default: '20' },
      out: { type: 'string' },
      chart: { type: 'string' },
    },
  });
  const only = values.only?.split(',') ?? null;
  const unknown = only?.find((name) => !faultNames.includes(name));
  if (unknown !== undefined) throw new Error(`${unknown} is not a fault. Use one of: ${faultNames.join(', ')}.`);
  return {
    seconds: parseNumber('seconds', values.seconds, 2, 3_600),
    only,
    rate: parseNumber('rate', values.rate, 1, 200),
    out: values.out ?? null,
    chart: values.chart ?? null,
  };
}

function parseNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= min && value <= max) return value;
  throw new Error(`--${name} must be a number from ${min} to ${max}.`);
}
