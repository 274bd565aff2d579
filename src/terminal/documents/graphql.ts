/* eslint-disable */
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
export type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
export type MakeOptional<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]?: Maybe<T[SubKey]> };
export type MakeMaybe<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]: Maybe<T[SubKey]> };
export type MakeEmpty<T extends { [key: string]: unknown }, K extends keyof T> = { [_ in K]?: never };
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  /** The `ID` scalar type represents a unique identifier, often used to refetch an object or as key for a cache. The ID type appears in a JSON response as a String; however, it is not intended to be human-readable. When expected as an input type, any string (such as `"4"`) or integer (such as `4`) input value will be accepted as an ID. */
  ID: { input: string; output: string; }
  /** The `String` scalar type represents textual data, represented as UTF-8 character sequences. The String type is most often used by GraphQL to represent free-form human-readable text. */
  String: { input: string; output: string; }
  /** The `Boolean` scalar type represents `true` or `false`. */
  Boolean: { input: boolean; output: boolean; }
  /** The `Int` scalar type represents non-fractional signed whole numeric values. Int can represent values between -(2^31) and 2^31 - 1. */
  Int: { input: number; output: number; }
  /** The `Float` scalar type represents signed double-precision fractional values as specified by [IEEE 754](https://en.wikipedia.org/wiki/IEEE_floating_point). */
  Float: { input: number; output: number; }
  /** The number of a billing account: a string of 1-64 letters, digits and "-", including leading zeros, such as "0844021539-00001". */
  AccountNumber: { input: string; output: string; }
  /** An ISO 8601 calendar day, such as "2026-05-31". Which time zone it is a day of, the field or argument says. */
  Date: { input: string; output: string; }
  /** Date and time with an offset (RFC 3339), such as "2026-05-31T08:00:00Z". A time that ThingSpace sends without an offset is read as UTC. */
  DateTime: { input: string; output: string; }
  /** The number that identifies a cellular device: a string of exactly 15 digits, including leading zeros, such as "709312034493372". The check digit is not validated. */
  IMEI: { input: string; output: string; }
  /** Start or end of a window: an ISO 8601 date ("2026-05-31", the whole day in UTC), a date-time ("2026-05-31T08:00:00Z"; UTC if it has no offset), or a ThingSpace keyword in capitals. "LAST_WEEK" is the one keyword that has been seen in public. Others are sent to ThingSpace unchanged, too, and ThingSpace may reject them; what a keyword means is up to ThingSpace. Use the same keyword for start and end. A window spans at most 180 days, and starts at most 180 days ago. ThingSpace has no older data. */
  ReportDate: { input: string; output: string; }
  /** An exact integer from 0 to 2^53-1, as a JSON number. Bytes and seconds can exceed Int, which ends at 2^31-1. */
  SafeInt: { input: number; output: number; }
};

/** Account, devices, window and filters of an aggregated report. */
export type AggregatedReportInput = {
  /** Account to report on. Default: the configured account (THINGSPACE_ACCOUNT_NUMBER), otherwise the only account that the access token lists. */
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  /** Report on every device of the account that matches the filters. Leave out imei, or send []. */
  allDevices?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only devices on this data plan. 1-256 characters, no control characters. Spaces at the ends are removed. */
  dataPlan?: InputMaybe<Scalars['String']['input']>;
  /** Only devices in this device group. 1-256 characters, no control characters. Spaces at the ends are removed. */
  deviceGroup?: InputMaybe<Scalars['String']['input']>;
  /** Only devices with this label. 1-256 characters, no control characters. Spaces at the ends are removed. */
  deviceLabel?: InputMaybe<Scalars['String']['input']>;
  /** End of the window, which it includes: a date the whole day in UTC, a date-time its millisecond. So let adjacent windows end 1 ms before the next one starts. If omitted, ThingSpace chooses it. Must not be before startDate, nor more than 180 days ago. */
  endDate?: InputMaybe<Scalars['ReportDate']['input']>;
  /** IMEIs of the devices, ten per upstream call: up to 1,000 with the default MAX_UPSTREAM_CALLS of 100. Duplicates are ignored. Required, unless allDevices is true. */
  imei?: InputMaybe<Array<Scalars['IMEI']['input']>>;
  /** True: only devices without a session in the window. False or omitted: all devices. */
  noSessionFlag?: InputMaybe<Scalars['Boolean']['input']>;
  /** Start of the window. A date means 00:00 UTC. If omitted, ThingSpace chooses it. At most 180 days ago, and at most 180 days before the end of the window. */
  startDate?: InputMaybe<Scalars['ReportDate']['input']>;
};

