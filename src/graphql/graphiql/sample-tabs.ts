import { readFile } from 'node:fs/promises';
import { DAY_MS } from '../../domain/durations.ts';

/** What the sample operations ask about. */
export interface Samples {
  readonly busy: string;
  /** Devices of several kinds. */
  readonly mixed: readonly string[];
  /** Whether the platform is the simulator, so that a report may be requested only to have one to show. */
  readonly areSimulated: boolean;
}

/** The samples if the account is a real one: the contract's example IMEI, for the user to replace. */
export const PLACEHOLDER_SAMPLES: Samples = {
  busy: '709312034493372',
  mixed: ['709312034493372'],
  areSimulated: false,
};

/** A tab of GraphiQL: operations on one subject, and the variables that they share, as JSON. */
export interface SampleTab {
  readonly query: string;
  readonly variables: string;
}

const FOLDER = new URL('../../../schema/operations/', import.meta.url);

/** Reads the sample operations, with variables that return something interesting for the weeks before `nowMs`. */
export async function readSampleTabs({ busy, mixed }: Samples, nowMs: number): Promise<SampleTab[]> {
  const day = (daysAgo: number): string => new Date(nowMs - daysAgo * DAY_MS).toISOString().slice(0, 10);
  const lastWeek = { startDate: day(8), endDate: day(2) };
  // Its days are settled, so a record has them.
  const settledWeek = { startDate: day(9), endDate: day(3) };
  const tabs: [operations: string[], variables: unknown][] = [
    [['sessions-report'], { input: { imei: busy, ...lastWeek }, timeZone: 'America/New_York' }],
    [['aggregated-report', 'account-usage'], { input: { imei: mixed, ...lastWeek }, ...lastWeek, first: 10 }],
    [['devices'], { imei: mixed.slice(0, 3), ...lastWeek }],
    [
      [
        'usage-series',
        'usage-series-price',
        'usage-groups',
        'usage-changes',
        'billing-cycle',
        'usage-allowance-plans',
        'recorded-days',
      ],
      {
        series: { imei: mixed, ...settledWeek, granularity: 'DAY', compareTo: 'PREVIOUS_PERIOD' },
        groups: {
          imei: mixed,
          ...settledWeek,
          granularity: 'WHOLE',
          groupBy: { by: 'DATA_PLAN', values: ['Fleet 250MB', 'LTE-M Meter 1MB'] },
        },
        changes: { allDevices: true, ...settledWeek },
        cycle: { imei: mixed, cycleStartDay: 1, includedBytes: 100_000_000_000 },
        from: day(60),
        to: day(1),
      },
    ],
    [
      [
        'request-aggregated-report',
        'aggregated-report-progress',
        'aggregated-report-request',
        'aggregated-report-requests',
        'callback-listeners',
        'server-status',
      ],
      { input: { imei: mixed, ...lastWeek }, txid: '', first: 10 },
    ],
    [
      [
        'create-device-list-upload',
        'request-fleet-report',
        'fleet-report-progress',
        'fleet-report',
        'fleet-reports',
        'cancel-fleet-report',
      ],
      { input: { deviceListId: '', ...lastWeek }, id: '', first: 10 },
    ],
  ];
  return Promise.all(
    tabs.map(async ([names, variables]) => {
      const operations = names.map((name) => readFile(new URL(`${name}.graphql`, FOLDER), 'utf8'));
      return { query: (await Promise.all(operations)).join('\n'), variables: JSON.stringify(variables, null, 2) };
    }),
  );
}
