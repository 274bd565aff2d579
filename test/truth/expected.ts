import type { Args } from './selection.ts';

/** What the oracle expects in one place of a response. A plain value must be equal. */
export type Expected = null | string | number | boolean | readonly Expected[] | Model | Bag | OneOf | Failed | Check;

/** An object, whose fields can be requested in any selection. */
export interface Model {
  readonly kind: 'model';
  readonly type: string;
  readonly fields: Readonly<Record<string, (args: Args) => Expected>>;
}

/** A list in any order. */
export interface Bag {
  readonly kind: 'bag';
  readonly items: readonly Expected[];
}

/** The descriptions leave open which of these it is. */
export interface OneOf {
  readonly kind: 'oneOf';
  readonly options: readonly Expected[];
}

/** Null, with an error of one of these codes at its path. */
export interface Failed {
  readonly kind: 'failed';
  readonly codes: readonly string[];
}

/** A value that is not known exactly. `holds` decides, `says` is the reason. */
export interface Check {
  readonly kind: 'check';
  readonly says: string;
  readonly holds: (got: unknown) => boolean;
}

export function model(type: string, fields: Model['fields']): Model {
  return { kind: 'model', type, fields };
}

export function bag(items: readonly Expected[]): Bag {
  return { kind: 'bag', items };
}

/** One of the options. Throws if there are none. */
export function oneOf(options: readonly Expected[]): Expected {
  const [first, ...others] = options;
  if (first === undefined) throw new Error('there are no options');
  return others.length === 0 ? first : { kind: 'oneOf', options };
}

export function failed(...codes: string[]): Failed {
  return { kind: 'failed', codes };
}

export function check(says: string, holds: Check['holds']): Check {
  return { kind: 'check', says, holds };
}

/** A DateTime at this instant, in whatever form. */
export function instant(atMs: number | null): Expected {
  if (atMs === null) return null;
  return check(`the instant ${new Date(atMs).toISOString()}`, (got) => typeof got === 'string' && toMs(got) === atMs);
}

/** A DateTime from the first instant to the last. */
export function between(fromMs: number, toMs_: number): Check {
  return check(
    `an instant from ${new Date(fromMs).toISOString()} to ${new Date(toMs_).toISOString()}`,
    (got) => typeof got === 'string' && toMs(got) >= fromMs && toMs(got) <= toMs_,
  );
}

/** The instant of an RFC 3339 time; NaN if the text is none. */
export function toMs(text: string): number {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : NaN;
}

/** A sum of whole numbers. Null, with an error, if it cannot be exact. */
export function sum(numbers: readonly (number | null)[]): Expected {
  const total = numbers.reduce<bigint>((all, each) => all + BigInt(each ?? 0), 0n);
  return total > BigInt(Number.MAX_SAFE_INTEGER) ? failed('SUM_TOO_LARGE') : Number(total);
}
