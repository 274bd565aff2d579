import { ZONES } from '../calendar.ts';
import { keyOf, leaf, type Args, type Pick, type Value } from '../selection.ts';
import type { Draw } from './draw.ts';
import { drawDurations, drawWindow, toWindowArgs } from './values.ts';

/** A field of the schema that can be selected. */
interface Field {
  readonly name: string;
  /** The type of the object that it returns; a leaf has none. */
  readonly type?: string;
  readonly draw?: (draw: Draw) => Args;
  readonly types?: Readonly<Record<string, string>>;
  /** Whether it costs calls for each device. */
  readonly isCostly?: boolean;
}

const ORDERS = ['BYTES_ASC', 'BYTES_DESC', 'IMEI', 'SESSIONS_ASC', 'SESSIONS_DESC'];
const ALIASES = ['a', 'data', 'errors', 'constructor', 'toString', 'x_1', 'missing', 'usage'];
const WINDOW = { startDate: 'ReportDate', endDate: 'ReportDate' };
const leaves = (...names: string[]): Field[] => names.map((name) => ({ name }));

const orderAndFirst = ({ chance }: Draw): Args => ({
  ...(chance.happens(0.5) ? { orderBy: chance.pick(ORDERS) } : {}),
  ...(chance.happens(0.4) ? { first: chance.integer(1, 6) } : {}),
});
const firstOnly = ({ chance }: Draw): Args => (chance.happens(0.5) ? { first: chance.integer(1, 6) } : {});
const PERCENTILES = { p: '[Float!]!' };

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
    {
      name: 'daily',
      type: 'DailyUsage',
      draw: ({ chance }) => (chance.happens(0.2) ? {} : { timeZone: chance.pick(ZONES) }),
      types: { timeZone: 'String' },
    },
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
  PageInfo: leaves('hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor'),
};

/** What the switches of sentences.ts add. */
function fieldsOf({ sentences }: Draw, type: string): readonly Field[] {
  const fields = FIELDS[type] ?? [];
  const more: Record<string, Field[]> = {
    SessionsReport: sentences.dailyBeforeAndPartial ? [{ name: 'dailyBefore', type: 'DailyUsage' }] : [],
    DailyUsage: sentences.dailyBeforeAndPartial ? leaves('partial') : [],
    AggregatedReport: sentences.unexpectedDevices ? [{ name: 'unexpectedDevices', type: 'DeviceUsage' }] : [],
    AggregatedReportRequest: sentences.unexpectedDevices
      ? [{ name: 'unexpectedDevices', type: 'DeviceUsageConnection', draw: firstOnly, types: { first: 'Int' } }]
      : [],
  };
  return [...fields, ...(more[type] ?? [])];
}

/** Draws a selection of a type. Fields that cost calls for each device are drawn at most `depth` levels below each other. */
export function drawPicks(draw: Draw, type: string, depth: number): Pick[] {
  if (type === 'Freshness') return [leaf('asOf'), leaf('settled')];
  const { chance } = draw;
  const fields = fieldsOf(draw, type).filter(({ isCostly }) => isCostly !== true || depth > 0);
  const share = chance.pick([0.3, 0.6, 0.9]);
  const chosen = fields.filter(() => chance.happens(share));
  const some = chosen.length === 0 ? chance.some(fields, 1) : chosen;
  const again = chance.happens(0.15) ? chance.some(some, 1) : [];
  const picks: Pick[] = [];
  for (const field of [...some, ...again]) picks.push(drawPick(draw, field, depth, picks));
  if (chance.happens(0.1)) picks.push({ ...leaf('__typename'), alias: 'typename' });
  if (picks.every(({ isLeftOut }) => isLeftOut)) picks.push({ ...leaf('__typename'), alias: 'kind' });
  return chance.shuffle(picks);
}

function drawPick(draw: Draw, field: Field, depth: number, picks: readonly Pick[]): Pick {
  const { chance } = draw;
  const { name, type = null, types = {}, isCostly = false } = field;
  return {
    name,
    alias: drawAlias(draw, name, picks),
    args: field.draw?.(draw) ?? {},
    types,
    type,
    picks:
      type === null ? [] : drawPicks(draw, type, isCostly || type === 'Device' ? depth - (isCostly ? 1 : 0) : depth),
    isLeftOut: chance.happens(0.03),
  };
}

/** An alias that no other field has, for a repeated field and sometimes for others. Null for none. */
export function drawAlias({ chance }: Draw, name: string, picks: readonly Pick[]): string | null {
  const taken = picks.map(keyOf);
  if (!taken.includes(name) && chance.happens(0.85)) return null;
  const alias = chance.pick(ALIASES);
  return taken.includes(alias) || alias === name ? `${name}_${picks.length}` : alias;
}

/** A field at the top of a document. */
export function rootPick(
  draw: Draw,
  field: { readonly name: string; readonly type: string; readonly depth: number },
  args: Args,
  types: Readonly<Record<string, string>>,
  picks: readonly Pick[],
): Pick {
  const given: Record<string, Value> = Object.fromEntries(Object.entries(args));
  return {
    name: field.name,
    alias: drawAlias(draw, field.name, picks),
    args: given,
    types,
    type: field.type,
    picks: drawPicks(draw, field.type.split(':').at(-1) ?? '', field.depth),
    isLeftOut: false,
  };
}
