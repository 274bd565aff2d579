import type { Expected, Model } from './expected.ts';
import { keyOf, type Pick } from './selection.ts';

/** A response as the client got it. */
export interface Answer {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
}

type Path = readonly (string | number)[];

interface Comparison {
  readonly codes: ReadonlyMap<string, string>;
  /** The paths of the errors that were expected. */
  readonly expectedErrors: Set<string>;
  readonly differences: string[];
}

/** The differences between what is expected of the root fields and what came. Every error must be expected, and the other way round. */
export function compare(picks: readonly Pick[], expected: Model, answer: Answer): string[] {
  const codes = new Map(
    answer.errors.map(({ path = [], extensions }) => [JSON.stringify(path), String(extensions['code'])]),
  );
  const comparison: Comparison = { codes, expectedErrors: new Set(), differences: [] };
  compareValue(picks, expected, answer.data, [], comparison);
  for (const { message, path = [], extensions } of answer.errors) {
    if (comparison.expectedErrors.has(JSON.stringify(path))) continue;
    comparison.differences.push(`${toText(path)}: unexpected error ${String(extensions['code'])}: ${message}`);
  }
  return comparison.differences;
}

function compareValue(picks: readonly Pick[], expected: Expected, got: unknown, path: Path, into: Comparison): void {
  const differs = (what: string): void => {
    into.differences.push(`${toText(path)}: expected ${what}, got ${JSON.stringify(got ?? null).slice(0, 2_000)}`);
  };
  if (expected === null || typeof expected !== 'object') {
    if (got !== expected) differs(JSON.stringify(expected));
  } else if (isList(expected)) {
    if (!Array.isArray(got) || got.length !== expected.length) differs(`${expected.length} items`);
    else expected.forEach((item, at) => compareValue(picks, item, got[at], [...path, at], into));
  } else if (expected.kind === 'model') compareModel(picks, expected, got, path, into);
  else if (expected.kind === 'bag') {
    if (!Array.isArray(got) || got.length !== expected.items.length) differs(`${expected.items.length} items`);
    else compareBag(picks, expected.items, got, path, into);
  } else if (expected.kind === 'oneOf') {
    const tried = expected.options.map((option) => attempt(picks, option, got, path, into));
    const right = tried.find(({ differences }) => differences.length === 0);
    if (right === undefined) into.differences.push(...(tried[0]?.differences ?? []));
    else for (const error of right.expectedErrors) into.expectedErrors.add(error);
  } else if (expected.kind === 'failed') {
    const at = JSON.stringify(path);
    const code = into.codes.get(at);
    if (got !== null || code === undefined || !expected.codes.includes(code)) {
      differs(`null with ${expected.codes.join(' or ')} (the error is ${String(code)})`);
    }
    into.expectedErrors.add(at);
  } else {
    if (!expected.holds(got)) differs(expected.says);
    expectErrorsBelow(path, into);
  }
}

/** What is only checked as a whole may have errors in its parts. */
function expectErrorsBelow(path: Path, { codes, expectedErrors }: Comparison): void {
  const prefix = `${JSON.stringify(path).slice(0, -1)},`;
  for (const at of codes.keys()) if (at.startsWith(prefix)) expectedErrors.add(at);
}

function compareModel(picks: readonly Pick[], expected: Model, got: unknown, path: Path, into: Comparison): void {
  if (typeof got !== 'object' || got === null || Array.isArray(got)) {
    into.differences.push(`${toText(path)}: expected ${expected.type}, got ${JSON.stringify(got)}`);
    return;
  }
  const selected = picks.filter(({ isLeftOut }) => !isLeftOut);
  const keys = selected.map(keyOf);
  for (const key of Object.keys(got)) {
    if (!keys.includes(key)) into.differences.push(`${toText(path)}: ${key} was not requested`);
  }
  for (const pick of selected) {
    const key = keyOf(pick);
    if (!Object.hasOwn(got, key)) into.differences.push(`${toText(path)}: ${key} is not there`);
    const value = (got as Record<string, unknown>)[key];
    const wanted = pick.name === '__typename' ? expected.type : expected.fields[pick.name]?.(pick.args);
    if (wanted === undefined) throw new Error(`the oracle does not know ${expected.type}.${pick.name}`);
    compareValue(pick.picks, wanted, value, [...path, key], into);
  }
}

/** Gives each item the first expected one that fits and is still free. */
function compareBag(
  picks: readonly Pick[],
  items: readonly Expected[],
  got: readonly unknown[],
  path: Path,
  into: Comparison,
): void {
  const free = [...items];
  got.forEach((value, at) => {
    const tried = free.map((item) => attempt(picks, item, value, [...path, at], into));
    const found = tried.findIndex(({ differences }) => differences.length === 0);
    if (found === -1)
      into.differences.push(`${toText([...path, at])}: nothing like ${JSON.stringify(value)} is expected`);
    else {
      for (const error of tried[found]?.expectedErrors ?? []) into.expectedErrors.add(error);
      free.splice(found, 1);
    }
  });
}

function attempt(picks: readonly Pick[], expected: Expected, got: unknown, path: Path, into: Comparison): Comparison {
  const tried: Comparison = { codes: into.codes, expectedErrors: new Set(), differences: [] };
  compareValue(picks, expected, got, path, tried);
  return tried;
}

function isList(expected: Exclude<Expected, null | string | number | boolean>): expected is readonly Expected[] {
  return Array.isArray(expected);
}

function toText(path: Path): string {
  return path.length === 0 ? 'data' : path.join('.');
}
