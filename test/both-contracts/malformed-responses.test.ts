import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type Answer, type World } from '../support/world/world.ts';

const [A, B, C] = ['111111111111111', '222222222222222', '333333333333333'];
const QUERY = `query ($input: AggregatedReportInput!) {
  aggregatedReport(input: $input) {
    txid txids missing
    usage { imei numberOfSessions bytesTransferred }
    errors { imei errorMessage errorResponse { errorCode errorMessage httpStatusCode detailErrorMessage } }
    totals { devices silentDevices incompleteDevices numberOfSessions bytesTransferred bytesPercentiles(p: [50]) }
  }
}`;

/** graphql-jit does not compile a document that has fragments and conditions. */
const INTERPRETED = `${QUERY.replace('{\n', '{\n...More @include(if: true)\n')} fragment More on Query { __typename }`;

interface Report {
  readonly txid: string;
  readonly txids: string[];
  readonly usage: unknown[];
  readonly errors: unknown[];
  readonly missing: string[];
  readonly totals: Record<string, unknown>;
}

let world: World;

beforeAll(async () => {
  world = await startWorld({ config: { retries: 0 } });
});
afterAll(() => world.close());
beforeEach(() => world.admin.endFaults());

async function answerTo(rawBody: string, input: Record<string, unknown>, query = QUERY): Promise<Answer> {
  await world.admin.endFaults();
  await world.admin.fault({ path: PATHS.aggregate, rawBody });
  const answer = await world.query(query, { input });
  expect(world.logged).toEqual([]);
  return answer;
}

async function reportOf(rawBody: string, input: Record<string, unknown> = { imei: [A] }): Promise<Report> {
  const { data, errors } = await answerTo(rawBody, input);
  expect(errors).toEqual([]);
  return (data as { aggregatedReport: Report }).aggregatedReport;
}

const ofAccount = { imei: [], allDevices: true };
const nothingSaid = { errorMessage: null, errorResponse: null };

describe('usage in an aggregated response', () => {
  test.each([
    ['9007199254740991', 9_007_199_254_740_991],
    ['9007199254740990', 9_007_199_254_740_990],
    ['2147483648', 2_147_483_648],
    ['0', 0],
    ['-0', 0],
    ['1e3', 1_000],
    ['5.0', 5],
    ['9007199254740992', null],
    ['9007199254740993', null],
    ['1e400', null],
    ['-1e400', null],
    ['-1', null],
    ['0.5', null],
    ['1e-300', null],
    ['"2057"', null],
    ['""', null],
    ['null', null],
    ['true', null],
    ['[2057]', null],
    ['{}', null],
    [undefined, null],
  ])('with bytesTransferred %s has %j bytes', async (text, reported) => {
    const bytes = text === undefined ? '' : `, "bytesTransferred": ${text}`;
    const { usage, totals } = await reportOf(`{"usage": [{"imei": "${A}", "numberOfSessions": 1${bytes}}]}`);
    expect(usage).toEqual([{ imei: A, numberOfSessions: 1, bytesTransferred: reported }]);
    expect(totals).toEqual({
      devices: 1,
      silentDevices: 0,
      incompleteDevices: reported === null ? 1 : 0,
      numberOfSessions: 1,
      bytesTransferred: reported ?? 0,
      bytesPercentiles: reported === null ? [] : [reported],
    });
  });

  test.each([
    ['2147483647', 2_147_483_647],
    ['2147483648', null],
    ['-1', null],
    ['1.5', null],
    ['"1"', null],
    ['null', null],
  ])('with numberOfSessions %s has %j sessions', async (text, reported) => {
    const rawBody = `{"usage": [{"imei": "${A}", "numberOfSessions": ${text}, "bytesTransferred": 7}]}`;
    const { usage, totals } = await reportOf(rawBody);
    expect(usage).toEqual([{ imei: A, numberOfSessions: reported, bytesTransferred: 7 }]);
    expect(totals).toMatchObject({ incompleteDevices: reported === null ? 1 : 0, numberOfSessions: reported ?? 0 });
  });

  test('whose sum exceeds 2^53-1 fails that sum alone, compiled or interpreted', async () => {
    const rawBody = JSON.stringify({
      usage: [
        { imei: A, numberOfSessions: 1, bytesTransferred: Number.MAX_SAFE_INTEGER },
        { imei: B, numberOfSessions: 1, bytesTransferred: 1 },
      ],
    });
    for (const query of [QUERY, INTERPRETED]) {
      const { data, errors } = await answerTo(rawBody, { imei: [A, B] }, query);
      expect(data).toMatchObject({
        aggregatedReport: {
          usage: [{ bytesTransferred: Number.MAX_SAFE_INTEGER }, { bytesTransferred: 1 }],
          totals: { devices: 2, numberOfSessions: 2, bytesTransferred: null, bytesPercentiles: [1] },
        },
      });
      expect(errors).toMatchObject([
        {
          path: ['aggregatedReport', 'totals', 'bytesTransferred'],
          message: expect.stringMatching(/^bytesTransferred exceeds 2\^53-1, .* Ask for fewer devices/) as string,
          extensions: { code: 'SUM_TOO_LARGE' },
        },
      ]);
    }
  });
});

