import { toBytes, toCount, toPercent, toShare } from './amounts.ts';
import type { CommandRun } from './command.ts';
import { DAY_OPTIONS, readDays, type Days } from './days.ts';
import { DEVICE_OPTIONS, readDevices } from './device-selection.ts';
import type { UsageGranularity } from './documents/graphql.ts';
import { joinGaps, reportGaps, type Gaps } from './gaps.ts';
import type { Options } from './options.ts';
import { writeSheet, type Field, type Sheet } from './sheet.ts';
import { EXIT, TerminalError } from './terminal-error.ts';
import { toDate } from '../domain/time-zone.ts';
import { note } from './terminal.ts';
import { readTargets, TARGET_OPTIONS } from './targets.ts';
import { askPrice, loadUsage, type Bucket, type Usage } from './usage.ts';

export const REPORT_OPTIONS = [
  ...DEVICE_OPTIONS,
  ...DAY_OPTIONS,
  'by',
  'cycle-day',
  'plan',
  'max-calls',
  ...TARGET_OPTIONS,
] as const;

const MAX_CALLS = 1_000_000;
const MAX_DEVICES_SHOWN = 10_000;

const UNITS: ReadonlyMap<string, UsageGranularity> = new Map([
  ['day', 'DAY'],
  ['week', 'WEEK'],
  ['month', 'MONTH'],
  ['cycle', 'BILLING_CYCLE'],
  ['whole', 'WHOLE'],
  ['device', 'WHOLE'],
]);

/** Usage per day, week, month, billing cycle or device. */
export const runReport: CommandRun = async ({ options, terminal, connect }) => {
  const unit = options.text('by') ?? 'day';
  const granularity = readUnit(unit);
  const cycleStartDay = readCycleDay(options, unit);
  const maxCalls = options.count('max-calls', 0, MAX_CALLS);
  const days = readDays(options, terminal.clock.now());
  const targets = await readTargets(options);
  const devices = await readDevices(options, terminal);
  const first = unit === 'device' ? MAX_DEVICES_SHOWN : 1;
  const question = { devices, days, granularity, cycleStartDay, first };
  const api = await connect();
  const plan = await askPrice(api, question, { maxCalls }, terminal);
  if (options.flag('plan')) {
    terminal.stdout.write(`${plan.upstreamCalls}\n`);
    return EXIT.done;
  }
  const usage = await loadUsage(api, question, plan, terminal);
  const gaps = joinGaps(usage.buckets);
  if (unit === 'device') await writeSheet(toDeviceSheet(usage, gaps), targets, terminal);
  else await writeSheet(toBucketSheet(usage, days), targets, terminal);
  if (!usage.settled) note(terminal, 'These figures may still change: the platform settles a day within two.');
  return reportGaps(gaps, terminal);
};

function readUnit(unit: string): UsageGranularity {
  const granularity = UNITS.get(unit);
  if (granularity !== undefined) return granularity;
  throw new TerminalError(
    EXIT.wrongArguments,
    `--by ${unit} is not known. Send one of ${[...UNITS.keys()].join(', ')}.`,
  );
}

function readCycleDay(options: Options, unit: string): number | null {
  const day = options.count('cycle-day', 1, 31);
  if (unit === 'cycle' && day === null)
    throw new TerminalError(
      EXIT.wrongArguments,
      '--by cycle needs --cycle-day <1-31>, the first day of a billing cycle.',
    );
  return day;
}

function toBucketSheet({ buckets, plan, cost }: Usage, { zone }: Days): Sheet<Bucket> {
  const dayOf = (moment: string): string => toDate(zone.toDay(Date.parse(moment)));
  const fields: Field<Bucket>[] = [
    { title: 'from', name: 'startDate', value: ({ start }) => dayOf(start) },
    { title: 'to', name: 'endDate', value: ({ end }) => dayOf(end), isOptional: true },
    toCountField('devices', 'devices', ({ totals }) => totals?.devices),
    { ...toCountField('silent', 'silentDevices', ({ totals }) => totals?.silentDevices), isOptional: true },
    toCountField('sessions', 'numberOfSessions', ({ totals }) => totals?.numberOfSessions),
    {
      title: 'bytes',
      name: 'bytesTransferred',
      align: 'right',
      value: ({ totals }) => totals?.bytesTransferred ?? null,
      show: ({ totals }) => toBytes(totals?.bytesTransferred),
    },
    {
      title: '',
      name: 'complete',
      value: ({ complete }) => complete,
      show: ({ complete, settled }) => (complete ? (settled ? '' : 'may still change') : 'incomplete'),
      isOptional: true,
    },
    { title: 'settled', name: 'settled', value: ({ settled }) => settled, isHidden: true },
  ];
  return { fields, rows: buckets, json: { plan, buckets: buckets.map(withoutDevices), upstream: cost } };
}

/** One device of a bucket was loaded, because a list needs one. */
function withoutDevices(bucket: Bucket): object {
  return Object.fromEntries(Object.entries(bucket).filter(([name]) => name !== 'usage'));
}

function toCountField<Row>(title: string, name: string, count: (row: Row) => number | null | undefined): Field<Row> {
  return { title, name, align: 'right', value: (row) => count(row) ?? null, show: (row) => toCount(count(row)) };
}

interface DeviceRow {
  readonly imei: string | null;
  readonly sessions: number | null;
  readonly bytes: number | null;
  readonly share: number | null;
  readonly status: string;
}

function toDeviceSheet({ buckets: [bucket], plan, cost }: Usage, { missing, errors }: Gaps): Sheet<DeviceRow> {
  const all = bucket?.totals?.bytesTransferred;
  const none = { sessions: null, bytes: null, share: null };
  const rows = [
    ...(bucket?.usage ?? []).map(({ imei, numberOfSessions = null, bytesTransferred = null }) => ({
      imei,
      sessions: numberOfSessions,
      bytes: bytesTransferred,
      share: toShare(bytesTransferred, all),
      status: '',
    })),
    ...errors.map(({ imei = null, errorMessage }) => ({ ...none, imei, status: errorMessage ?? 'error' })),
    ...missing.map((imei) => ({ ...none, imei, status: 'missing' })),
  ];
  const amount = (row: DeviceRow, text: string): string => (row.status === '' ? text : '');
  const fields: Field<DeviceRow>[] = [
    { title: 'device', name: 'imei', value: ({ imei }) => imei },
    {
      ...toCountField<DeviceRow>('sessions', 'numberOfSessions', ({ sessions }) => sessions),
      show: (row) => amount(row, toCount(row.sessions)),
    },
    {
      title: 'bytes',
      name: 'bytesTransferred',
      align: 'right',
      value: ({ bytes }) => bytes,
      show: (row) => amount(row, toBytes(row.bytes)),
    },
    {
      title: 'share',
      name: 'share',
      align: 'right',
      value: ({ share }) => share,
      show: ({ share }) => toPercent(share),
      isOptional: true,
    },
    { title: '', name: 'status', value: ({ status }) => status, mayShrink: true, isOptional: true },
  ];
  return {
    fields,
    rows,
    json: { plan, totals: bucket?.totals ?? null, usage: bucket?.usage ?? [], missing, errors, upstream: cost },
  };
}
