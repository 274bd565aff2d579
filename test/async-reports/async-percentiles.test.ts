import { describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { answerWith } from '../support/fakes/recording-platform.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import { PATHS } from '../support/world/admin.ts';
import { imeisOf, startAsyncWorld } from '../support/world/async-world.ts';

const DEVICES = 10_000;
const PER_LIST = 100;
/** Every percentile of two decimals, from 0 to 100. */
const ALL = Array.from({ length: 10_001 }, (_, at) => at / 100);
const LISTS = Array.from({ length: Math.ceil(ALL.length / PER_LIST) }, (_, at) =>
  ALL.slice(at * PER_LIST, (at + 1) * PER_LIST),
);
const FIELDS = LISTS.map((p, at) => `p${at}: bytesPercentiles(p: [${p.join(', ')}])`).join(' ');

/** Each device has another multiple of three, in no order. */
const USAGE = imeisOf(DEVICES).map((imei, at) => ({
  imei,
  numberOfSessions: 1,
  bytesTransferred: 3 * (((at * 7_919) % DEVICES) + 1),
}));
/** 0.07 % of 10,000 devices is the rank 7, and so on: each percentile has the rank of its hundredths. */
const EXPECTED = ALL.map((_, hundredths) => 3 * Math.max(1, hundredths));

describe.each(['SQLite', 'PostgreSQL'] as const)('percentiles, on %s', (kind) => {
  test('are the same nearest rank in a synchronous report and a stored one, for every percentile of two decimals', async () => {
    const at = await startAsyncWorld({
      config: { databaseUrl: kind === 'PostgreSQL' ? await createDatabase() : null },
    });
    const ranksOf = async (field: string): Promise<number[]> => {
      const { data, errors } = await at.world.query(`{ ${field} { totals { ${FIELDS} } } }`);
      expect(errors).toEqual([]);
      const [report] = Object.values(data as Record<string, { totals: Record<string, number[]> }>);
      return LISTS.flatMap((_, list) => report?.totals[`p${list}`] ?? []);
    };
    const txid = await at.request(USAGE.map(({ imei }) => imei));
    expect((await at.post({ txid, usage: USAGE })).status).toBe(200);
    // A slow database records the message later, from the spool.
    await eventually(async () => {
      at.world.clock.advance(1_000);
      return at.find(txid);
    }).toMatchObject({ receivedDevices: USAGE.length });
    at.platform.onRequest(PATHS.aggregate, answerWith({ txid: 'x', usage: USAGE }));

    expect(await ranksOf(`aggregatedReportRequest(txid: "${txid}")`)).toEqual(EXPECTED);
    expect(await ranksOf('aggregatedReport(input: { allDevices: true })')).toEqual(EXPECTED);
    await at.close();
  });
});
