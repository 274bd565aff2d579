import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Imei } from '../../src/domain/imei.ts';
import { isImei } from '../../src/domain/imei.ts';
import { toFactors } from '../../src/usage-over-time/changes.ts';
import { answerWith, startRecordingPlatform, type RecordingPlatform } from '../support/fakes/recording-platform.ts';
import { fc } from '../support/fast-check.ts';
import { UsageChangesDocument } from '../support/graphql/graphql.ts';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type World } from '../support/world/world.ts';

const toImei = (number: number): Imei => {
  const imei = String(350_000_000_000_000 + number);
  if (!isImei(imei)) throw new Error(`${imei} is not an IMEI`);
  return imei;
};
/** The sessions and bytes of the devices, by their position. */
type Rows = readonly (readonly [sessions: number | null, bytes: number | null])[];
const toUsage = (rows: Rows) =>
  rows.map(([numberOfSessions, bytesTransferred], at) => ({ imei: toImei(at), numberOfSessions, bytesTransferred }));

describe('what changed', () => {
  let platform: RecordingPlatform;
  let world: World;
  beforeEach(async () => {
    platform = await startRecordingPlatform();
    world = await startWorld({ config: { baseUrl: platform.url, batchWindowMs: 0 } });
  });
  afterEach(async () => {
    await world.close();
    await platform.close();
  });

  const ask = async (now: Rows, before: Rows) => {
    platform.onRequest(PATHS.aggregate, (response, request) => {
      const { startDate } = JSON.parse(request.body.toString()) as { startDate: string };
      answerWith({ txid: 't', usage: toUsage(startDate.startsWith('2026-11-08') ? now : before) })(response, request);
    });
    const changes = { allDevices: true, startDate: '2026-11-08', endDate: '2026-11-14' };
    const { data, errors } = await world.query(UsageChangesDocument, { changes });
    expect(errors).toEqual([]);
    return data?.usageChanges;
  };

  test('names the devices that fell silent, began to talk, transfer nothing or grew, those that changed most first', async () => {
    const changes = await ask(
      [
        [0, 0],
        [4, 900],
        [3, 0],
        [2, 300],
        [5, 50],
        [0, 0],
        [null, 5_000],
      ],
      [
        [7, 500],
        [0, 0],
        [3, 40],
        [2, 100],
        [5, 70],
        [0, 0],
        [1, 1],
      ],
    );
    expect(changes?.plan).toEqual({ path: 'ACCOUNT', upstreamCalls: 2 });
    expect(changes?.outliers).toEqual([
      { device: { imei: toImei(1) }, bytes: 900, baselineBytes: 0, ratio: null, reason: 'NEWLY_TALKING' },
      { device: { imei: toImei(0) }, bytes: 0, baselineBytes: 500, ratio: 0, reason: 'NEWLY_SILENT' },
      { device: { imei: toImei(3) }, bytes: 300, baselineBytes: null, ratio: null, reason: 'INSUFFICIENT_HISTORY' },
      { device: { imei: toImei(2) }, bytes: 0, baselineBytes: 40, ratio: 0, reason: 'SESSIONS_WITHOUT_BYTES' },
    ]);
    expect(changes?.current).toEqual({ devices: 7, bytesTransferred: 6_250 });
    expect(changes?.previous).toEqual({ devices: 7, bytesTransferred: 711 });
  });

  test('is null, factor by factor, where the denominator is 0', async () => {
    const silent = await ask([[0, 0]], [[2, 10]]);
    expect(silent?.factors).toEqual({ devices: 0, sessionsPerDevice: null, bytesPerSession: null, total: 0 });
    const talking = await ask([[2, 10]], [[0, 0]]);
    expect(talking?.factors).toEqual({ devices: null, sessionsPerDevice: null, bytesPerSession: null, total: null });
    const idle = await ask([[2, 10]], [[1, 0]]);
    expect(idle?.factors).toEqual({ devices: 1, sessionsPerDevice: 2, bytesPerSession: null, total: null });
  });

  test('is one call for named devices whose sessions are asked for', async () => {
    platform.onRequest(PATHS.sessions, answerWith({ txid: 's', sessions: [] }));
    const { data } = await world.query(UsageChangesDocument, {
      changes: { imei: [toImei(1)], startDate: '2026-11-08', endDate: '2026-11-14' },
    });
    expect(data?.usageChanges?.plan).toEqual({ path: 'SESSIONS', upstreamCalls: 1 });
    expect(platform.requests.filter(({ path }) => path.includes('/report/'))).toHaveLength(1);
  });
});

test('devices, sessions per device and bytes per session multiply to the total change', () => {
  const value = fc.option(fc.integer({ min: 0, max: 2 ** 40 }), { freq: 8 });
  const rows = fc.array(fc.tuple(fc.option(fc.nat(1_000), { freq: 8 }), value), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(rows, rows, (now, before) => {
      const { devices, sessionsPerDevice, bytesPerSession, total } = toFactors(toUsage(now), toUsage(before));
      if (devices === null || sessionsPerDevice === null || bytesPerSession === null) return;
      expect(total).not.toBeNull();
      const product = devices * sessionsPerDevice * bytesPerSession;
      expect(Math.abs(product - (total ?? NaN))).toBeLessThanOrEqual(1e-9 * Math.max(total ?? NaN, Number.MIN_VALUE));
    }),
  );
});
