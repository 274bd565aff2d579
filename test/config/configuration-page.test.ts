import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { FILES } from '../../scripts/configuration/files.ts';
import { printPage } from '../../scripts/configuration/page.ts';
import { readSettings } from '../../scripts/configuration/settings.ts';
import { readConfig } from '../../src/config/config.ts';
import { int } from '../../src/config/values.ts';

const read = (name: string): Promise<string> => readFile(new URL(`../../${name}`, import.meta.url), 'utf8');

describe('the documentation of the settings', () => {
  test.each(Object.entries(FILES))('%s is as "npm run configuration" writes it', async (name, print) => {
    const current = await read(name);
    expect(current).toBe(print(current));
  });

  test('has every setting once, with what its schema allows and its default', async () => {
    const page = await read('docs/configuration.md');
    const settings = [...readSettings().values()];
    expect(settings.length).toBeGreaterThan(90);
    const rows = [...page.matchAll(/^\| `([A-Z][A-Z0-9_]+)` +\|/gm)].map(([, name]) => name);
    expect(rows.sort()).toEqual(settings.map(({ name }) => name).sort());
    for (const { description, values } of settings) {
      expect(description).toMatch(/^[A-Z`].*[^.]$/);
      expect(values).not.toBe('');
    }
  });

  test('derives values and defaults from schemas', () => {
    const settings = readSettings([
      ['SIZE_BYTES', int(2 ** 21, 0, 2 ** 30).describe('A size')],
      ['MODE', z.enum(['on', 'off', 'auto']).optional().meta({ description: 'A mode', unset: 'as `OTHER`' })],
      ['NAME', z.string().optional().describe('A name')],
      ['LIST', z.array(z.string()).default(['a', 'b']).meta({ description: 'A list', values: 'words' })],
    ]);
    expect([...settings.values()].map(({ values, fallback }) => [values, fallback])).toEqual([
      ['0 to 1073741824', '`2097152` (2 MiB)'],
      ['`on`, `off` or `auto`', 'as `OTHER`'],
      ['any text', 'none'],
      ['words', '`a,b`'],
    ]);
  });

  test('cannot be written while a setting has no description, has two, or has values that nobody knows', () => {
    expect(() => readSettings([['NEW', int(1, 0, 2)]])).toThrow('NEW has no description');
    const described = int(1, 0, 2).describe('A number');
    expect(() =>
      readSettings([
        ['NEW', described],
        ['NEW', described],
      ]),
    ).toThrow('NEW is described twice');
    const checked = z.string().min(3).optional().describe('A text');
    expect(() => readSettings([['NEW', checked]])).toThrow('NEW: its allowed values do not follow');
    const misspelt = z.string().meta({ description: 'A text', vlaues: 'any' });
    expect(() => readSettings([['NEW', misspelt]])).toThrow('NEW has vlaues');
  });

  test('cannot be written while a section has no place in the page, or two', () => {
    const documented = { sections: [{ id: 'server', title: 'Server', settings: [] }], secrets: ['ONE', 'TWO'] };
    const place = (id: string): string => `<!-- settings: ${id} -->\n<!-- end of settings -->\n`;
    expect(() => printPage(place('server'), documented)).toThrow('has no <!-- settings: secrets -->');
    const both = place('server') + place('secrets');
    expect(printPage(both, documented)).toContain('This works for `ONE` and `TWO`.');
    expect(() => printPage(both + place('server'), documented)).toThrow('has no use for <!-- settings: server -->');
  });

  test('has settings of a replica in docs/deployment.md that start one behind a proxy', async () => {
    const page = await read('docs/deployment.md');
    const [, block = ''] = /```sh\n(NODE_ENV=production\n[^`]*)```/.exec(page) ?? [];
    // As the page says: a shell reads the file.
    const { stdout } = await promisify(execFile)('sh', ['-c', `set -a\n${block}env -0`], { env: {} });
    const pairs = stdout.split('\0').map((pair) => /^([A-Z_]+)=([^]*)$/.exec(pair)?.slice(1) ?? []);
    const environment = Object.fromEntries(pairs.filter(([name]) => name !== undefined && name !== 'PWD')) as Record<
      string,
      string
    >;
    expect(Object.keys(environment).length).toBeGreaterThan(10);
    expect(readConfig(environment)).toMatchObject({
      server: { host: '0.0.0.0', trustedProxies: 1, publicUrl: 'https://reports.example.com' },
      auth: { tokens: { audience: 'device-reports' } },
      graphql: { isProduction: true },
    });
  });
});
