import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { toLiteral } from '../support/literal.ts';
import { startWorld, type Answer, type World } from '../support/world/world.ts';

const GOOD = '709312034493372';

let world: World;

beforeAll(async () => {
  world = await startWorld({ config: { maxUpstreamCalls: 3 } });
});
afterAll(() => world.close());
beforeEach(() => world.admin.forgetCalls());

interface Place {
  readonly kind: 'query' | 'mutation';
  readonly field: string;
  readonly imei: string | readonly string[];
}

const SESSIONS: Place = { kind: 'query', field: 'sessionsReport', imei: GOOD };
const AGGREGATES: readonly Place[] = [
  { kind: 'query', field: 'aggregatedReport', imei: [GOOD] },
  { kind: 'mutation', field: 'requestAggregatedReport', imei: [GOOD] },
];

/** Asks a field with an input as a literal, as a variable, and once more as one that is known by then. */
async function askThrice({ kind, field, imei }: Place, input: Record<string, unknown>): Promise<Answer[]> {
  const whole = { imei, ...input };
  const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
  const variable = `${kind} ($input: ${type}!) { field: ${field}(input: $input) { txid } }`;
  return [
    await world.query(`${kind} { field: ${field}(input: ${toLiteral(whole)}) { txid } }`),
    await world.query(variable, { input: whole }),
    await world.query(variable, { input: whole }),
  ];
}

async function expectFaults(
  answers: readonly Answer[],
  faults: readonly [path: string, message: RegExp][],
): Promise<void> {
  for (const { data, errors } of answers) {
    expect(data).toEqual({ field: null });
    expect(errors).toHaveLength(1);
    const { code, argumentPath, faults: reported } = errors[0]?.extensions ?? {};
    expect(code).toBe('BAD_USER_INPUT');
    expect(reported).toEqual(
      faults.map(([path, message]) => ({
        argumentPath: path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step)),
        message: expect.stringMatching(message) as string,
      })),
    );
    expect(argumentPath).toEqual((reported as { argumentPath: unknown }[])[0]?.argumentPath);
  }
  expect(await world.admin.calls()).toEqual([]);
  expect(world.logged).toEqual([]);
}

describe.each([SESSIONS, ...AGGREGATES])('the input of the $kind $field', (place) => {
  test.each([
    [
      'an end before the start',
      { startDate: '2026-11-10', endDate: '2026-11-09' },
      'input.endDate',
      /is before the start/,
    ],
    [
      'an end before the start by a millisecond',
      { startDate: '2026-11-10T00:00:00.001Z', endDate: '2026-11-10T00:00:00Z' },
      'input.endDate',
      /is before the start.*Swap the two/,
    ],
    [
      'more than 180 days',
      { startDate: '2026-05-23', endDate: '2026-11-20' },
      'input.endDate',
      /more than 180 days\. Ask for/,
    ],
    [
      'more than 180 days by a millisecond',
      { startDate: '2026-05-24T11:59:59.999Z', endDate: '2026-11-20T12:00:00Z' },
      'input.endDate',
      /more than 180 days/,
    ],
    [
      'a window wholly older',
      { startDate: '2026-05-01', endDate: '2026-05-20' },
      'input.endDate',
      /wholly older.*Ask for an end after/,
    ],
    ['an end wholly older', { endDate: '2026-05-20' }, 'input.endDate', /wholly older/],
    [
      'a start too long ago without an end',
      { startDate: '2026-05-20' },
      'input.startDate',
      /there is no end.*name an end/,
    ],
  ])('may not have %s', async (_, window, path, message) => {
    await expectFaults(await askThrice(place, window), [[path, message]]);
  });

  test('is told every fault at once, each with its place', async () => {
    const answers = await askThrice(place, {
      accountNumber: '_',
      imei: place === SESSIONS ? '1' : ['1', GOOD, '2'],
      startDate: '2026-02-30',
      endDate: '25:00',
    });
    await expectFaults(answers, [
      ['input.accountNumber', /account number/],
      ...(place === SESSIONS
        ? ([['input.imei', /1 characters/]] as [string, RegExp][])
        : ([
            ['input.imei.0', /1 characters/],
            ['input.imei.2', /1 characters/],
          ] as [string, RegExp][])),
      ['input.startDate', /no date/],
      ['input.endDate', /no date/],
    ]);
  });
});

describe('the durations of a sessions report', () => {
  test('may not leave nothing between them, nor be negative both', async () => {
    const crossed = await askThrice(SESSIONS, { durationLow: 61, durationHigh: 60 });
    await expectFaults(crossed, [['input.durationLow', /61 is over the longest 60\. Swap the two/]]);
    const negative = await askThrice(SESSIONS, { durationLow: -1, durationHigh: -2 });
    await expectFaults(negative, [
      ['input.durationLow', /negative/],
      ['input.durationHigh', /negative/],
    ]);
  });
});

