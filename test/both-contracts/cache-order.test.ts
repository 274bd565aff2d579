import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { answerWith, startRecordingPlatform, type RecordingPlatform } from '../support/fakes/recording-platform.ts';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type World } from '../support/world/world.ts';

const IMEI = '709312034493372';
const ENDED = { startDate: '2026-11-01', endDate: '2026-11-10' };
const RUNNING = { startDate: '2026-11-01', endDate: '2026-11-20' };

interface Kind {
  readonly path: string;
  readonly query: string;
  /** The platform's answer with this many bytes; without usage if there are none. */
  readonly toAnswer: (bytes: number | null) => object;
  readonly toBytes: (data: never) => unknown;
}

const aggregated = (devices: string): Kind => ({
  path: PATHS.aggregate,
  query: `query ($startDate: ReportDate, $endDate: ReportDate) {
    aggregatedReport(input: { ${devices}, startDate: $startDate, endDate: $endDate }) { usage { bytesTransferred } }
  }`,
  toAnswer: (bytes) => ({
    txid: 'a-txid',
    usage: bytes === null ? [] : [{ imei: IMEI, numberOfSessions: 1, bytesTransferred: bytes }],
  }),
  toBytes: (data: { aggregatedReport: { usage: { bytesTransferred: number }[] } }) =>
    data.aggregatedReport.usage[0]?.bytesTransferred ?? null,
});

const KINDS: readonly (readonly [string, Kind])[] = [
  ['of a device', aggregated(`imei: ["${IMEI}"]`)],
  ['of a whole account', aggregated('imei: [], allDevices: true')],
  [
    'of sessions',
    {
      path: PATHS.sessions,
      query: `query ($startDate: ReportDate, $endDate: ReportDate) {
        sessionsReport(input: { imei: "${IMEI}", startDate: $startDate, endDate: $endDate }) { sessions { numBytes } }
      }`,
      toAnswer: (bytes) => ({
        id: '1234567890',
        txid: 'a-txid',
        sessions:
          bytes === null
            ? []
            : [{ startTime: '2026-11-02T10:00:00Z', endTime: '2026-11-02T11:00:00Z', numBytes: bytes }],
      }),
      toBytes: (data: { sessionsReport: { sessions: { numBytes: number }[] } }) =>
        data.sessionsReport.sessions[0]?.numBytes ?? null,
    },
  ],
];

describe('a slow call', () => {
  let platform: RecordingPlatform;
  let world: World;
  beforeEach(async () => {
    platform = await startRecordingPlatform();
    world = await startWorld({
      config: { baseUrl: platform.url, cacheMaxBytes: 2 ** 22, cacheUnsettledMs: 10_000, batchWindowMs: 0 },
    });
  });
  afterEach(async () => {
    await world.close();
    await platform.close();
  });

  /** Lets the test end each call, in any order. */
  const hold = ({ path, toAnswer }: Kind): ((bytes: number | null) => void)[] => {
    const ends: ((bytes: number | null) => void)[] = [];
    platform.onRequest(path, (response, request) => {
      ends.push((bytes) => answerWith(toAnswer(bytes))(response, request));
    });
    return ends;
  };
  const ask = async ({ query, toBytes }: Kind, window: object, headers: Record<string, string> = {}) => {
    const { data, errors } = await world.query(query, { ...window }, { headers });
    expect(errors).toEqual([]);
    return toBytes(data as never);
  };
  const NO_CACHE = { 'Cache-Control': 'no-cache' };

  for (const [name, kind] of KINDS) {
    test.each([
      ['final', ENDED],
      ['not final', RUNNING],
    ])(`${name} does not replace what a later one returned, if the usage is %s`, async (_, window) => {
      const ends = hold(kind);
      const old = ask(kind, window);
      await eventually(() => ends.length).toBe(1);
      const fresh = ask(kind, window, NO_CACHE);
      await eventually(() => ends.length).toBe(2);
      ends[1]?.(2);
      expect(await fresh).toBe(2);
      expect(await ask(kind, window)).toBe(2);
      ends[0]?.(1);
      expect(await old).toBe(1);
      expect(await ask(kind, window)).toBe(2);
      expect(platform.requestsTo(kind.path)).toHaveLength(2);
    });
  }

  test('does not bring back usage of a device that a later one left out', async () => {
    const [, kind] = KINDS[0] ?? [];
    if (kind === undefined) throw new Error('no kind');
    const ends = hold(kind);
    const first = ask(kind, ENDED);
    await eventually(() => ends.length).toBe(1);
    ends[0]?.(1);
    expect(await first).toBe(1);
    const old = ask(kind, ENDED, NO_CACHE);
    await eventually(() => ends.length).toBe(2);
    const fresh = ask(kind, ENDED, NO_CACHE);
    await eventually(() => ends.length).toBe(3);
    ends[2]?.(null);
    expect(await fresh).toBeNull();
    ends[1]?.(1);
    expect(await old).toBe(1);
    const again = ask(kind, ENDED);
    await eventually(() => ends.length).toBe(4);
    ends[3]?.(null);
    expect(await again).toBeNull();
  });
});
