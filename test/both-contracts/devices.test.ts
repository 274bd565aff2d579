import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type World } from '../support/world/world.ts';

const EXAMPLE = '709312034493372';
const ENTITIES = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) {
    __typename
    ... on Device { imei accountNumber usage(startDate: "2026-11-11", endDate: "2026-11-17") { numberOfSessions } }
  }
}`;

describe('devices', () => {
  let world: World;
  let account: string;

  beforeAll(async () => {
    world = await startWorld();
    account = world.simulator.accountNumber;
  });
  afterAll(() => world.close());
  beforeEach(() => world.admin.forgetCalls());

  const reports = (): Promise<unknown[]> =>
    world.admin.calls().then((calls) => calls.filter(({ path }) => path.includes('/report/')));

  test('need no call by themselves, and are listed once each in the requested order, on the requested or configured account', async () => {
    const [a = '', b = ''] = world.devices('meter', 2);
    const { data, errors } = await world.query(
      `query ($imei: [IMEI!]!) {
        devices(imei: $imei) { imei accountNumber }
        named: devices(imei: $imei, accountNumber: "X-1") { accountNumber }
        none: devices(imei: []) { imei }
        device(imei: "000000000000000") { __typename imei accountNumber }
      }`,
      { imei: [b, a, b] },
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({
      devices: [
        { imei: b, accountNumber: account },
        { imei: a, accountNumber: account },
      ],
      named: [{ accountNumber: 'X-1' }, { accountNumber: 'X-1' }],
      none: [],
      device: { __typename: 'Device', imei: '000000000000000', accountNumber: account },
    });
    expect(await world.admin.calls()).toEqual([]);
  });

  test('accept a single IMEI in place of a list, as GraphQL specifies', async () => {
    const { data } = await world.query(`query ($imei: [IMEI!]!) { devices(imei: $imei) { imei } }`, { imei: EXAMPLE });
    expect(data).toEqual({ devices: [{ imei: EXAMPLE }] });
  });

  test('have usage and sessions, each for its own window', async () => {
    const { data, errors } = await world.query(
      `{ device(imei: "${EXAMPLE}") {
        day: usage(startDate: "2026-11-17", endDate: "2026-11-17") { numberOfSessions }
        week: usage(startDate: "2026-11-11", endDate: "2026-11-17") { numberOfSessions }
        sessionsReport(startDate: "2026-11-17", endDate: "2026-11-17", durationLow: 0, durationHigh: 100000) {
          totals { numberOfSessions }
        }
      } }`,
    );
    expect(errors).toEqual([]);
    const { day, week, sessionsReport } = (data as { device: Record<string, { numberOfSessions: number }> }).device;
    expect(sessionsReport).toEqual({ totals: day });
    expect(week?.numberOfSessions).toBeGreaterThan(day?.numberOfSessions ?? Infinity);
    expect(await reports()).toHaveLength(3);
  });

  test('are entities by IMEI, and by account and IMEI', async () => {
    const { data, errors } = await world.query(ENTITIES, {
      representations: [
        { __typename: 'Device', imei: EXAMPLE },
        { __typename: 'Device', imei: EXAMPLE, accountNumber: account },
        { __typename: 'Device', imei: EXAMPLE, accountNumber: null, colour: 'red' },
      ],
    });
    expect(errors).toEqual([]);
    const [first] = (data as { _entities: unknown[] })._entities;
    expect(first).toMatchObject({ __typename: 'Device', imei: EXAMPLE, accountNumber: account, usage: {} });
    expect(data).toEqual({ _entities: [first, first, first] });
    expect(await world.admin.calls(PATHS.aggregate)).toHaveLength(1);
  });

  test('need ten calls for the usage of a hundred entities', async () => {
    const representations = world.devices('meter', 100).map((imei) => ({ __typename: 'Device', imei }));
    const { data, errors } = await world.query(ENTITIES, { representations });
    expect(errors).toEqual([]);
    expect((data as { _entities: unknown[] })._entities).toHaveLength(100);
    expect(await world.admin.calls(PATHS.aggregate)).toHaveLength(10);
  });

  test('with a bad entity key fail alone, and the others are returned', async () => {
    const { data, errors } = await world.query(ENTITIES, {
      representations: [
        { __typename: 'Device', imei: EXAMPLE },
        { __typename: 'Device', imei: 709312034493372 },
        { __typename: 'Device' },
        { __typename: 'Device', imei: EXAMPLE, accountNumber: '_' },
      ],
    });
    expect((data as { _entities: unknown[] })._entities).toMatchObject([{ imei: EXAMPLE }, null, null, null]);
    expect(errors).toMatchObject([
      { path: ['_entities', 1], extensions: { code: 'BAD_USER_INPUT', argumentPath: ['representations', 1, 'imei'] } },
      {
        path: ['_entities', 2],
        message: 'representations[2].imei: This is missing. Send an IMEI as a string of exactly 15 digits.',
      },
      {
        path: ['_entities', 3],
        extensions: { code: 'BAD_USER_INPUT', argumentPath: ['representations', 3, 'accountNumber'] },
      },
    ]);
  });

  test.each([[{ __typename: 'Session' }], [{ __typename: 'Nothing' }], [{ imei: EXAMPLE }], [5], ['Device'], [[]]])(
    'are not resolved from %j, which is rejected alone as bad input and not logged',
    async (representation) => {
      const before = world.logged.length;
      const { data, errors } = await world.query(ENTITIES, {
        representations: [representation, { __typename: 'Device', imei: EXAMPLE }],
      });
      expect(data).toMatchObject({ _entities: [null, { imei: EXAMPLE }] });
      expect(errors).toMatchObject([
        {
          path: ['_entities', 0],
          message: expect.stringContaining(
            'Send one of AggregatedReportRequest, Device, FleetReport, with its key',
          ) as string,
          extensions: { code: 'BAD_USER_INPUT', argumentPath: ['representations', 0, '__typename'] },
        },
      ]);
      expect(world.logged.slice(before)).toEqual([]);
    },
  );

  test('have both keys in the subgraph schema', async () => {
    const { data } = await world.query('{ _service { sdl } }');
    const { sdl } = (data as { _service: { sdl: string } })._service;
    expect(sdl).toContain('@key(fields: "imei")');
    expect(sdl).toContain('@key(fields: "accountNumber imei")');
  });
});

describe('without a configured account', () => {
  test('each query must name an account, or is rejected before anything is fetched', async () => {
    const world = await startWorld({ config: { accountNumber: null } });
    const { data, errors } = await world.query(
      `{ device(imei: "${EXAMPLE}") { imei } devices(imei: ["${EXAMPLE}"]) { imei }
        sessionsReport(input: { imei: "${EXAMPLE}" }) { deviceId } aggregatedReport(input: { imei: ["${EXAMPLE}"] }) { txid }
        named: device(imei: "${EXAMPLE}", accountNumber: "${world.simulator.accountNumber}") { usage { imei } } }`,
    );
    expect(data).toMatchObject({ device: null, devices: null, sessionsReport: null, aggregatedReport: null });
    expect(data).toMatchObject({ named: { usage: { imei: EXAMPLE } } });
    expect(errors).toHaveLength(4);
    for (const { message, extensions } of errors) {
      expect(message).toContain('THINGSPACE_ACCOUNT_NUMBER');
      expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
    }
    const calls = await world.admin.calls();
    expect(calls.filter(({ path }) => path.includes('/report/'))).toHaveLength(1);
    await world.close();
  });
});
