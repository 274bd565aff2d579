import { run, type ApiError } from '../../api/client.ts';
import { toFailureOf } from '../../api/failure.ts';
import { WhoBeforeDocument, WhoDocument, WhoPlanDocument } from '../../graphql/graphql.ts';
import type { UsageChangesInput, UsageSeriesInput, WhoQuery } from '../../graphql/graphql.ts';
import type { Plan } from '../../parts/priced.tsx';
import { account, range, toPrevious, zone, type Range } from '../../state/scope.ts';

type Bucket = NonNullable<NonNullable<WhoQuery['usageSeries']>['groups']>[number]['buckets'][number];

/** One of the devices that used most. */
export interface TopDevice {
  readonly imei: string;
  readonly bytes: number | null;
  readonly sessions: number | null;
  /** Of the bytes of all devices; null if there are none. */
  readonly share: number | null;
  /** Against the period before; null if it used nothing then, or that is not known. */
  readonly change: number | null;
}

/** A device that had sessions before, and has none now. */
export interface SilentDevice {
  readonly imei: string;
  readonly bytesBefore: number | null;
}

export interface Who {
  readonly totals: NonNullable<Bucket['totals']>;
  readonly previous: Bucket['previous'];
  readonly change: number | null;
  readonly isSettled: boolean;
  readonly top: readonly TopDevice[];
  readonly newlySilent: readonly SilentDevice[];
  /** The first devices without a session. */
  readonly silent: readonly string[];
  readonly asOf: string | null;
  readonly errors: readonly Pick<ApiError, 'message'>[];
  /** Devices that ThingSpace reported an error for. */
  readonly failed: Bucket['errors'];
}

function toDates({ from, to }: Range): Omit<UsageChangesInput, 'imei'> {
  return { ...account.value, startDate: from, endDate: to, timeZone: zone.value };
}

function toSeries(): UsageSeriesInput {
  return { ...toDates(range.value), allDevices: true, granularity: 'WHOLE', compareTo: 'PREVIOUS_PERIOD' };
}

/** Everything that the view depends on. */
export function toWhoKey(): string {
  return JSON.stringify(toSeries());
}

export async function loadWhoPlan(signal: AbortSignal): Promise<Plan | null> {
  const { data } = await run(WhoPlanDocument, { series: toSeries() }, signal);
  return data.usageSeries?.plan ?? null;
}

export async function loadWho(signal: AbortSignal): Promise<Who | null> {
  const variables = { series: toSeries(), changes: { ...toDates(range.value), allDevices: true } };
  const { data, errors } = await run(WhoDocument, variables, signal);
  const bucket = data.usageSeries?.groups?.[0]?.buckets[0];
  const failure = toFailureOf(errors);
  if (bucket === undefined && failure !== null) throw failure;
  if (bucket === undefined || bucket.totals === null) return null;
  const before = await loadBefore(
    bucket.most.map(({ imei }) => imei),
    signal,
  );
  return {
    totals: bucket.totals,
    previous: bucket.previous,
    change: bucket.change,
    isSettled: bucket.settled,
    top: bucket.most.map(({ imei, bytesTransferred: bytes, numberOfSessions: sessions }) => ({
      imei,
      bytes,
      sessions,
      share: toRatio(bytes, bucket.totals?.bytesTransferred ?? null),
      change: toChange(bytes, before?.get(imei) ?? null),
    })),
    newlySilent: (data.usageChanges?.outliers ?? [])
      .filter(({ reason }) => reason === 'NEWLY_SILENT')
      .map(({ device, baselineBytes }) => ({ imei: device.imei, bytesBefore: baselineBytes })),
    silent: bucket.least.filter(({ numberOfSessions }) => numberOfSessions === 0).map(({ imei }) => imei),
    asOf: data.usageSeries?.freshness?.asOf ?? null,
    errors,
    failed: bucket.errors,
  };
}

/** The bytes of a few devices in the period before; null if they could not be loaded, which only leaves out the changes. */
async function loadBefore(
  imei: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number | null> | null> {
  if (imei.length === 0) return null;
  const series: UsageSeriesInput = { ...toDates(toPrevious(range.value)), imei: [...imei], granularity: 'WHOLE' };
  try {
    const { data } = await run(WhoBeforeDocument, { series }, signal);
    const usage = data.usageSeries?.groups?.[0]?.buckets[0]?.usage ?? [];
    return new Map(usage.map((each) => [each.imei, each.bytesTransferred]));
  } catch {
    return null;
  }
}

function toRatio(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : part / whole;
}

function toChange(now: number | null, before: number | null): number | null {
  return now === null || before === null || before === 0 ? null : (now - before) / before;
}