describe('a row of an aggregated response', () => {
  test('with unknown fields is read without them', async () => {
    const { usage } = await reportOf(
      `{"txid": "x", "more": [1], "usage": [{"imei": "${A}", "numberOfSessions": 1, "bytesTransferred": 2, "__proto__": {"a": 1}, "constructor": 5}]}`,
    );
    expect(usage).toEqual([{ imei: A, numberOfSessions: 1, bytesTransferred: 2 }]);
  });

  test('with a numeric IMEI gets its leading zeros back', async () => {
    const { usage } = await reportOf(
      '{"usage": [{"imei": 12345678901234, "numberOfSessions": 1, "bytesTransferred": 2}]}',
      {
        imei: ['012345678901234'],
      },
    );
    expect(usage).toEqual([{ imei: '012345678901234', numberOfSessions: 1, bytesTransferred: 2 }]);
  });

  test('with a number that is not an IMEI counts as a row without a device', async () => {
    for (const imei of [0, 5, 999_999_999_999]) {
      const row = { numberOfSessions: 1, bytesTransferred: 2 };
      const body = {
        usage: [
          { imei, ...row },
          { imei: A, ...row },
        ],
        errors: [{ imei, errorMessage: 'broken' }],
      };
      const { usage, errors } = await reportOf(JSON.stringify(body), ofAccount);
      expect(usage).toMatchObject([{ imei: A }]);
      expect(errors).toMatchObject([
        { imei: null, errorMessage: 'The platform returned usage without saying for which device.' },
        { imei: null, errorMessage: 'broken' },
      ]);
    }
  });

  test('that occurs twice counts once, with the larger of its values, and with a known one rather than none', async () => {
    const row = (bytesTransferred: number) => ({ imei: A, numberOfSessions: 3, bytesTransferred });
    for (const input of [{ imei: [A] }, ofAccount]) {
      const alike = await reportOf(JSON.stringify({ usage: [row(5), row(5)] }), input);
      expect(alike.usage).toEqual([row(5)]);
      const empty = { imei: A, numberOfSessions: null, bytesTransferred: -1 };
      for (const usage of [
        [row(5), row(6), row(5), empty],
        [empty, row(6), row(5)],
      ]) {
        const unlike = await reportOf(JSON.stringify({ usage }), input);
        expect(unlike.usage).toEqual([row(6)]);
        expect(unlike.totals).toMatchObject({
          devices: 1,
          numberOfSessions: 3,
          bytesTransferred: 6,
          incompleteDevices: 0,
        });
      }
    }
  });

  test('for a device that was not requested does not count', async () => {
    const body = JSON.stringify({ usage: [{ imei: B }, { imei: C }], errors: [{ imei: C }] });
    const report = await reportOf(body, { imei: [A] });
    expect(report).toMatchObject({ usage: [], errors: [], missing: [A], totals: { devices: 0 } });
  });

  test('for a device in both lists counts as usage', async () => {
    const body = {
      usage: [{ imei: A, numberOfSessions: 1, bytesTransferred: 2 }],
      errors: [{ imei: A }, { imei: B }, { imei: B }],
    };
    for (const input of [{ imei: [B, A] }, ofAccount]) {
      const report = await reportOf(JSON.stringify(body), input);
      expect(report.usage).toMatchObject([{ imei: A }]);
      expect(report.errors).toEqual([{ imei: B, ...nothingSaid }]);
      expect(report.missing).toEqual([]);
    }
  });

  test.each([
    { named: [A], missing: [] },
    { named: [B], missing: [B] },
    { named: [A, B], missing: [B] },
    { named: [A, B, C], missing: [B, C] },
  ])('with errors and no IMEI accounts for no device: of $named, $missing stay missing', async ({ named, missing }) => {
    const errors = ['first', 'second'].map((errorMessage) => ({ errorMessage }));
    const nameless = errors.map((error) => ({ imei: null, ...nothingSaid, ...error }));
    const body = JSON.stringify({ usage: [{ imei: A }], errors });
    expect(await reportOf(body, { imei: named })).toMatchObject({ errors: nameless, missing });
    expect((await reportOf(body, ofAccount)).errors).toEqual(nameless);
  });

  test('with an error and no IMEI fails each device that is left out, if it is requested through its device', async () => {
    const rawBody = JSON.stringify({
      usage: [{ imei: A, numberOfSessions: 1, bytesTransferred: 2 }],
      errors: [{ errorMessage: 'broken', errorResponse: { httpStatusCode: '404 NOT_FOUND' } }],
    });
    await world.admin.fault({ path: PATHS.aggregate, rawBody });
    const { data, errors } = await world.query(
      'query ($imei: [IMEI!]!) { devices(imei: $imei) { usage { bytesTransferred } } }',
      { imei: [A, B, C] },
    );
    expect(data).toEqual({ devices: [{ usage: { bytesTransferred: 2 } }, { usage: null }, { usage: null }] });
    for (const [at, index] of [1, 2].entries()) {
      expect(errors[at]).toMatchObject({
        path: ['devices', index, 'usage'],
        extensions: { code: 'UPSTREAM_NOT_FOUND', upstream: { message: 'broken' } },
      });
    }
  });

  test.each(['null', '5', '"x"', '[]', '{}', '{"imei": "12"}', '{"imei": null, "bytesTransferred": 5}'])(
    'with usage and no IMEI, %s, does not disappear silently',
    async (row) => {
      const account = await reportOf(`{"usage": [${row}, {"imei": "${A}", "bytesTransferred": 2}]}`, ofAccount);
      expect(account.usage).toMatchObject([{ imei: A }]);
      expect(account.errors).toMatchObject([
        { imei: null, errorMessage: expect.stringContaining('without saying') as string },
      ]);
      const named = await reportOf(`{"usage": [${row}]}`, { imei: [A, B] });
      expect(named).toMatchObject({
        usage: [],
        errors: [{ imei: null, errorMessage: expect.stringContaining('without saying') as string }],
        missing: [A, B],
      });
    },
  );

  test('with an error is reported as far as it can be read', async () => {
    const odd = [
      { imei: A, errorMessage: 5, errorResponse: 'text' },
      { imei: B, errorMessage: {}, errorResponse: { errorCode: ['X'], httpStatusCode: 404, errorMessage: null } },
      { imei: C, errorResponse: [] },
    ];
    const { errors } = await reportOf(JSON.stringify({ errors: odd }), { imei: [A, B, C] });
    expect(errors).toEqual([
      { imei: A, errorMessage: '5', errorResponse: null },
      {
        imei: B,
        errorMessage: null,
        errorResponse: { errorCode: null, errorMessage: null, httpStatusCode: '404', detailErrorMessage: null },
      },
      { imei: C, ...nothingSaid },
    ]);
  });
});

