import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startWorld, type World } from '../support/world/world.ts';

const GOOD = '709312034493372';
const SESSIONS = 'query ($input: SessionsReportInput!) { sessionsReport(input: $input) { id } }';
const AGGREGATED = 'query ($input: AggregatedReportInput!) { aggregatedReport(input: $input) { txid } }';
const REQUEST = 'mutation ($input: RequestAggregatedReportInput!) { requestAggregatedReport(input: $input) { txid } }';
const USAGE =
  'query ($first: Int, $p: [Float!]!, $order: UsageOrder) {' +
  ` aggregatedReport(input: { imei: ["${GOOD}"] }) { usage(first: $first, orderBy: $order) { imei } totals { bytesPercentiles(p: $p) } } }`;

describe('variables that are not of their type', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());
  beforeEach(() => world.admin.forgetCalls());

  test.each<[string, string, Record<string, unknown> | undefined, (string | number)[], RegExp]>([
    ['none at all', SESSIONS, undefined, ['input'], /was not provided/],
    ['a required one left out', SESSIONS, {}, ['input'], /was not provided/],
    ['null for a required one', SESSIONS, { input: null }, ['input'], /must not be null/],
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
      'a field that is unknown',
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
      'a text for an Int',
      SESSIONS,
      { input: { imei: GOOD, durationHigh: '5' } },
      ['input', 'durationHigh'],
      /non-integer/,
    ],
    ['2^31 for an Int', SESSIONS, { input: { imei: GOOD, durationLow: 2 ** 31 } }, ['input', 'durationLow'], /32-bit/],
    [
      'a text for a Boolean',
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
    ['a text with the signs of a message', USAGE, { p: [50, 'x; y'] }, ['p', 1], /non numeric/],
    ['a text for a Float', USAGE, { p: [50, 'x'] }, ['p', 1], /non numeric/],
    ['null for a list', USAGE, { p: null }, ['p'], /must not be null/],
    ['an order that is none', USAGE, { p: [], order: 'LOUDEST' }, ['order'], /UsageOrder/],
  ])('are bad input with their place: %s', async (_, document, variables, argumentPath, message) => {
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
  });

  test('are told the same by a document that is new and by one that is known', async () => {
    const broken = { input: { imei: GOOD, durationLow: 1.5 } };
    const fresh = await world.query(SESSIONS.replace('id', 'txid'), broken);
    await world.query(SESSIONS, { input: { imei: GOOD } });
    const known = await world.query(SESSIONS, broken);
    expect(known.status).toBe(fresh.status);
    expect(known.errors).toEqual(fresh.errors);
  });

  test('are told some of their faults where they have a hundred thousand, whether their document is known or new', async () => {
    await world.query(USAGE, { p: [50] });
    for (const document of [USAGE, USAGE.replace('imei }', 'numberOfSessions }')]) {
      const { errors } = await world.query(document, { p: Array(100_000).fill('x') });
      expect(errors).toHaveLength(51);
      for (const { extensions } of errors) expect(extensions['code']).toBe('BAD_USER_INPUT');
      expect(errors[50]?.message).toMatch(/Too many errors/);
    }
  });
});

describe('operations that are none', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  test.each([
    ['an unknown field', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED', /Cannot query field "nothing"/],
    ['an unknown argument', `{ device(imei: "${GOOD}", colour: 1) { imei } }`, 'GRAPHQL_VALIDATION_FAILED', /colour/],
    [
      'a field of another type',
      '{ sessionsReport(input: { imei: "1", durationLow: "x" }) { id } }',
      'GRAPHQL_VALIDATION_FAILED',
      /Int/,
    ],
    ['null where a value has to be', '{ device(imei: null) { imei } }', 'GRAPHQL_VALIDATION_FAILED', /IMEI!/],
    ['a required field left out', '{ sessionsReport(input: {}) { id } }', 'GRAPHQL_VALIDATION_FAILED', /imei/],
    [
      'a variable of another type',
      'query ($p: [Float!]) { aggregatedReport(input: { imei: [] }) { totals { bytesPercentiles(p: $p) } usage(first: $p) { imei } } }',
      'GRAPHQL_VALIDATION_FAILED',
      /\$p/,
    ],
    ['no end', '{ device', 'GRAPHQL_PARSE_FAILED', /Syntax Error/],
    ['nothing', '', 'GRAPHQL_PARSE_FAILED', /Syntax Error/],
    ['another language', 'SELECT * FROM devices', 'GRAPHQL_PARSE_FAILED', /Syntax Error/],
  ])('are told by their code: %s', async (_, document, code, message) => {
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
