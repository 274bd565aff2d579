import type { Answer, Api, Cost } from './api.ts';
import { toCount, toCountOf } from './amounts.ts';
import { toApiError } from './api-errors.ts';
import type { Days } from './days.ts';
import type { DeviceSelection } from './device-selection.ts';
import {
  TerminalUsageDocument,
  TerminalUsagePriceDocument,
  type TerminalUsagePriceQuery,
  type TerminalUsageQuery,
  type UsageGranularity,
} from './documents/graphql.ts';
import { createProgress } from './progress.ts';
import { EXIT, TerminalError } from './terminal-error.ts';
import { note, type Terminal } from './terminal.ts';

/** Maximum number of devices of one series; see UsageSeriesInput.imei. */
const MAX_DEVICES = 10_000;

export type Bucket = NonNullable<NonNullable<TerminalUsageQuery['usageSeries']>['groups']>[number]['buckets'][number];
export type Plan = NonNullable<TerminalUsagePriceQuery['usageSeries']>['plan'];

/** Usage to ask for, as a series. */
export interface UsageQuestion {
  readonly devices: DeviceSelection;
  readonly days: Days;
  readonly granularity: UsageGranularity;
  readonly cycleStartDay: number | null;
  /** Maximum number of devices in each bucket. */
  readonly first: number;
}

/** Usage in buckets, and what it took. */
export interface Usage {
  readonly plan: Plan;
  readonly buckets: readonly Bucket[];
  readonly settled: boolean;
  readonly cost: Cost | null;
}

export interface PriceLimit {
  /** The most upstream calls that may be made; null if that is up to the server. */
  readonly maxCalls: number | null;
}

/** Asks for the price of usage, and says it. No upstream call. Rejects if the price is over the limit, or over the budget of the server. */
export async function askPrice(
  api: Api,
  question: UsageQuestion,
  { maxCalls }: PriceLimit,
  terminal: Terminal,
): Promise<Plan> {
  const { imei } = question.devices;
  if (imei.length > MAX_DEVICES) {
    const count = `${toCountOf(imei.length, 'device')} are more than the ${toCount(MAX_DEVICES)} of one series.`;
    throw new TerminalError(EXIT.wrongArguments, `${count} Use fleet, or --all-devices.`);
  }
  const { data } = await api.send(TerminalUsagePriceDocument, { series: toSeries(question) });
  const plan = data.usageSeries?.plan;
  if (plan === undefined) throw new TerminalError(EXIT.failed, 'The server did not say what this would cost.');
  note(terminal, `Price: ${describePlan(plan)}.`);
  if (maxCalls !== null && plan.upstreamCalls > maxCalls) {
    throw new TerminalError(
      EXIT.tooManyCalls,
      `This needs ${toCountOf(plan.upstreamCalls, 'upstream call')}, and --max-calls is ${toCount(maxCalls)}. Nothing was asked for. Ask for fewer devices or days.`,
    );
  }
  if (!plan.withinBudget) {
    throw new TerminalError(
      EXIT.tooManyCalls,
      'This is over the budget of the server (MAX_UPSTREAM_CALLS, MAX_UPSTREAM_BYTES). Nothing was asked for. Ask for fewer devices or days, or request the report with fleet.',
    );
  }
  return plan;
}

/** Loads usage whose price is known. */
export async function loadUsage(api: Api, question: UsageQuestion, plan: Plan, terminal: Terminal): Promise<Usage> {
  const progress = createProgress(terminal);
  progress.show(null, `Waiting for ${toCountOf(plan.upstreamCalls, 'upstream call')}`);
  let answer: Answer<TerminalUsageQuery>;
  try {
    answer = await api.send(TerminalUsageDocument, { series: toSeries(question), first: question.first });
  } finally {
    progress.end();
  }
  const { data, errors, cost } = answer;
  if (cost !== null) note(terminal, `Used ${describeCost(cost)}.`);
  const buckets = data.usageSeries?.groups?.[0]?.buckets;
  const [error] = errors;
  if (buckets === undefined)
    throw error === undefined ? new TerminalError(EXIT.failed, 'The server sent no usage.') : toApiError(error);
  // A sum that is too large, for example: all else is there.
  for (const message of new Set(errors.map((each) => each.message))) note(terminal, `Warning: ${message}`);
  return { plan, buckets, settled: data.usageSeries?.freshness?.settled ?? false, cost };
}

function toSeries({ devices, days, granularity, cycleStartDay }: UsageQuestion) {
  const { startDate, endDate, zone } = days;
  const cycle = cycleStartDay === null ? {} : { cycleStartDay };
  return { ...devices, startDate, endDate, timeZone: zone.name, granularity, ...cycle };
}

function describePlan({ upstreamCalls, path, fromStore, alternatives }: Plan): string {
  const cached = fromStore === 0 ? '' : `, ${toCountOf(fromStore, 'bucket')} without one`;
  const others = alternatives.map((other) => `${other.path} ${toCount(other.upstreamCalls)}`);
  const instead = others.length === 0 ? '' : `; other paths: ${others.join(', ')}`;
  return `${toCountOf(upstreamCalls, 'upstream call')} (path ${path}${cached}${instead})`;
}

/** 12 upstream calls (2 shared with others, 3 answers from the cache) */
export function describeCost({ calls, shared, cached }: Cost): string {
  const notes = [
    ...(shared > 0 ? [`${toCount(shared)} shared with others`] : []),
    ...(cached > 0 ? [`${toCountOf(cached, 'answer')} from the cache`] : []),
  ];
  return `${toCountOf(calls, 'upstream call')}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
}
