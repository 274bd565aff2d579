import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRecipes, type Recipe } from '../support/project/cookbook-page.ts';
import { buildServer, type BuiltServer, type StartedServer } from '../support/world/built-server.ts';

const DAY_MS = 86_400_000;
const hasTools = ['bash', 'curl', 'jq'].every((tool) => spawnSync(tool, ['--version']).status === 0);
const isCi = process.env['CI'] === 'true';

/** The date of so many days ago, as the page's own function prints it. */
const day = (ago: number): string => new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10);

// Elsewhere the tools may be missing. In CI a skip would be a failure that nobody sees.
describe.skipIf(!hasTools && !isCi)('docs/cookbook.md', () => {
  let built: BuiltServer;
  let server: StartedServer;
  let folder: string;
  let api: string;
  const recipes = new Map<string, Recipe>();

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'cookbook-'));
    for (const recipe of await readRecipes()) {
      recipes.set(recipe.title, recipe);
      for (const [name, text] of recipe.files) await writeFile(path.join(folder, name), text);
    }
    built = await buildServer();
    server = built.start({ DATA_DIR: path.join(folder, 'data'), SHUTDOWN_DELAY_SECONDS: '0' });
    api = await server.address('API');
  }, 240_000);
  afterAll(async () => {
    server.process.kill('SIGTERM');
    await server.exited();
    await built.remove();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs the commands of a task as they are on the page. Returns what each block prints, by lines, and what the page shows. */
  const run = async (title: string) => {
    const { commands } = recipes.get(title) ?? { commands: [] };
    expect(commands.length).toBeGreaterThan(0);
    const lines: string[] = [];
    for (const { script } of commands) {
      const { PATH = '' } = process.env;
      const options = { cwd: folder, env: { PATH, API: api }, timeout: 60_000 };
      const { stdout, stderr } = await promisify(execFile)(
        'bash',
        ['--norc', '-euo', 'pipefail', '-c', script],
        options,
      );
      expect(stderr).toBe('');
      lines.push(...stdout.split(/\r?\n/).slice(0, -1));
    }
    return { lines, shown: commands.flatMap(({ output }) => output) };
  };
  const readLines = async (name: string) => (await readFile(path.join(folder, name), 'utf8')).trimEnd().split('\n');
  const ask = async (query: string, variables: object): Promise<unknown> => {
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(api, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
    return ((await response.json()) as { data: unknown }).data;
  };

  test('shows with every command what it prints, and every task is run by a test', () => {
    const titles = [...recipes.values()].filter(({ commands }) => commands.length > 0).map(({ title }) => title);
    expect(titles).toEqual([
      'Getting started',
      'The last week of one device',
      '30 local days as CSV',
      'Daily usage, and what it costs',
      'The top ten with their share',
      'Devices silent for 14 days',
      'Mistyped IMEIs',
      'A billing cycle that runs over',
      'A report followed from a terminal',
      'An alert with a subscription',
      'Export to a warehouse',
      'Federation',
      'Operating',
    ]);
    for (const { commands } of recipes.values()) {
      for (const { output } of commands) expect(output.length).toBeGreaterThan(0);
    }
  });

  test('gets started with a question for yesterday, and its price', async () => {
    const { lines, shown } = await run('Getting started');
    expect(toShapes(lines)).toEqual(toShapes(shown));
    expect(lines[1]).toBe('  "imei": "351457123855501",');
    expect(lines.join('')).toContain('"calls": 1,');
  });

  test('adds up the last week of a device by day, as an aggregated report does', async () => {
    const { lines, shown } = await run('The last week of one device');
    expect(toShapes(lines)).toEqual(toShapes(shown));
    expect(lines.map((line) => line.slice(0, 10))).toEqual([7, 6, 5, 4, 3, 2, 1].map(day));
    const sum = lines.reduce((all, line) => all + Number(/ (\d+) sessions/.exec(line)?.[1]), 0);
    const query =
      'query ($from: ReportDate, $to: ReportDate) { aggregatedReport(input: { imei: ["351457123855501"], startDate: $from, endDate: $to }) { totals { numberOfSessions } } }';
    expect(await ask(query, { from: day(7), to: day(1) })).toEqual({
      aggregatedReport: { totals: { numberOfSessions: sum } },
    });
  });

  test('writes 30 local days of each device as CSV', async () => {
    const { lines, shown } = await run('30 local days as CSV');
    expect(toShapes(lines)).toEqual(toShapes(shown));
    const devices = (await readLines('devices.txt')).sort();
    const [, ...rows] = await readLines('usage.csv');
    const days = Array.from({ length: 30 }, (_, at) => day(30 - at));
    expect(rows.map((row) => row.split(',', 2).join(' ').replaceAll('"', ''))).toEqual(
      days.flatMap((each) => devices.map((imei) => `${each} ${imei}`)),
    );
  });

  test('states the price of a comparison without a call', async () => {
    const { lines } = await run('Daily usage, and what it costs');
    const [plan = '', calls] = lines;
    expect(JSON.parse(plan)).toMatchObject({ path: 'ACCOUNT', upstreamCalls: 28, withinBudget: true });
    expect(calls).toBe('0');
  });

  test('lists the ten devices with the most bytes, and their shares', async () => {
    const { lines, shown } = await run('The top ten with their share');
    expect(new Set(toShapes(lines))).toEqual(new Set(toShapes(shown)));
    expect(lines).toHaveLength(10);
    const shares = lines.map((line) => Number(/ ([\d.]+) %$/.exec(line)?.[1]));
    expect(shares).toEqual([...shares].sort((one, other) => other - one));
    // All of them are cameras, thirty of which make up nearly everything.
    expect(shares.every((share) => share > 100 / 40 && share < 100 / 20)).toBe(true);
  });

  test('lists the devices that had no session in 14 days, and no others', async () => {
    const { lines, shown } = await run('Devices silent for 14 days');
    expect(lines).toHaveLength(15);
    expect(lines.slice(0, shown.length)).toEqual(shown);
    const query =
      'query ($imei: [IMEI!], $from: ReportDate, $to: ReportDate) { aggregatedReport(input: { imei: $imei, startDate: $from, endDate: $to }) { totals { silentDevices } } }';
    expect(await ask(query, { imei: lines, from: day(14), to: day(1) })).toEqual({
      aggregatedReport: { totals: { silentDevices: 15 } },
    });
  });

  test('finds every mistyped IMEI of a file with its line, and those that nobody knows', async () => {
    const { lines, shown } = await run('Mistyped IMEIs');
    expect(lines).toEqual(shown);
  });

  test('warns of a billing cycle once 80 % of its plan are expected to be used', async () => {
    const { lines, shown } = await run('A billing cycle that runs over');
    const { data } = JSON.parse((await readLines('cycle.json')).join('')) as {
      data: { billingCycle: { end: string; allowance: { usedShare: number; projectedShare: number | null } } };
    };
    const { end, allowance } = data.billingCycle;
    const share = allowance.projectedShare ?? allowance.usedShare;
    expect(allowance).toMatchObject({ includedBytes: 5_000_000_000_000 });
    expect(shown).toEqual([expect.stringMatching(/^Until \d{4}-\d\d-\d\d, \d+ % of the plan\. Exceeded on: null$/)]);
    expect(lines).toEqual(
      share < 0.8
        ? []
        : [
            expect.stringMatching(
              new RegExp(`^Until ${end}, ${Math.round(share * 100)} % of the plan\\. Exceeded on: `),
            ),
          ],
    );
  });

  test('follows a report to its end, and downloads it', async () => {
    const { lines, shown } = await run('A report followed from a terminal');
    const isState = (line: string) => /^[A-Z]+: /.test(line);
    expect(lines.filter(isState).at(-1)).toBe('COMPLETED: 9 of 9');
    for (const shape of toShapes(lines)) expect(toShapes(shown)).toContain(shape);
    expect(lines.filter((line) => !isState(line))[0]).toBe(shown.filter((line) => !isState(line))[0]);
    expect(await readLines('report.csv')).toHaveLength(10);
  });

  test('prints each device over a limit once', async () => {
    const { lines, shown } = await run('An alert with a subscription');
    expect([...lines].sort()).toEqual([...shown].sort());
  });

  test('exports a day as JSON lines', async () => {
    const { lines, shown } = await run('Export to a warehouse');
    expect(toShapes(lines)).toEqual(toShapes(shown));
    const rows = (await readLines(`usage-${day(3)}.jsonl`)).map((line) => JSON.parse(line) as { imei: string });
    expect(rows.map(({ imei }) => imei).sort()).toEqual((await readLines('devices.txt')).sort());
  });

  test('answers a gateway with ten devices to a call', async () => {
    const { lines, shown } = await run('Federation');
    expect(toShapes(lines)).toEqual(toShapes(shown));
    expect(lines[1]).toBe('1');
  });

  test('shows an operator that the server works', async () => {
    const { lines, shown } = await run('Operating');
    expect(toShapes(lines)).toEqual(toShapes(shown));
    expect(lines[0]).toBe('200');
  });
});

/** Lines without what differs from day to day. */
function toShapes(lines: readonly string[]): string[] {
  return lines.map((line) => line.replaceAll(/\d+(?:\.\d+)?/g, '0').replaceAll(/\btrue|false\b/g, 'true'));
}
