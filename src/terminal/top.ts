import { toBytes, toCount, toPercent, toShare } from './amounts.ts';
import type { CommandRun } from './command.ts';
import { DAY_OPTIONS, readDays } from './days.ts';
import { DEVICE_OPTIONS, readDevices } from './device-selection.ts';
import { reportGaps } from './gaps.ts';
import { writeSheet, type Field } from './sheet.ts';
import { readTargets, TARGET_OPTIONS } from './targets.ts';
import { EXIT, TerminalError } from './terminal-error.ts';
import { note } from './terminal.ts';
import { askPrice, loadUsage, type Bucket } from './usage.ts';

export const TOP_OPTIONS = [
  ...DEVICE_OPTIONS,
  ...DAY_OPTIONS,
  'first',
  'plan',
  'max-calls',
  ...TARGET_OPTIONS,
] as const;

const MAX_CALLS = 1_000_000;
const MAX_FIRST = 10_000;
const DEFAULT_FIRST = 10;
const BAR = 20;

interface Row {
  readonly rank: number;
  readonly usage: Bucket['usage'][number];
  readonly share: number | null;
  /** From 0 to 1, of the first device. */
  readonly ofFirst: number;
}

/** The devices that transferred most, with their share of all. */
export const runTop: CommandRun = async ({ options, terminal, connect }) => {
  const first = options.count('first', 1, MAX_FIRST) ?? DEFAULT_FIRST;
  const maxCalls = options.count('max-calls', 0, MAX_CALLS);
  const days = readDays(options, terminal.clock.now());
  const targets = await readTargets(options);
  const devices = await readDevices(options, terminal, { isWhole: true });
  const question = { devices, days, granularity: 'WHOLE', cycleStartDay: null, first } as const;
  const api = await connect();
  const plan = await askPrice(api, question, { maxCalls }, terminal);
  if (options.flag('plan')) {
    terminal.stdout.write(`${plan.upstreamCalls}\n`);
    return EXIT.done;
  }
  const { buckets, cost } = await loadUsage(api, question, plan, terminal);
  const [bucket] = buckets;
  if (bucket?.totals === undefined || bucket.totals === null)
    throw new TerminalError(EXIT.failed, 'There is no usage on these days. Check --from and --to.');
  const { totals, usage, missing, errors } = bucket;
  const most = usage[0]?.bytesTransferred ?? 0;
  const rows = usage.map((each, at) => ({
    rank: at + 1,
    usage: each,
    share: toShare(each.bytesTransferred, totals.bytesTransferred),
    ofFirst: toShare(each.bytesTransferred, most) ?? 0,
  }));
  const json = { plan, totals, usage, missing, errors, upstream: cost };
  await writeSheet({ fields: FIELDS, rows, json }, targets, terminal);
  const shown = rows.reduce((sum, { share }) => sum + (share ?? 0), 0);
  note(
    terminal,
    `${toPercent(shown)} of ${toBytes(totals.bytesTransferred)} by ${toCount(rows.length)} of ${toCount(totals.devices)} devices, ${toCount(totals.silentDevices)} of them silent, from ${days.startDate} to ${days.endDate}.`,
  );
  return reportGaps({ missing, errors }, terminal);
};

const FIELDS: readonly Field<Row>[] = [
  { title: '#', name: 'rank', align: 'right', value: ({ rank }) => rank },
  { title: 'device', name: 'imei', value: ({ usage }) => usage.imei },
  {
    title: 'sessions',
    name: 'numberOfSessions',
    align: 'right',
    value: ({ usage }) => usage.numberOfSessions ?? null,
    show: ({ usage }) => toCount(usage.numberOfSessions),
    isOptional: true,
  },
  {
    title: 'bytes',
    name: 'bytesTransferred',
    align: 'right',
    value: ({ usage }) => usage.bytesTransferred ?? null,
    show: ({ usage }) => toBytes(usage.bytesTransferred),
  },
  {
    title: 'share',
    name: 'share',
    align: 'right',
    value: ({ share }) => share,
    show: ({ share }) => toPercent(share),
  },
  {
    title: '',
    name: 'shareOfFirst',
    value: ({ ofFirst }) => ofFirst,
    show: ({ ofFirst }) => '█'.repeat(Math.round(ofFirst * BAR)),
    isOptional: true,
  },
];