/** Status of an asynchronous report. */
export type AggregatedReportStatus =
  /** Every requested device is in usage or errors, or ThingSpace reported completion when it accepted the report. Whole account, or with a filter: results arrived, and then nothing for CALLBACK_QUIET_MINUTES. */
  | 'COMPLETED'
  /** Requested devices were still missing at expiresAt. Late results are still accepted; the last one makes the report COMPLETED. Whole account, or with a filter: nothing had arrived by expiresAt. */
  | 'EXPIRED'
  /** ThingSpace accepted the report. No result has arrived yet; usage and errors of unexpected devices are none. */
  | 'QUEUED'
  /** Some results have arrived. */
  | 'RECEIVING';

/** Devices, billing cycle and allowance. */
export type BillingCycleInput = {
  /** Account to report on. Default: the configured account (THINGSPACE_ACCOUNT_NUMBER), otherwise the only account that the access token lists. */
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  /** Report on every device of the account that matches the filters. Leave out imei, or send []. */
  allDevices?: InputMaybe<Scalars['Boolean']['input']>;
  /** A day of the cycle, in timeZone. Default: today. */
  at?: InputMaybe<Scalars['Date']['input']>;
  /** First day of a billing cycle (1-31). A month without that day starts its cycle on its last day. */
  cycleStartDay: Scalars['Int']['input'];
  /** Only devices on this data plan. 1-256 characters, no control characters. Spaces at the ends are removed. */
  dataPlan?: InputMaybe<Scalars['String']['input']>;
  /** Only devices in this device group. 1-256 characters, no control characters. Spaces at the ends are removed. */
  deviceGroup?: InputMaybe<Scalars['String']['input']>;
  /** Only devices with this label. 1-256 characters, no control characters. Spaces at the ends are removed. */
  deviceLabel?: InputMaybe<Scalars['String']['input']>;
  /** IMEIs of the devices, at most 10,000. Duplicates are ignored. Required, unless allDevices is true. */
  imei?: Array<Scalars['IMEI']['input']>;
  /** Bytes included in the cycle for all selected devices together (1 or more). Default: what the configured plan of the account, or of dataPlan, includes (usageAllowancePlans). */
  includedBytes?: InputMaybe<Scalars['SafeInt']['input']>;
  /** Time zone of the days: an IANA name of at most 64 characters, such as "America/New_York". */
  timeZone?: InputMaybe<Scalars['String']['input']>;
};

/** Who reads a CSV download. */
export type DownloadDialect =
  /** Excel: begins with a byte order mark, so that all characters are shown, and IMEIs and account numbers are written as ="…", so that they stay text. */
  | 'EXCEL'
  /** Programs: plain values, no byte order mark. */
  | 'STANDARD';

/** File format of a download. */
export type DownloadFormat =
  /** Comma-separated values (RFC 4180) with a header row. Text that a spreadsheet would run as a formula starts with an apostrophe. */
  | 'CSV'
  /** One JSON object per line. */
  | 'JSONL'
  /** Apache Parquet, compressed with Snappy: for data frames and warehouses. At most 20,000,000 rows. */
  | 'PARQUET';

