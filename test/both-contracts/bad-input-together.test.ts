import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { toLiteral } from '../support/literal.ts';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type Answer, type World } from '../support/world/world.ts';

const GOOD = '709312034493372';

let world: World;

beforeAll(async () => {
  world = await startWorld({ config: { maxUpstreamCalls: 3 }, simulator: { requireListener: false } });
});
afterAll(() => world.close());
beforeEach(() => world.admin.forgetCalls());

interface RootField {
  readonly kind: 'query' | 'mutation';
  readonly field: string;
  readonly imei: string | readonly string[];
}

const SESSIONS: RootField = { kind: 'query', field: 'sessionsReport', imei: GOOD };
const AGGREGATES: readonly RootField[] = [
  { kind: 'query', field: 'aggregatedReport', imei: [GOOD] },
  { kind: 'mutation', field: 'requestAggregatedReport', imei: [GOOD] },
];

/** Queries a field with a literal input, with a variable, and with the variable again, when the operation is prepared. */
async function askThrice({ kind, field, imei }: RootField, input: Record<string, unknown>): Promise<Answer[]> {
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

describe.each([SESSIONS, ...AGGREGATES])('the input of the $kind $field', (rootField) => {
  test.each([
    [
      'an end before the start',
      { startDate: '2026-11-10', endDate: '2026-11-09' },
      'input.endDate',
      /is before the start/,
    ],
    [
      'an end one millisecond before the start',
      { startDate: '2026-11-10T00:00:00.001Z', endDate: '2026-11-10T00:00:00Z' },
      'input.endDate',
      /is before the start.*Swap the two/,
    ],
    [
      'a window of more than 180 days',
      { startDate: '2026-05-25', endDate: '2026-11-21' },
      'input.endDate',
      /more than 180 days\. Ask for/,
    ],
    [
      'a window of 180 days and a millisecond',
      { startDate: '2026-05-24T12:00:00Z', endDate: '2026-11-20T12:00:00.001Z' },
      'input.endDate',
      /more than 180 days/,
    ],
    [
      'a window that began more than 180 days ago',
      { startDate: '2026-05-24', endDate: '2026-06-10' },
      'input.startDate',
      /^The start 2026-05-24 is more than 180 days ago.*The earliest day is 2026-05-25/,
    ],
    [
      'a start more than 180 days ago without an end',
      { startDate: '2026-05-24T11:59:59.999Z' },
      'input.startDate',
      /more than 180 days ago.*The earliest day is 2026-05-25: send it or a later one\.$/,
    ],
    ['an end more than 180 days ago', { endDate: '2026-05-20' }, 'input.endDate', /The earliest day is 2026-05-25/],
  ])('must not have %s', async (_, window, path, message) => {
    await expectFaults(await askThrice(rootField, window), [[path, message]]);
  });

  test('has every fault reported at once, each with its argument path', async () => {
    const answers = await askThrice(rootField, {
      accountNumber: '_',
      imei: rootField === SESSIONS ? '1' : ['1', GOOD, '2'],
      startDate: '2026-02-30',
      endDate: '25:00',
    });
    await expectFaults(answers, [
      ['input.accountNumber', /account number/],
      ...(rootField === SESSIONS
        ? ([['input.imei', /1 characters/]] as [string, RegExp][])
        : ([
            ['input.imei.0', /1 characters/],
            ['input.imei.2', /1 characters/],
          ] as [string, RegExp][])),
      ['input.startDate', /not a valid date/],
      ['input.endDate', /not a valid date/],
    ]);
  });
});

describe('the durations of a sessions report', () => {
  test('must be in order and must not be negative', async () => {
    const crossed = await askThrice(SESSIONS, { durationLow: 61, durationHigh: 60 });
    await expectFaults(crossed, [['input.durationLow', /61 is greater than the maximum 60\. Swap the two/]]);
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
  const tooMany = async (document: string, count: number, max: number): Promise<void> => {
    await world.admin.forgetCalls();
    const { data, errors } = await world.query(document, { imei: many(count) });
    expect(data).toEqual({ field: null });
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message).toContain(`This list has ${count} devices, and the maximum is ${max}.`);
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await world.admin.calls()).toEqual([]);
  };

  test('can have 10,000 devices, or as many as the call budget allows for a report', async () => {
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
    'of the $kind $field can be empty only with allDevices, which excludes named devices',
    async (rootField) => {
      for (const allDevices of [undefined, false, null]) {
        const empty = await askThrice(rootField, { imei: [], ...(allDevices === undefined ? {} : { allDevices }) });
        await expectFaults(empty, [['input.imei', /empty\. Send at least one IMEI, or set allDevices to true/]]);
      }
      await expectFaults(await askThrice(rootField, { allDevices: true }), [
        ['input.allDevices', /This cannot be combined with IMEIs/],
      ]);
    },
  );

  test.each(AGGREGATES)('of the $kind $field may be left out, or null, with allDevices', async ({ kind, field }) => {
    for (const input of [
      '{ allDevices: true }',
      '{ allDevices: true, imei: null }',
      '{ allDevices: true, imei: [] }',
    ]) {
      const { errors } = await world.query(`${kind} { ${field}(input: ${input}) { __typename } }`);
      expect(errors).toEqual([]);
    }
    const calls = [...(await world.admin.calls(PATHS.aggregate)), ...(await world.admin.calls(PATHS.async))];
    expect(calls.length).toBe(3);
    for (const call of calls) expect(JSON.parse(call.body)).toMatchObject({ imei: [] });
    const { errors } = await world.query(`${kind} { ${field}(input: {}) { __typename } }`);
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argumentPath: ['input', 'imei'] });
  });

  test.each([
    ['"70931203449337"', 'This was sent: "70931203449337"'],
    ['709312034493372', 'This was sent: 709312034493372'],
    ['"\\u0000\\u200b"', 'This was sent: "\\u0000\u200b"'],
    [`"${'7'.repeat(98)}"`, `This was sent: "${'7'.repeat(98)}"`],
    [`"${'7'.repeat(99)}"`, `This was sent: "${'7'.repeat(98)}…`],
    [`"${'7'.repeat(5_000)}"`, `This was sent: "${'7'.repeat(98)}…`],
    ['null', 'exactly 15 digits.'],
    ['[1]', 'exactly 15 digits.'],
  ])('repeat the value that is not an IMEI, at most 100 characters of it: %s', async (value, end) => {
    const { errors } = await world.query(`{ device(imei: ${value}) { imei } }`);
    expect(errors[0]?.message.endsWith(end)).toBe(value !== 'null');
  });

  test('with 50,000 bad IMEIs report the first 100 faults and the number of the others', async () => {
    const { errors } = await world.query('query ($imei: [IMEI!]!) { devices(imei: $imei) { imei } }', {
      imei: Array(50_000).fill(1),
    });
    expect(errors[0]?.message).toMatch(/\(and 49999 more, the first 100 in extensions\.faults\)$/);
    expect(errors[0]?.extensions['faults']).toHaveLength(100);
  });
});

