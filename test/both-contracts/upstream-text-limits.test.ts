import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answerWith, startRecordingPlatform, type RecordingPlatform } from '../support/fakes/recording-platform.ts';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type World } from '../support/world/world.ts';

const IMEI = '709312034493372';
const OF_ACCOUNT = '(input: { imei: [], allDevices: true })';
const OF_DEVICE = `(input: { imei: "${IMEI}" })`;

describe('a response of the platform', () => {
  let platform: RecordingPlatform;
  let world: World;

  beforeAll(async () => {
    platform = await startRecordingPlatform();
    // An operation may read all of a response.
    world = await startWorld({ config: { baseUrl: platform.url, maxUpstreamBytes: 2 ** 25 } });
  });
  afterAll(async () => {
    await world.close();
    await platform.close();
  });
  beforeEach(() => {
    platform.requests.length = 0;
  });

  const ask = async (path: string, body: unknown, query: string) => {
    platform.onRequest(path, answerWith(body));
    const { data, errors } = await world.query(query);
    return { data, errors: errors.map(({ message, extensions }) => ({ code: extensions['code'], message })) };
  };

  test('has every text about a device cut visibly after 500 characters', async () => {
    const long = (letter: string): string => letter.repeat(200_000);
    const cut = (letter: string): string => `${letter.repeat(499)}…`;
    const errorResponse = {
      errorCode: long('A'),
      errorMessage: long('b'),
      httpStatusCode: long('c'),
      detailErrorMessage: long('😀'),
    };
    const { data, errors } = await ask(
      PATHS.aggregate,
      { txid: 'x', errors: [{ imei: IMEI, errorMessage: long('e'), errorResponse }] },
      `{ aggregatedReport${OF_ACCOUNT} {
        errors { imei errorMessage errorResponse { errorCode errorMessage httpStatusCode detailErrorMessage } }
      } }`,
    );

    expect(errors).toEqual([]);
    expect(data?.['aggregatedReport']).toEqual({
      errors: [
        {
          imei: IMEI,
          errorMessage: cut('e'),
          errorResponse: {
            errorCode: cut('A'),
            errorMessage: cut('b'),
            httpStatusCode: cut('c'),
            // A character of two code units is not cut in half.
            detailErrorMessage: `${'😀'.repeat(249)}…`,
          },
        },
      ],
    });
  });

  test('has its own id of a device cut after 255 characters, and times after nine decimals', async () => {
    const decimals = '123456789'.repeat(10_000);
    const { data } = await ask(
      PATHS.sessions,
      {
        id: '1'.repeat(100_000),
        txid: 't'.repeat(255),
        sessions: [{ startTime: `2026-11-01T10:00:00.${decimals}Z`, endTime: `2026-11-01T10:00:01.${decimals}+01:00` }],
      },
      `{ sessionsReport${OF_DEVICE} { deviceId txid sessions { startTime endTime } } }`,
    );

    expect(data?.['sessionsReport']).toEqual({
      deviceId: `${'1'.repeat(254)}…`,
      txid: 't'.repeat(255),
      sessions: [{ startTime: '2026-11-01T10:00:00.123456789Z', endTime: '2026-11-01T10:00:01.123456789+01:00' }],
    });
  });

  test.each([
    ['with 256 characters', 't'.repeat(256)],
    ['with 1,000,000 characters', 't'.repeat(1_000_000)],
    ['with a control character', 'a\nb'],
  ])('%s in its transaction id is not valid, because ids are not cut', async (_, txid) => {
    const reports = [
      [PATHS.aggregate, { txid, usage: [] }, `{ aggregatedReport${OF_ACCOUNT} { txid } }`],
      [PATHS.sessions, { txid, sessions: [] }, `{ sessionsReport${OF_DEVICE} { txid } }`],
      [
        PATHS.async,
        { txid, status: 'QUEUED' },
        `mutation { requestAggregatedReport(input: { imei: ["${IMEI}"] }) { txid } }`,
      ],
    ] as const;
    for (const [path, body, query] of reports) {
      const { data, errors } = await ask(path, body, query);
      expect(Object.values(data ?? {})).toEqual([null]);
      expect(errors).toMatchObject([{ code: 'UPSTREAM_UNAVAILABLE' }]);
      expect(errors[0]?.message).toMatch(/transaction id/);
      expect(JSON.stringify(errors).length).toBeLessThan(500);
    }
  });

  test.each([
    ['usage', PATHS.aggregate, `{ aggregatedReport${OF_ACCOUNT} { txid } }`],
    ['errors', PATHS.aggregate, `{ aggregatedReport${OF_ACCOUNT} { txid } }`],
    ['sessions', PATHS.sessions, `{ sessionsReport${OF_DEVICE} { txid } }`],
  ])('with more than 200,000 rows in %s is not read', async (list, path, query) => {
    const rows = (count: number): string => `{"txid":"x","${list}":[${Array(count).fill('0').join(',')}]}`;

    const { errors } = await ask(path, rows(200_001), query);
    expect(errors).toMatchObject([{ code: 'UPSTREAM_UNAVAILABLE' }]);
    expect(errors[0]?.message).toMatch(/has 200001 rows, and at most 200000 are read.*shorter window/);

    expect((await ask(path, rows(200_000), query)).errors).toEqual([]);
  });

  test('with more than 800,000 values is not read, and not asked for again', async () => {
    platform.requests.length = 0;
    const rows = Array(410_000).fill('{}').join(',');
    const { errors } = await ask(
      PATHS.aggregate,
      `{"txid":"x","usage":[${rows}]}`,
      `{ aggregatedReport${OF_ACCOUNT} { txid } }`,
    );

    expect(errors).toMatchObject([{ code: 'UPSTREAM_UNAVAILABLE' }]);
    expect(errors[0]?.message).toMatch(/more values, levels or names than are read.*shorter window/);
    expect(platform.requests).toHaveLength(1);
  });

  test('with thousands of rows is read in slices: whole, in order, and each device once', async () => {
    const imeis = Array.from({ length: 5_003 }, (_, at) => String(100_000_000_000_000 + ((at * 7_919) % 5_003)));
    const toRow = (imei: string, at: number) => ({ imei, numberOfSessions: at, bytesTransferred: 2 * at });
    const usage = [...imeis.slice(0, 3_000), ...imeis.slice(0, 100)].map(toRow);
    const failed = imeis.slice(2_900);
    const { data, errors } = await ask(
      PATHS.aggregate,
      { txid: 'x', usage, errors: [...failed, ...failed].map((imei) => ({ imei, errorMessage: `about ${imei}` })) },
      `{ aggregatedReport${OF_ACCOUNT} { usage { imei numberOfSessions } errors { imei errorMessage } } }`,
    );

    expect(errors).toEqual([]);
    expect(data?.['aggregatedReport']).toEqual({
      usage: imeis.slice(0, 3_000).map((imei, at) => ({ imei, numberOfSessions: at < 100 ? 3_000 + at : at })),
      errors: imeis.slice(3_000).map((imei) => ({ imei, errorMessage: `about ${imei}` })),
    });
  });

  test('has the names and URLs of listeners cut visibly', async () => {
    const listeners = [
      { accountName: 'a'.repeat(10_000), name: 'n'.repeat(10_000), url: `https://example.com/${'u'.repeat(10_000)}` },
    ];
    const { data } = await ask(
      `${PATHS.callbacks}?accountNumber=${world.simulator.accountNumber}`,
      listeners,
      '{ callbackListeners { accountNumber name url isThisServer } }',
    );
    expect(data?.['callbackListeners']).toEqual([
      {
        accountNumber: `${'a'.repeat(499)}…`,
        name: `${'n'.repeat(499)}…`,
        url: `https://example.com/${'u'.repeat(2_000 - 'https://example.com/…'.length)}%E2%80%A6`,
        isThisServer: false,
      },
    ]);
  });
});