/** Why devices of a fleet report were requested again. */
export type FleetReportRepeatReason =
  /** Nothing arrived for FLEET_REPEAT_AFTER_SECONDS, and devices were still missing. Happens at most five times. */
  | 'MISSING'
  /** A request got no usable response, or the server ended while it was on its way, so ThingSpace may have started a report whose results cannot be read. */
  | 'UNCERTAIN';

/** Status of a fleet report. */
export type FleetReportStatus =
  /** The report was cancelled before all parts were sent. Results of those that were sent are still accepted. */
  | 'CANCELLED'
  /** Every requested device is in usage or errors. */
  | 'COMPLETED'
  /** Devices are missing, and none are expected any more: CALLBACK_DEADLINE_HOURS are over for each part with missing devices, or parts are in rejections. Late results are still accepted. */
  | 'EXPIRED'
  /** ThingSpace accepted no part yet. */
  | 'QUEUED'
  /** All parts were sent, and results are expected. */
  | 'RECEIVING'
  /** ThingSpace accepted some parts. Others follow. */
  | 'SUBMITTING';

/** A callback listener to register. */
export type RegisterCallbackListenerInput = {
  /** Account of the listener. Default: the configured account (THINGSPACE_ACCOUNT_NUMBER), otherwise the only account that the access token lists. */
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  /** ThingSpace service name: 1-64 letters, digits, ".", "_" and "-". The default is the service of device reports. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** An http or https URL of at most 2,000 characters. ThingSpace posts only to the ports 80, 443, 9001-9006, 28200-28220 and 50551-50559. Default: this server’s own receiver at PUBLIC_URL. */
  url?: InputMaybe<Scalars['String']['input']>;
};

/** Account, devices, window and filters of an asynchronous report. */
export type RequestAggregatedReportInput = {
  /** Account to report on. Default: the configured account (THINGSPACE_ACCOUNT_NUMBER), otherwise the only account that the access token lists. */
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  /** Report on every device of the account that matches the filters. Leave out imei, or send []. */
  allDevices?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only devices on this data plan. 1-256 characters, no control characters. Spaces at the ends are removed. */
  dataPlan?: InputMaybe<Scalars['String']['input']>;
  /** Only devices in this device group. 1-256 characters, no control characters. Spaces at the ends are removed. */
  deviceGroup?: InputMaybe<Scalars['String']['input']>;
  /** Only devices with this label. 1-256 characters, no control characters. Spaces at the ends are removed. */
  deviceLabel?: InputMaybe<Scalars['String']['input']>;
  /** End of the window, which it includes: a date the whole day in UTC, a date-time its millisecond. So let adjacent windows end 1 ms before the next one starts. If omitted, ThingSpace chooses it. Must not be before startDate, nor more than 180 days ago. */
  endDate?: InputMaybe<Scalars['ReportDate']['input']>;
  /** Makes the mutation safe to repeat: the same key with the same input returns the first report instead of starting another. 1-255 characters, no control characters. Belongs to the account and, if callers sign in, to the caller. The Idempotency-Key header does the same. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** IMEIs of the devices, at most 10,000. Duplicates are ignored. Required, unless allDevices is true. */
  imei?: InputMaybe<Array<Scalars['IMEI']['input']>>;
  /** True: only devices without a session in the window. False or omitted: all devices. */
  noSessionFlag?: InputMaybe<Scalars['Boolean']['input']>;
  /** Value of the X-Portal-Initiated header of the upstream call. ThingSpace documents it only as "whether a listener is used". Whatever the value, results arrive here only if this server is the registered callback listener. */
  portalInitiated?: InputMaybe<Scalars['Boolean']['input']>;
  /** Start of the window. A date means 00:00 UTC. If omitted, ThingSpace chooses it. At most 180 days ago, and at most 180 days before the end of the window. */
  startDate?: InputMaybe<Scalars['ReportDate']['input']>;
};

