import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isObjectType } from 'graphql';
import { schema } from '../../schema/index.ts';
import { findRule } from '../../schema/rules/field-rule.ts';
import { subscribe } from '../support/event-stream.ts';
import { startWorld, type Answer, type World } from '../support/world/world.ts';

const LIMIT = 20;
const OTHER = 'startDate: "2026-11-01", endDate: "2026-11-10"';

describe('the budget of an operation', () => {
  let world: World;
  let stingy: World;
  let imeis: string[];

  beforeAll(async () => {
    world = await startWorld({ config: { maxUpstreamCalls: LIMIT }, listens: true });
    // Its budget is zero, so it rejects every operation with its call estimate.
    stingy = await startWorld({ simulatorOf: world, config: { maxUpstreamCalls: 0 } });
    imeis = world.devices('meter', 100);
  });
  afterAll(async () => {
    await stingy.close();
    await world.close();
  });
  beforeEach(() => world.admin.forgetCalls());

  const costOf = async (query: string, variables?: Record<string, unknown>): Promise<unknown> => {
    const { errors } = await stingy.query(query, variables);
    const [rejection] = errors.filter(({ extensions }) => extensions['code'] === 'BUDGET_EXCEEDED');
    expect(await world.admin.calls()).toEqual([]);
    return rejection === undefined ? 0 : rejection.extensions['cost'];
  };
  const list = (count: number): string => JSON.stringify(imeis.slice(0, count));
  const countCalls = async (): Promise<number> =>
    (await world.admin.calls()).filter(({ path }) => path.includes('/hyper-precise/')).length;

  const READS: readonly (readonly [string, string, number | null])[] = [
    ['fields without calls as nothing', '{ devices(imei: %7) { imei } _service { sdl } }', 0],
    ['one device', '{ sessionsReport(input: { imei: "%" }) { deviceId device { imei } } }', 1],
    ['a list of devices in tens', '{ aggregatedReport(input: { imei: %25 }) { txid } }', 3],
    ['a device that is named twice, once', '{ aggregatedReport(input: { imei: ["%", "%"] }) { txid } }', 1],
    [
      'aliases of one usage query together',
      '{ a: aggregatedReport(input: { imei: %5 }) { txid } b: devices(imei: %10) { usage { imei } } }',
      1,
    ],
    [
      'aliases of two usage queries separately',
      `{ device(imei: "%") { a: usage { imei } b: usage(${OTHER}) { imei } } }`,
      2,
    ],
    [
      'a sessions report requested twice, once',
      '{ device(imei: "%") { a: sessionsReport { deviceId } b: sessionsReport { deviceId } } }',
      1,
    ],
    ['sessions of a list', '{ devices(imei: %7) { sessionsReport { deviceId } usage { imei } } }', 8],
    ['a whole account', '{ aggregatedReport(input: { imei: [], allDevices: true }) { totals { devices } } }', 1],
    [
      'the first devices of a whole account',
      '{ aggregatedReport(input: { imei: [], allDevices: true }) { usage(first: 4) { device { sessionsReport { deviceId } } } } }',
      5,
    ],
    [
      'all devices of a whole account, which has no upper bound',
      '{ aggregatedReport(input: { imei: [], allDevices: true }) { usage { device { sessionsReport { deviceId } } } } }',
      null,
    ],
    [
      'fields below a report',
      `{ aggregatedReport(input: { imei: %12 }) { usage { device { usage(${OTHER}) { imei } } } } }`,
      4,
    ],
    [
      'fields below the first rows of a report',
      '{ aggregatedReport(input: { imei: %12 }) { usage(first: 3) { device { sessionsReport { deviceId } } } } }',
      5,
    ],
    [
      'usage that is requested again below the report, once',
      '{ aggregatedReport(input: { imei: %12 }) { usage { device { usage { imei } } } } }',
      2,
    ],
    [
      'skipped fields as nothing',
      '{ device(imei: "%") { usage @skip(if: true) { imei } ... @include(if: false) { sessionsReport { deviceId } } } }',
      0,
    ],
    [
      'a fragment wherever it is spread',
      '{ a: device(imei: "%") { ...P } b: devices(imei: %2) { ...P } } fragment P on Device { sessionsReport { deviceId } }',
      2,
    ],
    [
      'fields with bad arguments as nothing',
      '{ aggregatedReport(input: { imei: ["12"] }) { txid } device(imei: "%") { usage(startDate: "x") { imei } } }',
      0,
    ],
    ['listeners', '{ callbackListeners { name } }', 1],
    [
      'a page of an async report',
      '{ aggregatedReportRequest(txid: "x") { usage(first: 30) { nodes { device { usage { imei } } } } } }',
      3,
    ],
    [
      'pages of several async reports',
      '{ aggregatedReportRequests(first: 2) { nodes { missing(first: 5) { nodes { sessionsReport { deviceId } } } } } }',
      10,
    ],
  ];
  const toQuery = (text: string): string =>
    text.replace(/%(\d+)/g, (_, count: string) => list(Number(count))).replaceAll('%', imeis[0] ?? '');

  test.each(READS)('counts %s', async (_, text, cost) => {
    const query = toQuery(text);
    expect(await costOf(query)).toBe(cost);
    const { errors } = await world.query(query);
    if (cost === null) expect(errors[0]?.extensions).toMatchObject({ code: 'BUDGET_EXCEEDED', cost: null });
    else expect(errors.map(({ extensions }) => extensions['code'])).not.toContain('BUDGET_EXCEEDED');
    // The store has no such report, so nothing is fetched.
    if (!query.includes('aggregatedReportRequest')) expect(await countCalls()).toBe(cost ?? 0);
  });

  test.each([
    ['the request and the check of the listener', `requestAggregatedReport(input: { imei: %50 }) { txid }`, 2],
    ['a retry', 'retryMissingDevices(txid: "x") { txid }', 2],
    [
      'the registration of a listener',
      'registerCallbackListener(input: { url: "https://reports.example.com/x" }) { name }',
      1,
    ],
    ['the lookup and the removal of a listener', 'deregisterCallbackListener { name }', 2],
  ])('counts %s each time in a mutation', async (_, field, cost) => {
    const query = (times: number): string =>
      `mutation { ${Array.from({ length: times }, (_each, at) => `m${at}: ${toQuery(field)}`).join(' ')} }`;
    expect(await costOf(query(1))).toBe(cost);
    expect(await costOf(query(3))).toBe(3 * cost);
  });

  test('counts by the variables, their defaults and the entities of each request', async () => {
    const query = `query ($imei: [IMEI!]! = ${list(15)}, $all: Boolean! = true, $entities: [_Any!]! = []) {
      devices(imei: $imei) { usage @include(if: $all) { imei } }
      _entities(representations: $entities) { ... on Device { sessionsReport { deviceId } usage { imei } } }
    }`;
    const entities = imeis.slice(10, 20).map((imei) => ({ __typename: 'Device', imei }));
    expect(await costOf(query)).toBe(2);
    expect(await costOf(query, { imei: imeis.slice(0, 5) })).toBe(1);
    expect(await costOf(query, { all: false })).toBe(0);
    expect(await costOf(query, { entities })).toBe(2 + 10);
    expect(await costOf(query, { entities, imei: imeis.slice(10, 20) })).toBe(1 + 10);
    expect(await costOf(query, { entities: [...entities, ...entities], all: false })).toBe(1 + 10);
  });

  test.each(['application/json', 'application/graphql-response+json'])(
    'rejects an operation above it with cost, limit and a way out, and makes no calls: %s',
    async (accept) => {
      const query = 'query ($imei: [IMEI!]!) { aggregatedReport(input: { imei: $imei }) { txid } }';
      const ask = (count: number): Promise<Answer> =>
        world.query(query, { imei: imeis.slice(0, count) }, { headers: { Accept: accept } });
      const over = async (): Promise<void> => {
        await world.admin.forgetCalls();
        const many = Array.from({ length: LIMIT * 10 + 1 }, (_, at) => String(350_000_000_000_000 + at));
        const { status, data, errors } = await world.query(query, { imei: many }, { headers: { Accept: accept } });
        expect({ status, data }).toEqual({ status: 400, data: null });
        expect(errors).toHaveLength(1);
        expect(errors[0]?.message).toMatch(/21 calls.* the maximum is 20.*fewer devices.*requestAggregatedReport/);
        const { wayOut, ...reported } = errors[0]?.extensions ?? {};
        expect(reported).toEqual({ code: 'BUDGET_EXCEEDED', cost: 21, limit: 20 });
        expect(wayOut).toMatch(/fewer devices.*requestAggregatedReport/);
        expect(await world.admin.calls()).toEqual([]);
      };
      // A new operation first, then a prepared one.
      await over();
      await over();
      expect((await ask(50)).errors).toEqual([]);
      await over();
      expect(world.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
    },
  );

  test('applies to each event of a subscription', async () => {
    const query = `subscription ($first: Int) { aggregatedReportProgress(txid: "none") {
      status missing(first: $first) { nodes { sessionsReport { deviceId } } } } }`;
    for (const accept of ['text/event-stream, application/json', 'application/json']) {
      const { status, errors } = await world.query(query, { first: 21 }, { headers: { Accept: accept } });
      expect(status).toBe(400);
      expect(errors[0]?.extensions).toMatchObject({ code: 'BUDGET_EXCEEDED', cost: 21, limit: 20 });
    }
    await expect(subscribe(world.url, query, { first: 21 })).rejects.toThrow('400');
    const within = await (await subscribe<Answer>(world.url, query, { first: 20 })).all();
    expect(within[0]?.errors[0]?.extensions).toMatchObject({ code: 'NOT_FOUND' });
    const bad = await (await subscribe<Answer>(world.url, query, { first: 'x' })).all();
    expect(bad[0]?.errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argumentPath: ['first'] });
    expect(await countCalls()).toBe(0);
  });
});

test('every field that declares a cost to gateways is counted', () => {
  const fields = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) => Object.values(type.getFields()).map((field) => ({ name: `${type.name}.${field.name}`, field })));
  const costly = fields.filter(({ field }) =>
    JSON.stringify(field.extensions['directives'] ?? '').includes('"weight"'),
  );
  expect(costly.length).toBeGreaterThan(7);
  const uncounted = costly.filter(({ field }) => findRule(field.extensions)?.plan == null);
  expect(uncounted.map(({ name }) => name)).toEqual([]);
});
