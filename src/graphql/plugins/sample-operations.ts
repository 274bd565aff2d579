import { readFile } from 'node:fs/promises';

/** Devices that a sample operation can ask for, by what makes them interesting. */
export interface SampleDevices {
  readonly busy: string;
  readonly mixed: readonly string[];
}

export interface SampleOperation {
  readonly query: string;
  readonly variables: string;
}

const DAY_MS = 86_400_000;
const FOLDER = new URL('../../../schema/operations/', import.meta.url);

/** The sample operations, with variables that answer something interesting for the last weeks before now. */
export async function readSampleOperations(devices: SampleDevices, nowMs: number): Promise<SampleOperation[]> {
  const day = (daysAgo: number): string => new Date(nowMs - daysAgo * DAY_MS).toISOString().slice(0, 10);
  const lastWeek = { startDate: day(8), endDate: day(2) };
  const variablesOf: Record<string, unknown> = {
    'sessions-report': { input: { imei: devices.busy, ...lastWeek }, timeZone: 'America/New_York' },
    'aggregated-report': { input: { imei: devices.mixed, ...lastWeek } },
    'account-usage': { input: { imei: [], allDevices: true, startDate: day(30), endDate: day(2) }, first: 10 },
    devices: { imei: devices.mixed.slice(0, 3), ...lastWeek },
    'request-aggregated-report': { input: { imei: devices.mixed, ...lastWeek } },
    'aggregated-report-progress': { txid: 'the txid that requestAggregatedReport gave' },
    'aggregated-report-request': { txid: 'the txid that requestAggregatedReport gave', first: 10 },
    'aggregated-report-requests': { first: 10 },
    'callback-listeners': {},
  };
  return Promise.all(
    Object.entries(variablesOf).map(async ([name, variables]) => ({
      query: await readFile(new URL(`${name}.graphql`, FOLDER), 'utf8'),
      variables: JSON.stringify(variables, null, 2),
    })),
  );
}