/** Account, list of devices and window of a fleet report. */
export type RequestFleetReportInput = {
  /** Account to report on. Default: the configured account (THINGSPACE_ACCOUNT_NUMBER), otherwise the only account that the access token lists. */
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  /** The id of an uploaded list, from createDeviceListUpload. The report uses it up. */
  deviceListId: Scalars['ID']['input'];
  /** End of the window (inclusive). Default: ThingSpace chooses. */
  endDate?: InputMaybe<Scalars['ReportDate']['input']>;
  /** Makes the mutation safe to repeat: the same key with the same input returns the first report instead of starting another. 1-255 characters, no control characters. Belongs to the account and, if callers sign in, to the caller. The Idempotency-Key header does the same. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Maximum number of requests to ThingSpace per minute (1-600). Default: FLEET_PARTS_PER_MINUTE. */
  partsPerMinute?: InputMaybe<Scalars['Int']['input']>;
  /** Start of the window. Default: ThingSpace chooses. ThingSpace resolves a keyword, or a side that is omitted, when each part is sent; with dates, all parts have the same window. */
  startDate?: InputMaybe<Scalars['ReportDate']['input']>;
};

/** Account, device, window and session durations. */
export type SessionsReportInput = {
  /** Account to report on. Default: the configured account (THINGSPACE_ACCOUNT_NUMBER), otherwise the only account that the access token lists. */
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  /** Only sessions of at most this many seconds. 0 or more. */
  durationHigh?: InputMaybe<Scalars['Int']['input']>;
  /** Only sessions of at least this many seconds. 0 or more, and not greater than durationHigh. */
  durationLow?: InputMaybe<Scalars['Int']['input']>;
  /** End of the window, which it includes: a date the whole day in UTC, a date-time its millisecond. So let adjacent windows end 1 ms before the next one starts. If omitted, ThingSpace chooses it. Must not be before startDate, nor more than 180 days ago. */
  endDate?: InputMaybe<Scalars['ReportDate']['input']>;
  /** IMEI of the device. */
  imei: Scalars['IMEI']['input'];
  /** Start of the window. A date means 00:00 UTC. If omitted, ThingSpace chooses it. At most 180 days ago, and at most 180 days before the end of the window. */
  startDate?: InputMaybe<Scalars['ReportDate']['input']>;
};

/** A kind of database. */
export type StoreKind =
  /** PostgreSQL at DATABASE_URL. Any number of servers share it. */
  | 'POSTGRESQL'
  /** SQLite in DATA_DIR. It belongs to one server. */
  | 'SQLITE';

/** Devices and days whose usage is compared. */
export type UsageChangesInput = {
  /** Account to report on. Default: the configured account (THINGSPACE_ACCOUNT_NUMBER), otherwise the only account that the access token lists. */
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  /** Report on every device of the account that matches the filters. Leave out imei, or send []. */
  allDevices?: InputMaybe<Scalars['Boolean']['input']>;
  /** What to compare with: as many days just before, or the same days a year before. */
  compareTo?: InputMaybe<UsageComparison>;
  /** Only devices on this data plan. 1-256 characters, no control characters. Spaces at the ends are removed. */
  dataPlan?: InputMaybe<Scalars['String']['input']>;
  /** Only devices in this device group. 1-256 characters, no control characters. Spaces at the ends are removed. */
  deviceGroup?: InputMaybe<Scalars['String']['input']>;
  /** Only devices with this label. 1-256 characters, no control characters. Spaces at the ends are removed. */
  deviceLabel?: InputMaybe<Scalars['String']['input']>;
  /** Last day, in timeZone. Not before startDate, and at most 800 days from it. It may lie in the future. */
  endDate: Scalars['Date']['input'];
  /** IMEIs of the devices, at most 10,000. Duplicates are ignored. Required, unless allDevices is true. */
  imei?: Array<Scalars['IMEI']['input']>;
  /** First day, in timeZone. */
  startDate: Scalars['Date']['input'];
  /** Time zone of the days: an IANA name of at most 64 characters, such as "America/New_York". */
  timeZone?: InputMaybe<Scalars['String']['input']>;
};