describe('lists of devices', () => {
  const many = (count: number): string[] =>
    Array.from({ length: count }, (_, index) => String(index).padStart(15, '0'));
  const tooMany = async (document: string, count: number, most: number): Promise<void> => {
    await world.admin.forgetCalls();
    const { data, errors } = await world.query(document, { imei: many(count) });
    expect(data).toEqual({ field: null });
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message).toContain(`These are ${count} devices, and ${most} are the most at once.`);
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await world.admin.calls()).toEqual([]);
  };

  test('are bounded: 10,000 at once, and to report on what an operation may cost', async () => {
    const aggregated = 'query ($imei: [IMEI!]!) { field: aggregatedReport(input: { imei: $imei }) { txid } }';
    const devices = 'query ($imei: [IMEI!]!) { field: devices(imei: $imei) { imei } }';
    const request =
      'mutation ($imei: [IMEI!]!) { field: requestAggregatedReport(input: { imei: $imei, portalInitiated: true }) { txid } }';
    await tooMany(devices, 10_001, 10_000);
    await tooMany(request, 10_001, 10_000);
    expect((await world.query(aggregated, { imei: many(30) })).errors).toEqual([]);
    expect((await world.query(devices, { imei: [...many(30), ...many(30)] })).errors).toEqual([]);
    expect((await world.query(request, { imei: many(10_000) })).errors).toEqual([]);
  });

  test.each(AGGREGATES)(
    'of the $kind $field are empty only with allDevices, which goes with no list',
    async (place) => {
      for (const allDevices of [undefined, false, null]) {
        const empty = await askThrice(place, { imei: [], ...(allDevices === undefined ? {} : { allDevices }) });
        await expectFaults(empty, [['input.imei', /empty\. Send at least one IMEI, or set allDevices to true/]]);
      }
      await expectFaults(await askThrice(place, { allDevices: true }), [
        ['input.allDevices', /This cannot be combined with IMEIs/],
      ]);
    },
  );

  test('that are bad to the last are told a hundred faults, and how many there are', async () => {
    const { errors } = await world.query('query ($imei: [IMEI!]!) { devices(imei: $imei) { imei } }', {
      imei: Array(50_000).fill(1),
    });
    expect(errors[0]?.message).toMatch(/\(and 49999 more, the first 100 in extensions\.faults\)$/);
    expect(errors[0]?.extensions['faults']).toHaveLength(100);
  });
});

describe('arguments below a report', () => {
  test.each([
    ['timeZone', `daily(timeZone: "Mars/Olympus") { date }`, ['daily', 'timeZone'], /no time zone\. Send an IANA name/],
    ['an offset as timeZone', `days: daily(timeZone: "+05:30") { date }`, ['days', 'timeZone'], /no time zone/],
    [
      'a date of the device',
      `device { usage(startDate: "25:00") { imei } }`,
      ['device', 'usage', 'startDate'],
      /no date\. Send/,
    ],
    [
      'durations of the device',
      `... { device { sessionsReport(durationLow: 2, durationHigh: 1) { id } } }`,
      ['device', 'sessionsReport', 'durationLow'],
      /Swap the two/,
    ],
  ])('of sessions are judged before anything is fetched: %s', async (_, below, argumentPath, message) => {
    for (const around of [
      `{ field: sessionsReport(input: { imei: "${GOOD}" }) { ${below} } }`,
      `{ device(imei: "${GOOD}") { field: sessionsReport { ...Below } } } fragment Below on SessionsReport { ${below} }`,
    ]) {
      const { data, errors } = await world.query(around);
      expect(data).toEqual(around.includes('fragment') ? { device: { field: null } } : { field: null });
      expect(errors).toHaveLength(1);
      expect(errors[0]?.extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        argumentPath,
        faults: [{ argumentPath, message: expect.stringMatching(message) as string }],
      });
      expect(await world.admin.calls()).toEqual([]);
    }
  });

  test('of an aggregated report are judged before anything is fetched, and all of them told', async () => {
    const document = `query ($p: [Float!]!, $first: Int, $no: Boolean!) {
      field: aggregatedReport(input: { imei: ["${GOOD}"] }) {
        totals { bytesPercentiles(p: $p) }
        few: usage(first: $first) { device { usage(endDate: "2026-02-30") { imei } } }
        usage(first: -1) @include(if: $no) { imei }
        missing @skip(if: true)
      }
    }`;
    for (let round = 0; round < 2; round += 1) {
      const { data, errors } = await world.query(document, { p: [50, 100.1, -1], first: 0, no: false });
      expect(data).toEqual({ field: null });
      expect(errors).toHaveLength(1);
      expect(errors[0]?.extensions['faults']).toEqual([
        {
          argumentPath: ['totals', 'bytesPercentiles', 'p', 1],
          message: expect.stringContaining('from 0 to 100') as string,
        },
        {
          argumentPath: ['totals', 'bytesPercentiles', 'p', 2],
          message: expect.stringContaining('from 0 to 100') as string,
        },
        { argumentPath: ['few', 'first'], message: expect.stringContaining('Send 1 or more') as string },
        { argumentPath: ['few', 'device', 'usage', 'endDate'], message: expect.stringContaining('no date') as string },
      ]);
      expect(errors[0]?.message).toMatch(/^totals\.bytesPercentiles\.p\[1\]: .*\(and 3 more/);
    }
    const tooMany = await world.query(document, { p: Array(101).fill(50), first: null, no: false });
    expect(tooMany.errors[0]?.extensions['faults']).toMatchObject([
      {
        argumentPath: ['totals', 'bytesPercentiles', 'p'],
        message: 'This list has 101 percentiles. Send at most 100.',
      },
      {},
    ]);
    expect(await world.admin.calls()).toEqual([]);
    expect(world.logged).toEqual([]);
  });

  test('do not keep the other fields of the operation from their answers', async () => {
    const { data, errors } = await world.query(
      `{ bad: sessionsReport(input: { imei: "${GOOD}" }) { daily(timeZone: "X") { date } }
         good: sessionsReport(input: { imei: "${GOOD}" }) { daily(timeZone: "Asia/Kolkata") { date } id } }`,
    );
    expect(data).toMatchObject({ bad: null, good: { id: '1234567890' } });
    expect(errors).toMatchObject([{ path: ['bad'] }]);
  });
});
