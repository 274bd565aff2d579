import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World } from '../support/world/world.ts';

const FIRST = { startDate: '2026-11-02', endDate: '2026-11-04' };
const SECOND = { startDate: '2026-11-11', endDate: '2026-11-17' };

const USAGE = 'imei device { imei accountNumber } numberOfSessions bytesTransferred';
const REPORT = `
  deviceId
  device { imei accountNumber }
  totals { numberOfSessions numBytes durationSeconds incompleteSessions }
  daily { date numberOfSessions numBytes }
  sessions { startTime endTime numBytes durationSeconds }
  freshness { asOf settled }`;
const AGGREGATED = `usage { ${USAGE} } totals { devices numberOfSessions bytesTransferred bytesPercentiles } freshness { settled }`;

const ONE_WINDOW = `query ($imei: IMEI!, $startDate: ReportDate, $endDate: ReportDate) {
  device(imei: $imei) {
    imei
    usage(startDate: $startDate, endDate: $endDate) { ${USAGE} }
    sessionsReport(startDate: $startDate, endDate: $endDate) { ${REPORT} }
  }
  sessionsReport(input: { imei: $imei, startDate: $startDate, endDate: $endDate }) { ${REPORT} }
  aggregatedReport(input: { imei: [$imei], startDate: $startDate, endDate: $endDate }) { ${AGGREGATED} }
}`;

const TWO_WINDOWS = `query ($imei: IMEI!, $firstStart: ReportDate, $firstEnd: ReportDate, $secondStart: ReportDate, $secondEnd: ReportDate) {
  device(imei: $imei) {
    imei
    firstUsage: usage(startDate: $firstStart, endDate: $firstEnd) { ${USAGE} }
    secondUsage: usage(startDate: $secondStart, endDate: $secondEnd) { ${USAGE} }
    firstReport: sessionsReport(startDate: $firstStart, endDate: $firstEnd) { ${REPORT} }
    secondReport: sessionsReport(startDate: $secondStart, endDate: $secondEnd) { ${REPORT} }
  }
  firstReport: sessionsReport(input: { imei: $imei, startDate: $firstStart, endDate: $firstEnd }) { ${REPORT} }
  secondReport: sessionsReport(input: { imei: $imei, startDate: $secondStart, endDate: $secondEnd }) { ${REPORT} }
  firstAggregated: aggregatedReport(input: { imei: [$imei], startDate: $firstStart, endDate: $firstEnd }) { ${AGGREGATED} }
  secondAggregated: aggregatedReport(input: { imei: [$imei], startDate: $secondStart, endDate: $secondEnd }) { ${AGGREGATED} }
}`;

interface Report {
  readonly totals: { readonly numberOfSessions: number };
}

interface OneWindow {
  readonly device: { readonly usage: unknown; readonly sessionsReport: Report };
  readonly sessionsReport: Report;
  readonly aggregatedReport: unknown;
}

describe('Apollo Client with its default cache, which normalizes', () => {
  let world: World;
  let imei: string;

  beforeAll(async () => {
    world = await startWorld();
    [imei = ''] = world.devices('tracker', 1);
  });
  afterAll(() => world.close());

  /** Queries the usage of one window alone, without a cache. */
  const askAlone = async (window: typeof FIRST): Promise<OneWindow> => {
    const { data, errors } = await world.query(ONE_WINDOW, { imei, ...window });
    expect(errors).toEqual([]);
    return data as unknown as OneWindow;
  };

  const createClient = (): ApolloClient =>
    new ApolloClient({ link: new HttpLink({ uri: world.url }), cache: new InMemoryCache() });

  const toOperation = (text: string) => ({
    query: gql(text),
    variables: {
      imei,
      firstStart: FIRST.startDate,
      firstEnd: FIRST.endDate,
      secondStart: SECOND.startDate,
      secondEnd: SECOND.endDate,
    },
  });

  test('shows two windows of one device in one query with their own usage, fetched and from the cache', async () => {
    const [first, second] = [await askAlone(FIRST), await askAlone(SECOND)];
    expect(first.sessionsReport.totals.numberOfSessions).toBeGreaterThan(0);
    expect(first.sessionsReport.totals).not.toEqual(second.sessionsReport.totals);
    expect(first.device.usage).not.toEqual(second.device.usage);

    const client = createClient();
    const operation = toOperation(TWO_WINDOWS);
    const fetched = await client.query(operation);
    const cached = await client.query({ ...operation, fetchPolicy: 'cache-only' });
    for (const { data, error } of [fetched, cached]) {
      expect(error).toBeUndefined();
      expect(data).toMatchObject({
        device: {
          imei,
          firstUsage: first.device.usage,
          secondUsage: second.device.usage,
          firstReport: first.device.sessionsReport,
          secondReport: second.device.sessionsReport,
        },
        firstReport: first.sessionsReport,
        secondReport: second.sessionsReport,
        firstAggregated: first.aggregatedReport,
        secondAggregated: second.aggregatedReport,
      });
    }
    client.stop();
  });

  test('would show the usage of one window for both if deviceId were named id', async () => {
    const { sessionsReport } = await askAlone(SECOND);
    const client = createClient();
    const { data } = await client.query(toOperation(TWO_WINDOWS.replaceAll('deviceId', 'id: deviceId')));
    expect(data).toMatchObject({
      firstReport: { totals: sessionsReport.totals },
      secondReport: { totals: sessionsReport.totals },
    });
    client.stop();
  });
});