/** What each bucket is compared with. Buckets keep their own lengths: February with 28 days is compared with all 31 of January. */
export type UsageComparison =
  /** The same number of buckets just before: the days, weeks, months or cycles before; for WHOLE, as many days. */
  | 'PREVIOUS_PERIOD'
  /** The same day, month or cycle a year before; for WEEK, the week 52 weeks before. */
  | 'SAME_PERIOD_LAST_YEAR';

/** How long the buckets of a series are. The first and the last one are cut where the series starts and ends. */
export type UsageGranularity =
  /** A month that begins on cycleStartDay. */
  | 'BILLING_CYCLE'
  /** A calendar day. */
  | 'DAY'
  /** A calendar month. */
  | 'MONTH'
  /** An ISO week, from Monday to Sunday. */
  | 'WEEK'
  /** All days in one bucket. */
  | 'WHOLE';

/** Groups of devices. ThingSpace cannot list them, so name them. */
export type UsageGroupBy = {
  /** Property of the devices that the groups are made by. */
  by: UsageGroupKey;
  /** Names of the groups, 1-20 of them. Each group takes as many upstream calls as the series without groups. 1-256 characters, no control characters. */
  values: Array<Scalars['String']['input']>;
};

/** Property of the devices that the groups are made by. */
export type UsageGroupKey =
  /** Their data plan. */
  | 'DATA_PLAN'
  /** Their device group. */
  | 'DEVICE_GROUP'
  /** Their label. */
  | 'DEVICE_LABEL';

/** Sort order of devices. Devices whose value is null come last; equal values are sorted by IMEI. */
export type UsageOrder =
  /** Fewest bytes first. */
  | 'BYTES_ASC'
  /** Most bytes first. */
  | 'BYTES_DESC'
  /** By IMEI, ascending. */
  | 'IMEI'
  /** Fewest sessions first. */
  | 'SESSIONS_ASC'
  /** Most sessions first. */
  | 'SESSIONS_DESC';

/** Why a device stands out. */
export type UsageOutlierReason =
  /** Its bytes grew, and are more than 1.5 times, and more than 3 deviations above, what its own recorded history lets expect: the medians of its weekdays in the 56 days before. */
  | 'ABOVE_OWN_BASELINE'
  /** It transferred more than before. Of the 56 days before, fewer than 14 are recorded in this time zone, too few to tell whether that is unusual. */
  | 'INSUFFICIENT_HISTORY'
  /** It had sessions before, and has none now. */
  | 'NEWLY_SILENT'
  /** It had no session before, and has some now. */
  | 'NEWLY_TALKING'
  /** It has sessions, and transferred nothing in them. */
  | 'SESSIONS_WITHOUT_BYTES';

/** Devices, days and buckets of a series. Days are local days of timeZone, both ends inclusive. Upstream calls reach back 180 days, today included; what is recorded has no such limit. */
export type UsageSeriesInput = {
  /** Account to report on. Default: the configured account (THINGSPACE_ACCOUNT_NUMBER), otherwise the only account that the access token lists. */
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  /** Report on every device of the account that matches the filters. Leave out imei, or send []. */
  allDevices?: InputMaybe<Scalars['Boolean']['input']>;
  /** What to compare each bucket with. Default: nothing. */
  compareTo?: InputMaybe<UsageComparison>;
  /** First day of a billing cycle (1-31). A month without that day starts its cycle on its last day. Required for BILLING_CYCLE, otherwise ignored. */
  cycleStartDay?: InputMaybe<Scalars['Int']['input']>;
  /** Only devices on this data plan. 1-256 characters, no control characters. Spaces at the ends are removed. */
  dataPlan?: InputMaybe<Scalars['String']['input']>;
  /** Only devices in this device group. 1-256 characters, no control characters. Spaces at the ends are removed. */
  deviceGroup?: InputMaybe<Scalars['String']['input']>;
  /** Only devices with this label. 1-256 characters, no control characters. Spaces at the ends are removed. */
  deviceLabel?: InputMaybe<Scalars['String']['input']>;
  /** Last day, in timeZone. Not before startDate, and at most 800 days from it. It may lie in the future. */
  endDate: Scalars['Date']['input'];
  /** How long the buckets are. */
  granularity: UsageGranularity;
  /** Groups of devices to report on separately. Default: none. */
  groupBy?: InputMaybe<UsageGroupBy>;
  /** IMEIs of the devices, at most 10,000. Duplicates are ignored. Required, unless allDevices is true. */
  imei?: Array<Scalars['IMEI']['input']>;
  /** Where the usage is to come from. */
  path?: InputMaybe<UsageSeriesPath>;
  /** First day, in timeZone. */
  startDate: Scalars['Date']['input'];
  /** Time zone of the days: an IANA name of at most 64 characters, such as "America/New_York". */
  timeZone?: InputMaybe<Scalars['String']['input']>;
};

