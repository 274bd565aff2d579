import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startWorld, type World } from '../support/world/world.ts';

const GOOD = '709312034493372';
const SESSIONS = 'query ($input: SessionsReportInput!) { sessionsReport(input: $input) { deviceId } }';
const AGGREGATED = 'query ($input: AggregatedReportInput!) { aggregatedReport(input: $input) { txid } }';
const REQUEST = 'mutation ($input: RequestAggregatedReportInput!) { requestAggregatedReport(input: $input) { txid } }';
const USAGE =
  'query ($first: Int, $p: [Float!]!, $order: UsageOrder) {' +
  ` aggregatedReport(input: { imei: ["${GOOD}"] }) { usage(first: $first, orderBy: $order) { imei } totals { bytesPercentiles(p: $p) } } }`;

describe('variables of the wrong type', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());
  beforeEach(() => world.admin.forgetCalls());

  test.each<[string, string, Record<string, unknown> | undefined, (string | number)[], RegExp]>([
    ['no variables', SESSIONS, undefined, ['input'], /was not provided/],
    ['a required variable left out', SESSIONS, {}, ['input'], /was not provided/],
    ['null for a required variable', SESSIONS, { input: null }, ['input'], /must not be null/],
    ['a number for an object', SESSIONS, { input: 5 }, ['input'], /to be an object/],
    ['a list for an object', SESSIONS, { input: [{ imei: GOOD }] }, ['input'], /./],
    [
      'a required field left out',
      SESSIONS,
      { input: {} },
      ['input', 'imei'],
      /Field "imei" of required type "IMEI!" was not provided/,
    ],
    ['null for a required field', SESSIONS, { input: { imei: null } }, ['input', 'imei'], /not to be null/],
    ['null in a list', AGGREGATED, { input: { imei: [GOOD, null] } }, ['input', 'imei', 1], /not to be null/],
    [
      'an unknown field',
      AGGREGATED,
      { input: { imei: [GOOD], colour: 1 } },
      ['input', 'colour'],
      /"colour" is not defined/,
    ],
    [
      'a fraction for an Int',
      SESSIONS,
      { input: { imei: GOOD, durationLow: 1.5 } },
      ['input', 'durationLow'],
      /non-integer/,
    ],
    [
      'a string for an Int',
      SESSIONS,
      { input: { imei: GOOD, durationHigh: '5' } },
      ['input', 'durationHigh'],
      /non-integer/,
    ],
    ['2^31 for an Int', SESSIONS, { input: { imei: GOOD, durationLow: 2 ** 31 } }, ['input', 'durationLow'], /32-bit/],
    [
      'a string for a Boolean',
      AGGREGATED,
      { input: { imei: [], allDevices: 'true' } },
      ['input', 'allDevices'],
      /non boolean/,
    ],
    [
      'a number for a Boolean',
      REQUEST,
      { input: { imei: [GOOD], portalInitiated: 1 } },
      ['input', 'portalInitiated'],
      /non boolean/,
    ],
    [
      'a Boolean for a String',
      REQUEST,
      { input: { imei: [GOOD], deviceGroup: true } },
      ['input', 'deviceGroup'],
      /non string/,
    ],
    ['a string with a semicolon for a Float', USAGE, { p: [50, 'x; y'] }, ['p', 1], /non numeric/],
    ['a string for a Float', USAGE, { p: [50, 'x'] }, ['p', 1], /non numeric/],
    ['null for a list', USAGE, { p: null }, ['p'], /must not be null/],
    ['an unknown order', USAGE, { p: [], order: 'LOUDEST' }, ['order'], /UsageOrder/],
  ])(
    'are rejected as bad input with their argument path: %s',
    async (_, document, variables, argumentPath, message) => {
      const first = await world.query(document, variables);
      const again = await world.query(document, variables);
      for (const { data, errors } of [first, again]) {
        expect(data).toBeNull();
        expect(errors).toHaveLength(1);
        expect(errors[0]?.message).toMatch(message);
        expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argumentPath });
      }
      expect(await world.admin.calls()).toEqual([]);
      expect(world.logged).toEqual([]);
    },
  );

  test('are rejected alike in a new operation and in a prepared one', async () => {
    const broken = { input: { imei: GOOD, durationLow: 1.5 } };
    const fresh = await world.query(SESSIONS.replace('deviceId', 'txid'), broken);
    await world.query(SESSIONS, { input: { imei: GOOD } });
    const prepared = await world.query(SESSIONS, broken);
    expect(prepared.status).toBe(fresh.status);
    expect(prepared.errors).toEqual(fresh.errors);
  });

  test.each([
    [50, 5_000],
    [19, 20_000],
    [4, 100_000],
  ])('report %i of %i faults, in a prepared operation and in a new one', async (reported, faults) => {
    await world.query(USAGE, { p: [50] });
    for (const document of [USAGE, USAGE.replace('imei }', 'numberOfSessions }')]) {
      const { errors } = await world.query(document, { p: Array(faults).fill('x') });
      expect(errors).toHaveLength(reported + 1);
      for (const { extensions } of errors) expect(extensions['code']).toBe('BAD_USER_INPUT');
      expect(errors[reported]?.message).toMatch(/Too many errors/);
    }
  });
});

describe('invalid operations', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  test.each([
    ['an unknown field', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED', /Cannot query field "nothing"/],
    ['an unknown argument', `{ device(imei: "${GOOD}", colour: 1) { imei } }`, 'GRAPHQL_VALIDATION_FAILED', /colour/],
    [
      'an input field of the wrong type',
      '{ sessionsReport(input: { imei: "1", durationLow: "x" }) { deviceId } }',
      'GRAPHQL_VALIDATION_FAILED',
      /Int/,
    ],
    ['null for a required argument', '{ device(imei: null) { imei } }', 'GRAPHQL_VALIDATION_FAILED', /IMEI!/],
    ['a required field left out', '{ sessionsReport(input: {}) { deviceId } }', 'GRAPHQL_VALIDATION_FAILED', /imei/],
    [
      'a variable of the wrong type',
      'query ($p: [Float!]) { aggregatedReport(input: { imei: [] }) { totals { bytesPercentiles(p: $p) } usage(first: $p) { imei } } }',
      'GRAPHQL_VALIDATION_FAILED',
      /\$p/,
    ],
    ['an unfinished document', '{ device', 'GRAPHQL_PARSE_FAILED', /Syntax Error/],
    ['an empty document', '', 'GRAPHQL_PARSE_FAILED', /Syntax Error/],
    ['another language', 'SELECT * FROM devices', 'GRAPHQL_PARSE_FAILED', /Syntax Error/],
  ])('are rejected with an error code: %s', async (_, document, code, message) => {
    for (let round = 0; round < 2; round += 1) {
      const { data, errors } = await world.query(document);
      expect(data).toBeNull();
      expect(errors[0]?.extensions).toMatchObject({ code });
      expect(errors[0]?.message).toMatch(message);
    }
    expect(await world.admin.calls()).toEqual([]);
    expect(world.logged).toEqual([]);
  });
});

test('an error about an argument names the variable as the document does', async () => {
  const world = await startWorld();
  const query = 'query ($device: IMEI = "1") { sessionsReport(input: { imei: $device }) { deviceId } }';
  for (let time = 1; time <= 3; time += 1) {
    const { errors } = await world.query(query, { device: null });
    expect(errors[0]?.message).toContain('{imei: $device}');
  }
  await world.close();
});