describe('an aggregated response', () => {
  test.each(['{"txid": "x"}', '{"txid": null, "usage": null, "errors": null}', '{"usage": []}', '{"errors": []}'])(
    'without rows, %s, leaves all devices missing, and an account empty',
    async (body) => {
      expect(await reportOf(body, { imei: [A, B] })).toMatchObject({ usage: [], errors: [], missing: [A, B] });
      expect(await reportOf(body, ofAccount)).toMatchObject({
        usage: [],
        errors: [],
        missing: [],
        totals: { devices: 0 },
      });
    },
  );

  test.each([
    [undefined, ''],
    [null, ''],
    ['', ''],
    [5, '5'],
    [{}, ''],
    ['60c07fff-eeee-ffff-gggg-75e6a7c238f6', '60c07fff-eeee-ffff-gggg-75e6a7c238f6'],
  ])('with the txid %j yields the txid %j', async (txid, reported) => {
    const report = await reportOf(JSON.stringify({ txid, usage: [] }));
    expect(report.txid).toBe(reported);
    expect(report.txids).toEqual(reported === '' ? [] : [reported]);
  });

  test.each([
    '[]',
    'null',
    '"text"',
    '5',
    'true',
    '{}',
    '{"usage": {}}',
    '{"usage": "none"}',
    '{"usage": 0}',
    '{"errors": true}',
    '{"errorCode": "INTERNAL_ERROR", "errorMessage": "a success that is none"}',
    '{"fault": {"code": "900901"}}',
    '[{"usage": []}]',
    '',
    '<html></html>',
    '{"usage": [',
    'NaN',
  ])('of an unexpected shape, %s, fails the call', async (body) => {
    for (const input of [{ imei: [A, B] }, ofAccount]) {
      const { data, errors } = await answerTo(body, input);
      expect(data).toEqual({ aggregatedReport: null });
      expect(errors).toHaveLength(1);
      expect(errors[0]?.extensions['code']).toBe('UPSTREAM_UNAVAILABLE');
      expect(errors[0]?.message).toContain('Try again in a moment');
    }
  });
});