/** Where the usage of a series comes from. All buckets of a series come from the same one. */
export type UsageSeriesPath =
  /** Aggregated reports of the whole account: one upstream call per bucket, even if it is asked for a part of its devices. */
  | 'ACCOUNT'
  /** Aggregated reports: one upstream call per ten devices and bucket. Only for named devices. */
  | 'AGGREGATED'
  /** The path that needs the fewest upstream calls. Only for arguments. */
  | 'AUTO'
  /** Usage that this server recorded day by day: no upstream call. Only in the time zone of the record, and without filters or groups. */
  | 'RECORDED'
  /** Sessions reports: one upstream call per device, whatever the buckets. Only for named devices without filters. A session counts in the bucket in which it began. */
  | 'SESSIONS';

export type TerminalFollowReportSubscriptionVariables = Exact<{
  txid: Scalars['ID']['input'];
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
}>;


export type TerminalFollowReportSubscription = { __typename?: 'Subscription', aggregatedReportProgress: { __typename?: 'AggregatedReportRequest', txid: string, status: AggregatedReportStatus, expectedDevices?: number | null, receivedDevices: number, failedDevices: number, progress?: number | null, expiresAt: string } };

export type TerminalReportSummaryQueryVariables = Exact<{
  txid: Scalars['ID']['input'];
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
}>;


export type TerminalReportSummaryQuery = { __typename?: 'Query', aggregatedReportRequest?: { __typename?: 'AggregatedReportRequest', txid: string, status: AggregatedReportStatus, expectedDevices?: number | null, receivedDevices: number, failedDevices: number, download?: string | null, window: { __typename?: 'ReportWindow', start?: string | null, end?: string | null }, totals: { __typename?: 'UsageTotals', devices: number, silentDevices: number, numberOfSessions?: number | null, bytesTransferred?: number | null, bytesPercentiles: Array<number> }, missing: { __typename?: 'MissingDeviceConnection', totalCount: number, nodes: Array<{ __typename?: 'Device', imei: string }> }, errors: { __typename?: 'DeviceUsageErrorConnection', nodes: Array<{ __typename?: 'DeviceUsageError', imei?: string | null, errorMessage?: string | null }> } } | null };

export type TerminalRequestReportMutationVariables = Exact<{
  input: RequestAggregatedReportInput;
}>;


export type TerminalRequestReportMutation = { __typename?: 'Mutation', requestAggregatedReport?: { __typename?: 'AggregatedReportRequest', txid: string, status: AggregatedReportStatus, expectedDevices?: number | null, expiresAt: string } | null };

export type TerminalUsagePriceQueryVariables = Exact<{
  series: UsageSeriesInput;
}>;


export type TerminalUsagePriceQuery = { __typename?: 'Query', usageSeries?: { __typename?: 'UsageSeries', plan: { __typename?: 'UsageCallPlan', path: UsageSeriesPath, upstreamCalls: number, fromStore: number, withinBudget: boolean, alternatives: Array<{ __typename?: 'UsageCallPlan', path: UsageSeriesPath, upstreamCalls: number, withinBudget: boolean }> } } | null };

