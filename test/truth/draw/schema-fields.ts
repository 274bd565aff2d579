import { ZONES } from '../calendar.ts';
import type { Args } from '../selection.ts';
import type { Draw } from './draw.ts';
import { drawDurations, drawWindow, toWindowArgs } from './values.ts';

/** A field of the schema that can be selected. */
export interface Field {
  readonly name: string;
  /** The type of the object that it returns; a leaf has none. */
  readonly type?: string;
  readonly draw?: (draw: Draw) => Args;
  readonly types?: Readonly<Record<string, string>>;
  /** Whether it costs calls for each device. */
  readonly isCostly?: boolean;
  /** Whether nobody knows how many there are, so that nothing below it may cost calls. */
  readonly isUnbounded?: boolean;
}

const ORDERS = ['BYTES_ASC', 'BYTES_DESC', 'IMEI', 'SESSIONS_ASC', 'SESSIONS_DESC'];
const WINDOW = { startDate: 'ReportDate', endDate: 'ReportDate' };
const leaves = (...names: string[]): Field[] => names.map((name) => ({ name }));

const orderAndFirst = ({ chance }: Draw): Args => ({
  ...(chance.happens(0.5) ? { orderBy: chance.pick(ORDERS) } : {}),
  ...(chance.happens(0.4) ? { first: chance.integer(1, 6) } : {}),
});
const firstOnly = ({ chance }: Draw): Args => (chance.happens(0.5) ? { first: chance.integer(1, 6) } : {});
const PERCENTILES = { p: '[Float!]!' };

const BY_ZONE = {
  type: 'DailyUsage',
  draw: ({ chance }: Draw): Args => (chance.happens(0.2) ? {} : { timeZone: chance.pick(ZONES) }),
  types: { timeZone: 'String' },
};

const SUMS = leaves('numberOfSessions', 'numBytes', 'durationSeconds', 'incompleteSessions');
const pageOf = (type: string): Field[] => [
  ...leaves('totalCount'),
  { name: 'nodes', type },
  { name: 'edges', type: `${type}Edge` },
  { name: 'pageInfo', type: 'PageInfo' },
];

/** The fields of each type, as the schema has them. */
const FIELDS: Readonly<Record<string, readonly Field[]>> = {
  SessionsReport: [
    ...leaves('txid', 'deviceId'),
    { name: 'sessions', type: 'Session' },
    { name: 'totals', type: 'SessionTotals' },
    { name: 'daily', ...BY_ZONE },
    { name: 'device', type: 'Device' },
    { name: 'freshness', type: 'Freshness' },
  ],
  Session: leaves('startTime', 'endTime', 'durationSeconds', 'numBytes'),
  SessionTotals: SUMS,
  DailyUsage: [...SUMS, ...leaves('date')],
  AggregatedReport: [
    { name: 'usage', type: 'DeviceUsage', draw: orderAndFirst, types: { first: 'Int', orderBy: 'UsageOrder' } },
    { name: 'errors', type: 'DeviceUsageError' },
    ...leaves('missing', 'txid', 'txids'),
    { name: 'totals', type: 'UsageTotals' },
    { name: 'freshness', type: 'Freshness' },
  ],
  DeviceUsage: [...leaves('imei', 'numberOfSessions', 'bytesTransferred'), { name: 'device', type: 'Device' }],
  DeviceUsageError: [...leaves('imei', 'errorMessage'), { name: 'errorResponse', type: 'UpstreamErrorMessage' }],
  UpstreamErrorMessage: leaves('errorCode', 'errorMessage', 'httpStatusCode', 'detailErrorMessage'),
  UsageTotals: [
    ...leaves('devices', 'numberOfSessions', 'bytesTransferred', 'incompleteDevices', 'silentDevices'),
    {
      name: 'bytesPercentiles',
      draw: ({ chance }) =>
        chance.happens(0.3) ? {} : { p: chance.some([0, 1, 10, 25, 33.3, 50, 75, 90, 99, 99.9, 100], 4) },
      types: PERCENTILES,
    },
  ],
  Device: [
    ...leaves('imei', 'accountNumber'),
    {
      name: 'usage',
      type: 'DeviceUsage',
      draw: (draw) => toWindowArgs(drawWindow(draw)),
      types: WINDOW,
      isCostly: true,
    },
    {
      name: 'sessionsReport',
      type: 'SessionsReport',
      draw: (draw) => ({ ...toWindowArgs(drawWindow(draw)), ...drawDurations(draw) }),
      types: { ...WINDOW, durationLow: 'Int', durationHigh: 'Int' },
      isCostly: true,
    },
  ],
  AggregatedReportRequest: [
    ...leaves('txid', 'accountNumber', 'status', 'progress', 'expectedDevices', 'receivedDevices', 'failedDevices'),
    ...leaves('requestedAt', 'expiresAt', 'updatedAt', 'completedAt'),
    {
      name: 'download',
      draw: ({ chance }) => (chance.happens(0.5) ? {} : { format: chance.pick(['CSV', 'JSONL']) }),
      types: { format: 'DownloadFormat' },
    },
    { name: 'totals', type: 'UsageTotals' },
    {
      name: 'usage',
      type: 'DeviceUsageConnection',
      draw: orderAndFirst,
      types: { first: 'Int', orderBy: 'UsageOrder' },
    },
    { name: 'errors', type: 'DeviceUsageErrorConnection', draw: firstOnly, types: { first: 'Int' } },
    { name: 'missing', type: 'MissingDeviceConnection', draw: firstOnly, types: { first: 'Int' } },
  ],
  DeviceUsageConnection: pageOf('DeviceUsage'),
  DeviceUsageEdge: [...leaves('cursor'), { name: 'node', type: 'DeviceUsage' }],
  DeviceUsageErrorConnection: pageOf('DeviceUsageError'),
  DeviceUsageErrorEdge: [...leaves('cursor'), { name: 'node', type: 'DeviceUsageError' }],
  MissingDeviceConnection: [
    ...leaves('totalCount'),
    { name: 'nodes', type: 'Device' },
    { name: 'edges', type: 'MissingDeviceEdge' },
    { name: 'pageInfo', type: 'PageInfo' },
  ],
  MissingDeviceEdge: [...leaves('cursor'), { name: 'node', type: 'Device' }],
  AggregatedReportRequestConnection: pageOf('AggregatedReportRequest'),
  AggregatedReportRequestEdge: [...leaves('cursor'), { name: 'node', type: 'AggregatedReportRequest' }],
  ReportWindow: leaves('start', 'end'),
  PageInfo: leaves('hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor'),
};

/** The fields of a type, with those that the switches of sentences.ts add. */
export function fieldsOf({ sentences }: Draw, type: string): readonly Field[] {
  const fields = FIELDS[type] ?? [];
  const window: Field[] = sentences.windowEcho ? [{ name: 'window', type: 'ReportWindow' }] : [];
  const strangers = { name: 'unexpectedDevices', type: 'DeviceUsage', isUnbounded: true };
  const page = { ...strangers, type: 'DeviceUsageConnection', draw: firstOnly, types: { first: 'Int' } };
  const more: Record<string, Field[]> = {
    SessionsReport: [...window, ...(sentences.dailyBeforeAndPartial ? [{ name: 'dailyBefore', ...BY_ZONE }] : [])],
    DailyUsage: sentences.dailyBeforeAndPartial ? leaves('partial') : [],
    AggregatedReport: [...window, ...(sentences.unexpectedDevices ? [strangers] : [])],
    AggregatedReportRequest: [...window, ...(sentences.unexpectedDevices ? [page] : [])],
  };
  return [...fields, ...(more[type] ?? [])];
}
