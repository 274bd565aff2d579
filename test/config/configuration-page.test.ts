import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';

interface Setting {
  readonly name: string;
  readonly defaultValue: string;
  /** Such as `1 to 1000`; empty if the value is not a bounded number. */
  readonly bounds: string;
}

// `.env.example` is itself checked against the code.
describe('docs/configuration.md and .env.example', () => {
  let page: Setting[];
  let example: Setting[];

  beforeAll(async () => {
    page = readPage(await readRepositoryFile('docs/configuration.md'));
    example = readExample(await readRepositoryFile('.env.example'));
  });

  test('list the same settings, each once', () => {
    const toNames = (settings: readonly Setting[]): string[] => settings.map(({ name }) => name).sort();
    expect(page.length).toBeGreaterThan(50);
    expect(toNames(page)).toEqual(toNames(example));
  });

  test('agree on every default and on the bounds of every number', () => {
    const inPageOrder = page.flatMap(({ name }) => example.filter((setting) => setting.name === name));
    expect(page).toEqual(inPageOrder);
  });
});

function readRepositoryFile(path: string): Promise<string> {
  return readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
}

/** Rows such as `` | `PORT` | Port to listen on | `4000` | 0 to 65535 | ``. */
function readPage(text: string): Setting[] {
  const rows = text.matchAll(/^\| `([A-Z][A-Z0-9_]+)` +\| [^|]* \| ([^|]*) \| ([^|]*) \|$/gm);
  return [...rows].map(([, name = '', defaultCell = '', valuesCell = '']) => ({
    name,
    defaultValue: /^`([^`]*)`/.exec(defaultCell)?.[1] ?? '',
    bounds: findBounds(valuesCell),
  }));
}

/** A line about each variable, followed by the variable with its default. */
function readExample(text: string): Setting[] {
  const entries = text.matchAll(/^# (.*)\n# ([A-Z][A-Z0-9_]+)=(.*)$/gm);
  return [...entries].map(([, about = '', name = '', defaultValue = '']) => ({
    name,
    defaultValue,
    bounds: findBounds(about),
  }));
}

function findBounds(text: string): string {
  return /\b\d+ to \d+\b(?! (?:letters|characters))/.exec(text)?.[0] ?? '';
}
