import { parseArgs } from 'node:util';

export interface SoakOptions {
  /** How long each fault lasts. */
  readonly seconds: number;
  /** Names of faults; null for all. */
  readonly only: readonly string[] | null;
  /** How many operations begin a second. */
  readonly rate: number;
  /** Where the measurements go as JSON; null for nowhere. */
  readonly out: string | null;
}

export const USAGE = `npm run soak -- [--seconds 60] [--only fault,...] [--rate 20] [--out results.json]`;

/** Reads the command line; throws an Error that says what is wrong with it. */
export function parseOptions(args: readonly string[], faultNames: readonly string[]): SoakOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '60' },
      only: { type: 'string' },
      rate: { type: 'string', default: '20' },
      out: { type: 'string' },
    },
  });
  const only = values.only?.split(',') ?? null;
  const unknown = only?.find((name) => !faultNames.includes(name));
  if (unknown !== undefined) throw new Error(`There is no fault ${unknown}. There are ${faultNames.join(', ')}.`);
  return {
    seconds: parseNumber('seconds', values.seconds, 2, 3_600),
    only,
    rate: parseNumber('rate', values.rate, 1, 200),
    out: values.out ?? null,
  };
}

function parseNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= least && value <= most) return value;
  throw new Error(`--${name} has to be a number from ${least} to ${most}.`);
}
