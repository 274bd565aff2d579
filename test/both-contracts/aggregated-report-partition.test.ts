import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { fc } from '../support/fast-check.ts';
import { AggregatedReportDocument, type AggregatedReportQuery } from '../support/graphql/graphql.ts';
import { startWorld, type Answer, type World } from '../support/world/world.ts';

type Report = NonNullable<AggregatedReportQuery['aggregatedReport']>;

const WINDOW = { startDate: '2026-11-11', endDate: '2026-11-17' };

describe('each requested device', () => {
  let world: World;

  beforeAll(async () => {
    // The tests fail many calls on purpose, which would open the breaker.
    world = await startWorld({ config: { breakerFailures: 0 } });
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    await world.admin.endFaults();
    await world.admin.forgetCalls();
  });

  const ask = (imei: readonly string[]): Promise<Answer<AggregatedReportQuery>> =>
    world.query(AggregatedReportDocument, { input: { ...WINDOW, imei: [...imei] } });
  const toReport = ({ data, errors }: Answer<AggregatedReportQuery>): Report => {
    expect(errors).toEqual([]);
    if (data?.aggregatedReport == null) throw new Error('no report');
    return data.aggregatedReport;
  };
  const expectPartition = ({ usage, errors, missing }: Report, asked: readonly string[]): void => {
    const found = [...usage.map(({ imei }) => imei), ...errors.map(({ imei }) => imei ?? ''), ...missing];
    expect(found.sort()).toEqual([...new Set(asked)].sort());
  };
  const inOrderOf = (asked: readonly string[], found: readonly string[]): string[] =>
    [...new Set(asked)].filter((imei) => found.includes(imei));

  test('is in exactly one of usage, errors and missing, in the requested order, for any mix of devices', async () => {
    const trackers = world.devices('tracker', 110);
    const kinds = {
      usage: [...world.devices('meter', 8), ...world.devices('camera', 4), ...world.devices('silent', 4)],
      errors: [...world.devices('inactive', 6), '000000000000000', '999999999999999', '111111111111111'],
      missing: [trackers[41] ?? '', trackers[87] ?? ''],
    };
    const device = fc.oneof(
      fc.constantFrom(...kinds.usage),
      fc.constantFrom(...kinds.errors),
      fc.constantFrom(...kinds.missing),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(device, { minLength: 1, maxLength: 60 }), async (asked) => {
        await world.admin.forgetCalls();
        const report = toReport(await ask(asked));
        expectPartition(report, asked);
        expect(inOrderOf(asked, kinds.missing)).toEqual(report.missing);
        expect(inOrderOf(asked, kinds.errors)).toEqual(report.errors.map(({ imei }) => imei));
        const usage = inOrderOf(asked, kinds.usage);
        expect(report.usage.map(({ imei }) => imei).sort()).toEqual(usage.sort());
        const calls = await world.admin.calls(PATHS.aggregate);
        expect(calls).toHaveLength(Math.ceil(new Set(asked).size / 10));
        expect(report.txids).toHaveLength(calls.length);
      }),
      { numRuns: 40 },
    );
  });

  test('is in errors, with advice and the platform’s own error, if its call fails and others succeed', async () => {
    const asked = world.devices('meter', 25);
    await world.admin.fault({
      path: PATHS.aggregate,
      imei: asked[13],
      status: 503,
      body: 'responseCode',
      code: 'INTERNAL_ERROR',
      message: 'database is down',
    });
    const report = toReport(await ask(asked));
    expectPartition(report, asked);
    expect(report.usage.map(({ imei }) => imei).sort()).toEqual([...asked.slice(0, 10), ...asked.slice(20)].sort());
    expect(report.errors).toEqual(
      asked.slice(10, 20).map((imei) => ({
        imei,
        errorMessage: expect.stringContaining('Try again') as string,
        errorResponse: {
          errorCode: 'INTERNAL_ERROR',
          errorMessage: 'database is down',
          httpStatusCode: '503',
          detailErrorMessage: null,
        },
      })),
    );
    expect(report.totals.devices).toBe(15);
    expect(report.txids).toHaveLength(2);
  });

  test('has no entry of its own if all calls fail: the field fails with one error', async () => {
    const asked = world.devices('meter', 25);
    await world.admin.fault({ path: PATHS.aggregate, status: 500, body: 'errorCode', code: 'INTERNAL_ERROR' });
    const answer = await ask(asked);
    expect(answer.data).toEqual({ aggregatedReport: null });
    expect(answer.errors).toMatchObject([
      {
        path: ['aggregatedReport'],
        extensions: { code: 'UPSTREAM_UNAVAILABLE', upstream: { status: 500, code: 'INTERNAL_ERROR' } },
      },
    ]);
  });

  test('has no entry of its own if the single call for a whole account fails', async () => {
    await world.admin.fault({ path: PATHS.aggregate, status: 403, body: 'fault', message: 'no' });
    const answer = await world.query(AggregatedReportDocument, { input: { imei: [], allDevices: true } });
    expect(answer.data).toEqual({ aggregatedReport: null });
    expect(answer.errors).toMatchObject([{ path: ['aggregatedReport'], extensions: { code: 'UPSTREAM_FORBIDDEN' } }]);
  });

  test('has its own error if requested through devices { usage }', async () => {
    const [good = '', bad = ''] = world.devices('meter', 2);
    const [inactive = ''] = world.devices('inactive', 1);
    const trackers = world.devices('tracker', 110);
    const { data, errors } = await world.query(
      `query ($imei: [IMEI!]!) { devices(imei: $imei) { imei usage(startDate: "2026-11-11", endDate: "2026-11-17") { imei } } }`,
      { imei: [good, inactive, trackers[41], bad] },
    );
    expect(data).toEqual({
      devices: [
        { imei: good, usage: { imei: good } },
        { imei: inactive, usage: null },
        { imei: trackers[41], usage: null },
        { imei: bad, usage: { imei: bad } },
      ],
    });
    expect(errors).toMatchObject([
      {
        path: ['devices', 1, 'usage'],
        message: expect.stringContaining('Check the IMEI') as string,
        extensions: {
          code: 'UPSTREAM_NOT_FOUND',
          upstream: { status: 404, code: 'INVALID_PARAMETER', message: 'NOT_FOUND' },
        },
      },
    ]);
    expect(await world.admin.calls(PATHS.aggregate)).toHaveLength(1);
  });

  test.each([
    ['403 FORBIDDEN', 'UPSTREAM_FORBIDDEN'],
    ['404 NOT_FOUND', 'UPSTREAM_NOT_FOUND'],
    ['409 CONFLICT', 'UPSTREAM_CONFLICT'],
    ['400 BAD_REQUEST', 'UPSTREAM_BAD_REQUEST'],
    ['500 INTERNAL_SERVER_ERROR', 'UPSTREAM_UNAVAILABLE'],
    ['who knows', 'UPSTREAM_BAD_REQUEST'],
    [404, 'UPSTREAM_NOT_FOUND'],
    [undefined, 'UPSTREAM_BAD_REQUEST'],
  ])(
    'that the platform rejects with httpStatusCode %j fails with %s if requested through device { usage }',
    async (httpStatusCode, code) => {
      const [imei = ''] = world.devices('meter', 1);
      const errorResponse = { errorCode: 'X', httpStatusCode };
      await world.admin.fault({
        path: PATHS.aggregate,
        rawBody: JSON.stringify({ errors: [{ imei, errorResponse }] }),
      });
      const { errors } = await world.query(`query ($imei: IMEI!) { device(imei: $imei) { usage { imei } } }`, { imei });
      expect(errors).toMatchObject([{ path: ['device', 'usage'], extensions: { code, upstream: { code: 'X' } } }]);
    },
  );
});