describe('arguments below a report', () => {
  test.each([
    [
      'an unknown timeZone',
      `daily(timeZone: "Mars/Olympus") { date }`,
      ['daily', 'timeZone'],
      /not a valid time zone\. Send an IANA name/,
    ],
    [
      'an offset as timeZone',
      `days: daily(timeZone: "+05:30") { date }`,
      ['days', 'timeZone'],
      /not a valid time zone/,
    ],
    [
      'a bad date of the device',
      `device { usage(startDate: "25:00") { imei } }`,
      ['device', 'usage', 'startDate'],
      /not a valid date\. Send/,
    ],
    [
      'durations of the device in the wrong order',
      `... { device { sessionsReport(durationLow: 2, durationHigh: 1) { deviceId } } }`,
      ['device', 'sessionsReport', 'durationLow'],
      /Swap the two/,
    ],
  ])('of sessions are checked before anything is fetched: %s', async (_, below, argumentPath, message) => {
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

  test('of an aggregated report are checked before anything is fetched, and every fault is reported', async () => {
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
        {
          argumentPath: ['few', 'device', 'usage', 'endDate'],
          message: expect.stringContaining('not a valid date') as string,
        },
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

  test('name an argument that is null although it is required', async () => {
    const { data, errors } = await world.query(
      `query ($p: [Float!] = [50]) { field: aggregatedReport(input: { imei: ["${GOOD}"] }) { totals { bytesPercentiles(p: $p) } } }`,
      { p: null },
    );
    expect(data).toEqual({ field: null });
    expect(errors).toMatchObject([
      { path: ['field'], extensions: { argumentPath: ['totals', 'bytesPercentiles', 'p'] } },
    ]);
    expect(errors[0]?.message).toMatch(/^totals\.bytesPercentiles\.p: .*must not be null/);
  });

  test('do not affect other fields of the operation if they are bad', async () => {
    const { data, errors } = await world.query(
      `{ bad: sessionsReport(input: { imei: "${GOOD}" }) { daily(timeZone: "X") { date } }
         good: sessionsReport(input: { imei: "${GOOD}" }) { daily(timeZone: "Asia/Kolkata") { date } deviceId } }`,
    );
    expect(data).toMatchObject({ bad: null, good: { deviceId: '1234567890' } });
    expect(errors).toMatchObject([{ path: ['bad'] }]);
  });
});
