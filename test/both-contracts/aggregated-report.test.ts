import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { AggregatedReportDocument, type AggregatedReportQuery } from '../support/graphql/graphql.ts';
import { startWorld, type World } from '../support/world/world.ts';

type Report = NonNullable<AggregatedReportQuery['aggregatedReport']>;

const WINDOW = { startDate: '2026-11-11', endDate: '2026-11-17' };
const IN_ORDER = `query ($input: AggregatedReportInput!) {
  aggregatedReport(input: $input) { txid txids usage { imei numberOfSessions bytesTransferred } errors { imei } missing }
}`;

describe('an aggregated report', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    await world.admin.endFaults();
    await world.admin.forgetCalls();
  });

  const ask = async (input: Record<string, unknown>, document: string = IN_ORDER): Promise<Report> => {
    const { data, errors } = await world.query(document, { input: { ...WINDOW, ...input } });
    expect(errors).toEqual([]);
    return (data as { aggregatedReport: Report }).aggregatedReport;
  };
  const sent = async (): Promise<Record<string, unknown>[]> =>
    (await world.admin.calls(PATHS.aggregate)).map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  const overlooked = (): string[] => [41, 87].map((position) => world.devices('tracker', 110)[position] ?? '');

  test('lists the devices once each in the requested order, whatever the platform’s order', async () => {
    const [a = '', b = '', c = '', d = ''] = [...world.devices('meter', 2), ...world.devices('tracker', 2)];
    const asked = [d, b, d, a, c, b, a, d];
    const report = await ask({ imei: asked });
    expect(report.usage.map(({ imei }) => imei)).toEqual([d, b, a, c]);
    expect((await sent()).map(({ imei }) => imei)).toEqual([[d, b, a, c]]);
    expect(report.txids).toEqual([report.txid]);
  });

  test('separates devices that the platform reports, rejects and omits', async () => {
    const [inactive = ''] = world.devices('inactive', 1);
    const [silent = ''] = world.devices('silent', 1);
    const [lost = ''] = overlooked();
    const answer = await world.query(AggregatedReportDocument, {
      input: { ...WINDOW, imei: [lost, '000000000000000', silent, inactive] },
    });
    expect(answer.errors).toEqual([]);
    expect(answer.data?.aggregatedReport).toMatchObject({
      usage: [{ imei: silent, numberOfSessions: 0, bytesTransferred: 0 }],
      errors: [
        {
          imei: '000000000000000',
          errorMessage: 'Device not found',
          errorResponse: {
            errorCode: 'INVALID_PARAMETER',
            errorMessage: 'NOT_FOUND',
            httpStatusCode: '404 NOT_FOUND',
            detailErrorMessage: 'Device 000000000000000 is unknown.',
          },
        },
        { imei: inactive },
      ],
      missing: [lost],
      totals: { devices: 1, silentDevices: 1, numberOfSessions: 0, bytesTransferred: 0, bytesPercentiles: [0, 0, 0] },
      freshness: { asOf: '2026-11-20T12:00:00.000Z', settled: true },
    });
  });

  test('has totals and percentiles of all its usage, however few rows are requested', async () => {
    const imei = [...world.devices('camera', 12), ...world.devices('meter', 11), ...world.devices('inactive', 2)];
    const { usage, totals } = await ask(
      { imei },
      `query ($input: AggregatedReportInput!) {
        aggregatedReport(input: $input) {
          usage(orderBy: BYTES_ASC) { imei numberOfSessions bytesTransferred }
          few: usage(orderBy: BYTES_DESC, first: 2) { imei }
          totals {
            devices silentDevices incompleteDevices numberOfSessions bytesTransferred
            bytesPercentiles(p: [0, 4.35, 50, 99.99, 100]) standard: bytesPercentiles none: bytesPercentiles(p: [])
          }
        }
      }`,
    );
    const bytes = usage.map(({ bytesTransferred }) => bytesTransferred ?? 0);
    expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
    expect(bytes.at(-1)).toBeGreaterThan(2 ** 31);
    expect(totals).toEqual({
      devices: 23,
      silentDevices: 0,
      incompleteDevices: 0,
      numberOfSessions: usage.reduce((sum, device) => sum + (device.numberOfSessions ?? 0), 0),
      bytesTransferred: bytes.reduce((sum, each) => sum + each, 0),
      bytesPercentiles: [bytes[0], bytes[1], bytes[11], bytes[22], bytes[22]],
      standard: [bytes[11], bytes[21], bytes[22]],
      none: [],
    });
  });

  test('sorts its usage by each UsageOrder, and returns only the first rows if requested', async () => {
    const imei = [...world.devices('meter', 5), ...world.devices('silent', 2), ...world.devices('tracker', 5)];
    const fields = '{ imei numberOfSessions bytesTransferred }';
    const report = (await ask(
      { imei },
      `query ($input: AggregatedReportInput!) {
        aggregatedReport(input: $input) {
          asked: usage ${fields}
          BYTES_DESC: usage(orderBy: BYTES_DESC) ${fields}
          BYTES_ASC: usage(orderBy: BYTES_ASC) ${fields}
          SESSIONS_DESC: usage(orderBy: SESSIONS_DESC) ${fields}
          SESSIONS_ASC: usage(orderBy: SESSIONS_ASC) ${fields}
          IMEI: usage(orderBy: IMEI) ${fields}
          firstOfAsked: usage(first: 3) ${fields}
          one: usage(orderBy: IMEI, first: 1) ${fields}
          many: usage(orderBy: IMEI, first: 2147483647) ${fields}
          unsaid: usage(orderBy: null, first: null) ${fields}
        }
      }`,
    )) as unknown as Record<string, { imei: string; numberOfSessions: number; bytesTransferred: number }[]>;
    const { asked = [] } = report;
    const byImei = (a: { imei: string }, b: { imei: string }): number => (a.imei < b.imei ? -1 : 1);
    const sorted = (toNumber: (device: (typeof asked)[number]) => number): typeof asked =>
      [...asked].sort((a, b) => toNumber(a) - toNumber(b) || byImei(a, b));
    expect(asked.map((device) => device.imei)).toEqual(imei);
    expect(report['BYTES_DESC']).toEqual(sorted((device) => -device.bytesTransferred));
    expect(report['BYTES_ASC']).toEqual(sorted((device) => device.bytesTransferred));
    expect(report['SESSIONS_DESC']).toEqual(sorted((device) => -device.numberOfSessions));
    expect(report['SESSIONS_ASC']).toEqual(sorted((device) => device.numberOfSessions));
    expect(report['IMEI']).toEqual([...asked].sort(byImei));
    expect(report['firstOfAsked']).toEqual(asked.slice(0, 3));
    expect(report['one']).toEqual([...asked].sort(byImei).slice(0, 1));
    expect(report['many']).toEqual(report['IMEI']);
    expect(report['unsaid']).toEqual(asked);
  });

  test('of a whole account is one call with an empty list, and has no missing devices', async () => {
    const report = await ask({ imei: [], allDevices: true });
    expect(await sent()).toEqual([{ accountNumber: world.simulator.accountNumber, ...WINDOW, imei: [] }]);
    const reported = world.simulator.fleet.filter(
      ({ imei, kind }) => kind !== 'inactive' && !overlooked().includes(imei),
    );
    expect(report.usage.map(({ imei }) => imei).sort()).toEqual(reported.map(({ imei }) => imei).sort());
    expect(report.errors.map(({ imei }) => imei).sort()).toEqual([...world.devices('inactive', 15)].sort());
    expect(report.missing).toEqual([]);
    expect(report.txids).toHaveLength(1);
  });

  test.each([
    ['deviceGroup', 'North depot'],
    ['deviceGroup', 'Dépôt Montréal'],
    ['deviceLabel', 'Van 007'],
    ['dataPlan', 'Video unlimited'],
  ] as const)(
    'applies the filter %s with the value %s to a whole account and to named devices',
    async (name, value) => {
      const matching = world.simulator.fleet.filter(
        (device) => device[name] === value && device.kind !== 'inactive' && !overlooked().includes(device.imei),
      );
      const all = await ask({ imei: [], allDevices: true, [name]: value });
      expect(all.usage.map(({ imei }) => imei).sort()).toEqual(matching.map(({ imei }) => imei).sort());
      const [one = ''] = matching.map(({ imei }) => imei);
      const [other = ''] = world.simulator.fleet.filter((device) => device[name] !== value).map(({ imei }) => imei);
      const named = await ask({ imei: [other, one], [name]: value });
      expect(named.usage.map(({ imei }) => imei)).toEqual([one]);
      expect(named.missing).toEqual([other]);
      expect(await sent()).toMatchObject([
        { imei: [], [name]: value },
        { imei: [other, one], [name]: value },
      ]);
    },
  );

  test('sends a filter with spaces at its ends the same in body and header', async () => {
    const longest = 'g'.repeat(256);
    const filters = { deviceGroup: ` ${longest}  `, dataPlan: '  Video unlimited', deviceLabel: 'Van 007 ' };
    await ask({ imei: world.devices('meter', 1), ...filters });
    const [call] = await world.admin.calls(PATHS.aggregate);
    const body = { deviceGroup: longest, dataPlan: 'Video unlimited', deviceLabel: 'Van 007' };
    expect(JSON.parse(call?.body ?? '')).toMatchObject(body);
    expect(call?.headers).toMatchObject({ devicegroup: body.deviceGroup, dataplan: body.dataPlan });
  });

  test('with noSessionFlag returns only devices without a session, and sends the flag as a string', async () => {
    const [meter = ''] = world.devices('meter', 1);
    const [silent = ''] = world.devices('silent', 1);
    const flagged = await ask({ imei: [meter, silent], noSessionFlag: true });
    expect(flagged.usage).toEqual([{ imei: silent, numberOfSessions: 0, bytesTransferred: 0 }]);
    expect(flagged.missing).toEqual([meter]);
    expect((await ask({ imei: [meter, silent], noSessionFlag: false })).usage).toHaveLength(2);
    expect((await ask({ imei: [meter, silent], noSessionFlag: null })).usage).toHaveLength(2);
    expect((await sent()).map(({ noSessionFlag }) => noSessionFlag)).toEqual(['true', 'false', undefined]);
  });

  test('links each row to its device on the requested account', async () => {
    const [imei = ''] = world.devices('meter', 1);
    const report = await ask(
      { imei: [imei], accountNumber: world.simulator.accountNumber },
      `query ($input: AggregatedReportInput!) {
        aggregatedReport(input: $input) { usage { device { imei accountNumber usage(startDate: "2026-11-11", endDate: "2026-11-17") { bytesTransferred } } bytesTransferred } }
      }`,
    );
    const [row] = report.usage as unknown as { device: { usage: object }; bytesTransferred: number }[];
    expect(row?.device).toEqual({
      imei,
      accountNumber: world.simulator.accountNumber,
      usage: { bytesTransferred: row?.bytesTransferred },
    });
    expect(await sent()).toHaveLength(1);
  });
});
