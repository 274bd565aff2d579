import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type World } from '../support/world/world.ts';

const IMEIS = Array.from({ length: 10_000 }, (_, at) => String(350_000_000_000_000 + at));

const repeat = (count: number, make: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => make(at)).join(' ');

/** Counts the errors that GraphQL makes, each of which captures a stack. */
function countErrors(): () => number {
  const capture = vi.spyOn(Error, 'captureStackTrace');
  return () => capture.mock.calls.length;
}

let world: World;

beforeAll(async () => {
  world = await startWorld({ listens: true, simulator: { callbackDelayMilliseconds: 3_600_000 } });
});
beforeEach(() => world.admin.forgetCalls());
afterEach(() => vi.restoreAllMocks());
afterAll(() => world.close());

const countOf = (errors: readonly { extensions: Record<string, unknown> }[]): number =>
  errors.reduce((sum, { extensions }) => {
    const { code, count } = extensions;
    return sum + (code === 'MORE_ERRORS' && typeof count === 'number' ? count : 1);
  }, 0);

describe('errors beyond those that are reported', () => {
  const ENTITIES = (aliases: number) =>
    `query ($r: [_Any!]!) { ${repeat(aliases, (at) => `a${at}: _entities(representations: $r) { __typename }`)} }`;

  test.each([
    ['an IMEI that is not one', { __typename: 'Device', imei: 'x' }],
    ['an account that is not one', { __typename: 'Device', imei: '350000000000001', accountNumber: '?' }],
    ['no key', { __typename: 'AggregatedReportRequest' }],
    ['a type of another graph', { __typename: 'Planet', id: 1 }],
  ])('are counted and not made for 10,000 entities with %s under three aliases', async (_, bad) => {
    const r = Array.from({ length: 9_999 }, () => bad);
    const made = countErrors();

    const { data, errors } = await world.query(ENTITIES(3), {
      r: [...r, { __typename: 'Device', imei: '350000000000001' }],
    });

    // An error is made for its resolver, for its path and for its response.
    expect(made()).toBeLessThan(6_000);
    expect(countOf(errors)).toBe(3 * 9_999);
    for (const entities of Object.values(data as Record<string, unknown[]>)) {
      expect(entities.filter((entity) => entity !== null)).toEqual([{ __typename: 'Device' }]);
    }
    expect(await world.admin.calls()).toEqual([]);
  });

  test('are counted and not made for devices whose usage fails under four aliases', async () => {
    const usage = repeat(4, (at) => `a${at}: usage(startDate: "2026-11-01") { imei }`);
    const imei = IMEIS.slice(0, 1_000);
    const made = countErrors();

    const { data, errors } = await world.query(`query ($imei: [IMEI!]!) { devices(imei: $imei) { ${usage} } }`, {
      imei,
    });

    expect(made()).toBeLessThan(3_900);
    expect(countOf(errors)).toBe(4 * imei.length);
    expect((data as { devices: unknown[] }).devices).toHaveLength(imei.length);
    expect(await world.admin.calls(PATHS.aggregate)).toHaveLength(100);
  });

  test('are counted and not made for fields that may not run below a list', async () => {
    const usage = repeat(4, (at) => `a${at}: usage(startDate: "never") { imei }`);
    const made = countErrors();

    const { errors } = await world.query(`query ($imei: [IMEI!]!) { devices(imei: $imei) { ${usage} } }`, {
      imei: IMEIS.slice(0, 1_000),
    });

    expect(made()).toBeLessThan(3_900);
    expect(countOf(errors)).toBe(4_000);
    expect(await world.admin.calls()).toEqual([]);
  });

  test('of a list are the first hundred faults and the number of the others', async () => {
    const bad = Array.from({ length: 4_500 }, () => 'x');
    const [device] = (await world.query('query ($imei: [IMEI!]!) { devices(imei: $imei) { imei } }', { imei: bad }))
      .errors;

    expect(device?.extensions['faults']).toHaveLength(100);
    expect(device?.message).toContain('(and 4499 more, the first 100 in extensions.faults)');
  });
});