export type TerminalUsageQueryVariables = Exact<{
  series: UsageSeriesInput;
  first: Scalars['Int']['input'];
}>;


export type TerminalUsageQuery = { __typename?: 'Query', usageSeries?: { __typename?: 'UsageSeries', groups?: Array<{ __typename?: 'UsageGroup', buckets: Array<{ __typename?: 'UsageBucket', start: string, end: string, settled: boolean, complete: boolean, missing: Array<string>, totals?: { __typename?: 'UsageTotals', devices: number, silentDevices: number, numberOfSessions?: number | null, bytesTransferred?: number | null } | null, usage: Array<{ __typename?: 'DeviceUsage', imei: string, numberOfSessions?: number | null, bytesTransferred?: number | null }>, errors: Array<{ __typename?: 'DeviceUsageError', imei?: string | null, errorMessage?: string | null }> }> }> | null, freshness?: { __typename?: 'Freshness', asOf: string, settled: boolean } | null } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const TerminalFollowReportDocument = new TypedDocumentString(`
    subscription TerminalFollowReport($txid: ID!, $accountNumber: AccountNumber) {
  aggregatedReportProgress(txid: $txid, accountNumber: $accountNumber) {
    txid
    status
    expectedDevices
    receivedDevices
    failedDevices
    progress
    expiresAt
  }
}
    `) as unknown as TypedDocumentString<TerminalFollowReportSubscription, TerminalFollowReportSubscriptionVariables>;
export const TerminalReportSummaryDocument = new TypedDocumentString(`
    query TerminalReportSummary($txid: ID!, $accountNumber: AccountNumber) {
  aggregatedReportRequest(txid: $txid, accountNumber: $accountNumber) {
    txid
    status
    window {
      start
      end
    }
    expectedDevices
    receivedDevices
    failedDevices
    totals {
      devices
      silentDevices
      numberOfSessions
      bytesTransferred
      bytesPercentiles
    }
    missing(first: 10) {
      nodes {
        imei
      }
      totalCount
    }
    errors(first: 10) {
      nodes {
        imei
        errorMessage
      }
    }
    download
  }
}
    `) as unknown as TypedDocumentString<TerminalReportSummaryQuery, TerminalReportSummaryQueryVariables>;
export const TerminalRequestReportDocument = new TypedDocumentString(`
    mutation TerminalRequestReport($input: RequestAggregatedReportInput!) {
  requestAggregatedReport(input: $input) {
    txid
    status
    expectedDevices
    expiresAt
  }
}
    `) as unknown as TypedDocumentString<TerminalRequestReportMutation, TerminalRequestReportMutationVariables>;
export const TerminalUsagePriceDocument = new TypedDocumentString(`
    query TerminalUsagePrice($series: UsageSeriesInput!) {
  usageSeries(input: $series) {
    plan {
      path
      upstreamCalls
      fromStore
      withinBudget
      alternatives {
        path
        upstreamCalls
        withinBudget
      }
    }
  }
}
    `) as unknown as TypedDocumentString<TerminalUsagePriceQuery, TerminalUsagePriceQueryVariables>;
export const TerminalUsageDocument = new TypedDocumentString(`
    query TerminalUsage($series: UsageSeriesInput!, $first: Int!) {
  usageSeries(input: $series) {
    groups {
      buckets {
        start
        end
        settled
        complete
        totals {
          devices
          silentDevices
          numberOfSessions
          bytesTransferred
        }
        usage(first: $first) {
          imei
          numberOfSessions
          bytesTransferred
        }
        missing
        errors {
          imei
          errorMessage
        }
      }
    }
    freshness {
      asOf
      settled
    }
  }
}
    `) as unknown as TypedDocumentString<TerminalUsageQuery, TerminalUsageQueryVariables>;