import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World } from '../support/world/world.ts';

const LINES = 240_000;
const MAX_CPU_MS = 500;

const repeat = (count: number, make: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => make(at)).join(' ');

describe('the errors of a response', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
    // What is compiled or cached at the first use is not measured.
    await world.query('{ nothing }');
  });
  afterAll(() => world.close());

  const measure = async (query: string, variables: object = {}) => {
    const before = process.cpuUsage();
    const response = await fetch(world.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const text = await response.text();
    const { user, system } = process.cpuUsage(before);
    const { errors } = JSON.parse(text) as {
      errors: { message: string; locations: { line: number; column: number }[] }[];
    };
    return { cpuMs: (user + system) / 1_000, bytes: text.length, errors };
  };

  test.each([
    ['are not valid', `{${'\n'.repeat(LINES)} ${repeat(50, (at) => `a${at}: nothing`)} }`],
    ['fail when they run', `{${'\n'.repeat(LINES)} ${repeat(100, (at) => `a${at}: device(imei: "1") { imei }`)} }`],
    [
      'fail at one place, a hundred times',
      `{${'\n'.repeat(LINES)} _entities(representations: [${repeat(100, () => '1')}]) { __typename } }`,
    ],
  ])('say line and column, and cost little, in a document of many lines whose fields %s', async (_, query) => {
    const times: number[] = [];
    for (let time = 1; time <= 3; time += 1) {
      const { cpuMs, errors } = await measure(query);
      expect(errors[0]?.locations[0]).toMatchObject({ line: LINES + 1, column: 2 });
      times.push(cpuMs);
    }
    // Garbage of earlier tests is collected in this process as well.
    expect(Math.min(...times)).toBeLessThan(MAX_CPU_MS);
  });

  test('repeat at most 100 characters of each value that they are about, and take 64,000 bytes together', async () => {
    const query = 'query ($input: AggregatedReportInput!) { aggregatedReport(input: $input) { txid } }';
    const unknown = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [String(at).padStart(19_000, 'x'), 1]));
    const values = { startDate: '2026-11-01', deviceGroup: 5, deviceLabel: ['x'.repeat(400_000)] };

    for (const input of [
      { imei: [], ...unknown },
      { imei: [], ...values },
    ]) {
      const { bytes, errors, cpuMs } = await measure(query, { input });
      expect(errors.length).toBeGreaterThan(0);
      expect(bytes).toBeLessThan(66_000);
      expect(errors.map(({ message }) => /x{102}/.test(message))).not.toContain(true);
      expect(cpuMs).toBeLessThan(MAX_CPU_MS);
    }
    const { errors, bytes } = await measure(`{ ${'x'.repeat(20_000)} }`);
    expect(errors[0]?.message).toMatch(/^Cannot query field "x{100}…" on type "Query"/);
    expect(bytes).toBeLessThan(1_000);
  });

  test.each([
    ['an argument', `{ device(${repeat(3_000, () => 'imei: "1"')}) { imei } }`],
    ['a variable', `query (${repeat(3_000, () => '$v: Int')}) { device(imei: "1") { imei } }`],
  ])('name the first 20 places of %s that is repeated 3,000 times', async (_, query) => {
    const { errors, bytes } = await measure(query);
    expect(errors[0]?.locations).toHaveLength(20);
    expect(bytes).toBeLessThan(10_000);
  });
});