describe('a list that is repeated under aliases', () => {
  test('is parsed once, so that ten thousand IMEIs cost as much under a hundred aliases as under one', async () => {
    const digits = vi.spyOn(RegExp.prototype, 'test');
    const query = (aliases: number) =>
      `query ($imei: [IMEI!]!) { ${repeat(aliases, (at) => `a${at}: devices(imei: $imei) { __typename }`)} }`;

    const { errors } = await world.query(query(100), { imei: IMEIS });

    const tested = digits.mock.calls.filter(([text]) => text === IMEIS[5]);
    expect(tested).toHaveLength(1);
    expect(new Set(errors.map(({ extensions }) => extensions['code']))).toEqual(new Set(['ANSWER_TOO_LARGE']));
  });

  test('of entities that do not fit are refused before any is resolved', async () => {
    const r = IMEIS.map((imei) => ({ __typename: 'Device', imei }));
    const query = (aliases: number) =>
      `query ($r: [_Any!]!) { ${repeat(aliases, (at) => `a${at}: _entities(representations: $r) { __typename }`)} }`;

    const few = await world.query(query(3), { r });
    const many = await world.query(query(4), { r });

    expect(few.errors).toEqual([]);
    expect(many.data).toBeNull();
    expect(many.errors.map(({ extensions }) => extensions['code'])).toEqual(['ANSWER_TOO_LARGE']);
  });
});

describe('the reports that an operation starts', () => {
  const request = (aliases: number): string =>
    `mutation ($imei: [IMEI!]) { ${repeat(aliases, (at) => `a${at}: requestAggregatedReport(input: { imei: $imei }) { txid }`)} }`;

  test.each([
    ['ten reports', 11, 1, 11, 10],
    ['reports on 10,000 devices in all', 3, 5_000, 15_000, 10_000],
  ])(
    'are at most %s: an operation with more is rejected, and nothing is sent',
    async (_, aliases, devices, cost, limit) => {
      const { status, data, errors } = await world.query(request(aliases), { imei: IMEIS.slice(0, devices) });

      expect(status).toBe(400);
      expect(data ?? null).toBeNull();
      expect(errors).toHaveLength(1);
      expect(errors[0]?.extensions).toMatchObject({ code: 'BUDGET_EXCEEDED', cost, limit });
      expect(await world.admin.calls()).toEqual([]);
    },
  );

  test('may have 10,000 devices in all', async () => {
    const { errors } = await world.query(request(2), { imei: IMEIS.slice(0, 5_000) });

    expect(errors).toEqual([]);
    expect(await world.admin.calls(PATHS.async)).toHaveLength(2);
  });

  test('count with the missing devices of those that are retried', async () => {
    const started = await world.query(request(1), { imei: IMEIS.slice(0, 4_000) });
    const { txid } = (started.data as { a0: { txid: string } }).a0;
    await world.admin.forgetCalls();
    const retries = repeat(3, (at) => `a${at}: retryMissingDevices(txid: "${txid}") { expectedDevices }`);

    const { data, errors } = await world.query(`mutation { ${retries} }`);

    expect(data).toEqual({ a0: { expectedDevices: 4_000 }, a1: { expectedDevices: 4_000 }, a2: null });
    expect(errors.map(({ path, extensions }) => [path, extensions['code'], extensions['cost']])).toEqual([
      [['a2'], 'BUDGET_EXCEEDED', 12_000],
    ]);
    expect(await world.admin.calls(PATHS.async)).toHaveLength(2);
  });
});

test('a time zone with a name of 900,000 characters is not looked at', async () => {
  const upper = vi.spyOn(String.prototype, 'toUpperCase');
  const timeZone = 'a'.repeat(900_000);
  const daily = repeat(100, (at) => `a${at}: daily(timeZone: $timeZone) { date }`);
  const query = `query ($timeZone: String) { device(imei: "350000000000001") { sessionsReport { ${daily} } } }`;

  const { errors } = await world.query(query, { timeZone });

  expect(upper.mock.contexts.filter((text) => String(text).length === timeZone.length)).toEqual([]);
  expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['BAD_USER_INPUT']);
  expect(await world.admin.calls()).toEqual([]);
});

test('a filter with 900,000 spaces between two letters is rejected at once', async () => {
  const deviceGroup = `a${' '.repeat(900_000)}b`;
  const query = `query ($deviceGroup: String) {
    aggregatedReport(input: { allDevices: true, deviceGroup: $deviceGroup }) { txid }
  }`;
  const startedAt = performance.now();

  const { errors } = await world.query(query, { deviceGroup });

  // A regular expression for the spaces at the end of a text takes a quarter of an hour for this one.
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argumentPath: ['input', 'deviceGroup'] } }]);
  expect(await world.admin.calls()).toEqual([]);
});
