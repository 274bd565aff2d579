/* eslint-disable */
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
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
  _Any: { input: Record<string, unknown>; output: Record<string, unknown>; }
};

/** Usage per device in a window. Every requested device is in exactly one of usage, errors and missing. */
export type AggregatedReport = {
  __typename?: 'AggregatedReport';
  /** Devices that ThingSpace could not report, and devices whose upstream call failed. An error for which ThingSpace named no device has a null imei. It does not account for any device: those that ThingSpace left out are in missing as well. If other reports shared the call, it may be about one of their devices. Includes errors of devices that nobody requested. */
  errors: Array<DeviceUsageError>;
  /** How recent the data is, and whether it is final. */
  freshness: Freshness;
  /** IMEIs of the requested devices that ThingSpace left out. Empty for a whole account. */
  missing: Array<Scalars['ID']['output']>;
  /** Totals of all devices in usage, regardless of first. */
  totals: UsageTotals;
  /** ThingSpace transaction ID of the first upstream call, for support cases; empty if ThingSpace sent none. Not valid for aggregatedReportRequest. */
  txid: Scalars['ID']['output'];
  /** ThingSpace transaction IDs of all upstream calls that this report was built from. */
  txids: Array<Scalars['ID']['output']>;
  /** Usage of devices that ThingSpace reported although nobody requested them. They are not in usage or totals. If other operations share a call, each of them gets these devices. Usage from the cache brings none. Empty for a whole account. */
  unexpectedDevices: Array<DeviceUsage>;
  /** Usage of each device that ThingSpace reported. */
  usage: Array<DeviceUsage>;
  /** The window that the report covers, as it was sent. */
  window: ReportWindow;
};


/** Usage per device in a window. Every requested device is in exactly one of usage, errors and missing. */
export type AggregatedReportUsageArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<UsageOrder>;
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

/** An asynchronous report. ThingSpace accepts it at once and sends the results later, device by device. */
export type AggregatedReportRequest = {
  __typename?: 'AggregatedReportRequest';
  /** Account of the report. */
  accountNumber: Scalars['ID']['output'];
  /** When the report became COMPLETED; null until then. */
  completedAt?: Maybe<Scalars['DateTime']['output']>;
  /** URL of a file with all usage and errors of the requested devices that have arrived, valid for DOWNLOAD_LINK_MINUTES. Null until there is a result. If authentication is on, the download requires it, too. */
  download?: Maybe<Scalars['String']['output']>;
  /** Devices that ThingSpace could not report, and at most 1,000 errors that name no device, in the order of arrival. Includes errors of devices that nobody requested. */
  errors: DeviceUsageErrorConnection;
  /** Number of requested devices; null for a whole account, because ThingSpace does not report how many devices it has. */
  expectedDevices?: Maybe<Scalars['Int']['output']>;
  /** Deadline for results, CALLBACK_DEADLINE_HOURS after requestedAt. If devices are still missing then, status becomes EXPIRED. */
  expiresAt: Scalars['DateTime']['output'];
  /** Number of requested devices in errors. Errors that name no device, or one that was not requested, do not count. */
  failedDevices: Scalars['Int']['output'];
  /** Requested devices that are not in usage or errors yet, ordered by IMEI. With a filter: not received, because they were lost or removed by the filters. Empty for a whole account. */
  missing: MissingDeviceConnection;
  /** Share of the requested devices that are in usage or errors, from 0 to 1; null for a whole account, and with a filter (deviceGroup, deviceLabel, dataPlan or noSessionFlag), which can remove devices. */
  progress?: Maybe<Scalars['Float']['output']>;
  /** Number of devices in usage. */
  receivedDevices: Scalars['Int']['output'];
  /** When ThingSpace accepted the report. */
  requestedAt: Scalars['DateTime']['output'];
  /** Status of the report. */
  status: AggregatedReportStatus;
  /** Totals of all devices in usage so far. */
  totals: UsageTotals;
  /** ThingSpace transaction ID. Identifies the report; ThingSpace repeats it in every callback message. */
  txid: Scalars['ID']['output'];
  /** Usage of devices that ThingSpace reported although nobody requested them, in the order of arrival. They are not in usage, totals, receivedDevices, progress or the download. Empty for a whole account. */
  unexpectedDevices: DeviceUsageConnection;
  /** When the report last changed: ThingSpace accepted it, results arrived, or it became COMPLETED or EXPIRED. */
  updatedAt: Scalars['DateTime']['output'];
  /** Usage that has arrived so far. Cursors stay valid while more arrives. */
  usage: DeviceUsageConnection;
  /** The window that the report covers, as it was sent. */
  window: ReportWindow;
};


/** An asynchronous report. ThingSpace accepts it at once and sends the results later, device by device. */
export type AggregatedReportRequestDownloadArgs = {
  dialect?: InputMaybe<DownloadDialect>;
  format?: InputMaybe<DownloadFormat>;
};


/** An asynchronous report. ThingSpace accepts it at once and sends the results later, device by device. */
export type AggregatedReportRequestErrorsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** An asynchronous report. ThingSpace accepts it at once and sends the results later, device by device. */
export type AggregatedReportRequestMissingArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** An asynchronous report. ThingSpace accepts it at once and sends the results later, device by device. */
export type AggregatedReportRequestUnexpectedDevicesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** An asynchronous report. ThingSpace accepts it at once and sends the results later, device by device. */
export type AggregatedReportRequestUsageArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<UsageOrder>;
};

/** A page of asynchronous reports. */
export type AggregatedReportRequestConnection = {
  __typename?: 'AggregatedReportRequestConnection';
  /** Items of the page, each with its cursor. */
  edges: Array<AggregatedReportRequestEdge>;
  /** Items of the page, without cursors. */
  nodes: Array<AggregatedReportRequest>;
  /** Information for paging. */
  pageInfo: PageInfo;
  /** Number of items in the whole list. */
  totalCount: Scalars['Int']['output'];
};

/** An edge in a list of asynchronous reports. */
export type AggregatedReportRequestEdge = {
  __typename?: 'AggregatedReportRequestEdge';
  /** Cursor of this item, to send as after. */
  cursor: Scalars['String']['output'];
  /** The item at the end of the edge. */
  node: AggregatedReportRequest;
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

/** What all servers on one database did today (UTC), including servers that have ended. Counts of other servers are up to 10 seconds old. SQLite belongs to one server: its counts begin anew when it restarts. */
export type AllServersStatus = {
  __typename?: 'AllServersStatus';
  /** Their callback messages by outcome. */
  callbacksToday: CallbackCounts;
  /** Their calls made and saved. */
  callsToday: CallCounts;
  /** Number of servers that reported in the last 30 seconds, this one included. */
  servers: Scalars['Int']['output'];
};

/** Usage in a billing cycle. Its dates and plan cost nothing; all other fields share one load of its days until today, and fail if a day could not be loaded. */
export type BillingCycle = {
  __typename?: 'BillingCycle';
  /** How much of includedBytes is used. Null if they were not sent and no configured plan covers these devices, or if the bytes used exceed 2^53-1. */
  allowance?: Maybe<UsageAllowance>;
  /** Whether usage covers every device on every day before today. */
  complete?: Maybe<Scalars['Boolean']['output']>;
  /** Number of days of the cycle after today: 0 on its last day and later. */
  daysLeft: Scalars['Int']['output'];
  /** Last day, in timeZone. */
  end: Scalars['Date']['output'];
  /** The price of the load. Costs no upstream call. */
  plan: UsageCallPlan;
  /** Estimate of the bytes at the end of the cycle. Null if fewer than 7 of its days are settled. */
  projection?: Maybe<UsageProjection>;
  /** First day, in timeZone. */
  start: Scalars['Date']['output'];
  /** Totals of the cycle until now, each device once. */
  usage?: Maybe<UsageTotals>;
};

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

/** Circuit breakers of this server, which hold its calls to ThingSpace while they keep failing. Other servers have their own. */
export type BreakerStatus = {
  __typename?: 'BreakerStatus';
  /** Whether the breaker of the whole platform is open, because the calls of several accounts fail. */
  isOpen: Scalars['Boolean']['output'];
  /** Number of accounts whose own breaker is open (0-2,000). */
  openAccounts: Scalars['Int']['output'];
};

/** Report calls to ThingSpace today (UTC), without sign-in. */
export type CallCounts = {
  __typename?: 'CallCounts';
  /** Number of devices and reports answered from the cache, without a request. */
  answeredFromCache: Scalars['SafeInt']['output'];
  /** Number of requests sent to ThingSpace, with retries. */
  made: Scalars['SafeInt']['output'];
  /** Number of requests saved because several operations shared one. */
  savedBySharing: Scalars['SafeInt']['output'];
  /** When counting began: at midnight in UTC, or when the server started if that was later. With several servers, the earliest of these. */
  since: Scalars['DateTime']['output'];
};

/** Callback messages that arrived today (UTC), by outcome. */
export type CallbackCounts = {
  __typename?: 'CallbackCounts';
  /** Number of messages that neither the database nor the disk could store (HTTP 5xx). ThingSpace may send them again. */
  failed: Scalars['SafeInt']['output'];
  /** Number of requests that were rejected (HTTP 4xx): wrong path, sender, signature or size. */
  rejected: Scalars['SafeInt']['output'];
  /** When counting began: at midnight in UTC, or when the server started if that was later. With several servers, the earliest of these. */
  since: Scalars['DateTime']['output'];
  /** Number of messages that were written to disk until the database can store them. */
  spooled: Scalars['SafeInt']['output'];
  /** Number of messages that were stored in the database, with those that only repeat others. */
  stored: Scalars['SafeInt']['output'];
  /** Number of messages of unknown transactions that were not stored (HTTP 503), because these take all of CALLBACK_UNKNOWN_MAX_BYTES. */
  withoutRoom: Scalars['SafeInt']['output'];
};

/** A URL to which ThingSpace posts the callback messages of an account. ThingSpace stores one listener per name: registering another one replaces it silently. */
export type CallbackListener = {
  __typename?: 'CallbackListener';
  /** Account whose messages are posted. */
  accountNumber: Scalars['ID']['output'];
  /** True: messages posted to url arrive at this server. False: they do not, because another URL is registered. */
  isThisServer: Scalars['Boolean']['output'];
  /** ThingSpace service that sends the messages. */
  name: Scalars['String']['output'];
  /** URL that receives the messages, with secrets replaced by ***; null if ThingSpace did not return it. */
  url?: Maybe<Scalars['String']['output']>;
};

/** Usage of a device on one day. A session that crosses midnight counts on the day it began. */
export type DailyUsage = {
  __typename?: 'DailyUsage';
  /** The calendar day in timeZone, such as "2026-05-31". */
  date: Scalars['String']['output'];
  /** Total seconds of these sessions, without open ones. Null, with the error SUM_TOO_LARGE, if it exceeds 2^53-1. */
  durationSeconds?: Maybe<Scalars['SafeInt']['output']>;
  /** Number of sessions with missing or invalid bytes or times. The sums leave these values out. An open session may lack its endTime. */
  incompleteSessions: Scalars['Int']['output'];
  /** Total bytes of these sessions. Null, with the error SUM_TOO_LARGE, if it exceeds 2^53-1. */
  numBytes?: Maybe<Scalars['SafeInt']['output']>;
  /** Sessions, open ones too. */
  numberOfSessions: Scalars['Int']['output'];
  /** True if the window covers only a part of the day, because it starts after the day did or ends before the day does; always true in dailyBefore. A window without an endDate ends at freshness.asOf. Null if only ThingSpace knows: on the first row if startDate is omitted or a keyword, and on the last row if endDate is a keyword. */
  partial?: Maybe<Scalars['Boolean']['output']>;
};

/** A cellular device on a billing account. Other subgraphs can extend it by its IMEI. */
export type Device = {
  __typename?: 'Device';
  /** Billing account that usage and sessionsReport are for. */
  accountNumber: Scalars['ID']['output'];
  /** The 15-digit IMEI of the device. */
  imei: Scalars['ID']['output'];
  /** Sessions of the device in a window. One upstream call per device. */
  sessionsReport?: Maybe<SessionsReport>;
  /** Sessions and bytes of the device in a window. Ten devices share an upstream call. Null if ThingSpace leaves the device out; an error if ThingSpace rejects the device, if it leaves the device out and reports an error without naming a device, or if the call fails. */
  usage?: Maybe<DeviceUsage>;
  /** Usage of the device over time. One upstream call per device; if there is only one bucket, ten devices share one. For many devices, Query.usageSeries can need fewer. */
  usageSeries?: Maybe<Array<UsageBucket>>;
};


/** A cellular device on a billing account. Other subgraphs can extend it by its IMEI. */
export type DeviceSessionsReportArgs = {
  durationHigh?: InputMaybe<Scalars['Int']['input']>;
  durationLow?: InputMaybe<Scalars['Int']['input']>;
  endDate?: InputMaybe<Scalars['ReportDate']['input']>;
  startDate?: InputMaybe<Scalars['ReportDate']['input']>;
};


/** A cellular device on a billing account. Other subgraphs can extend it by its IMEI. */
export type DeviceUsageArgs = {
  endDate?: InputMaybe<Scalars['ReportDate']['input']>;
  startDate?: InputMaybe<Scalars['ReportDate']['input']>;
};


/** A cellular device on a billing account. Other subgraphs can extend it by its IMEI. */
export type DeviceUsageSeriesArgs = {
  endDate: Scalars['Date']['input'];
  granularity: UsageGranularity;
  startDate: Scalars['Date']['input'];
  timeZone?: InputMaybe<Scalars['String']['input']>;
};

/** Where to upload a list of devices, as text or CSV in ASCII or UTF-8 with one IMEI per line and nothing else; a first line "imei" is ignored. At most 1,000,000 devices; duplicates count once. The response has the number of devices, or the numbers of lines that are not valid. */
export type DeviceListUpload = {
  __typename?: 'DeviceListUpload';
  /** When the URL expires, after DEVICE_LIST_MINUTES. A list is kept as long again after its upload. */
  expiresAt: Scalars['DateTime']['output'];
  /** Identifies the list. Only you can use it, for one report. */
  id: Scalars['ID']['output'];
  /** Maximum size of the file, in bytes. */
  maxBytes: Scalars['SafeInt']['output'];
  /** HTTP method of the upload: PUT. */
  method: Scalars['String']['output'];
  /** Signed URL to send the file to. If authentication is on, the upload requires it, too. */
  url: Scalars['String']['output'];
};

/** Usage of one device in the window. */
export type DeviceUsage = {
  __typename?: 'DeviceUsage';
  /** Bytes transferred in the window; null if ThingSpace sent no valid number. If ThingSpace sent two different ones, the larger one. */
  bytesTransferred?: Maybe<Scalars['SafeInt']['output']>;
  /** The device, with its other reports and the fields of other subgraphs. */
  device: Device;
  /** The 15-digit IMEI of the device. */
  imei: Scalars['ID']['output'];
  /** Number of sessions in the window; null if ThingSpace sent no valid number. If ThingSpace sent two different ones, the larger one. */
  numberOfSessions?: Maybe<Scalars['Int']['output']>;
};

/** A page of devices with usage. */
export type DeviceUsageConnection = {
  __typename?: 'DeviceUsageConnection';
  /** Items of the page, each with its cursor. */
  edges: Array<DeviceUsageEdge>;
  /** Items of the page, without cursors. */
  nodes: Array<DeviceUsage>;
  /** Information for paging. */
  pageInfo: PageInfo;
  /** Number of items in the whole list. */
  totalCount: Scalars['Int']['output'];
};

/** An edge in a list of devices with usage. */
export type DeviceUsageEdge = {
  __typename?: 'DeviceUsageEdge';
  /** Cursor of this item, to send as after. */
  cursor: Scalars['String']['output'];
  /** The item at the end of the edge. */
  node: DeviceUsage;
};

/** A device that could not be reported: ThingSpace rejected it, or its upstream call failed. */
export type DeviceUsageError = {
  __typename?: 'DeviceUsageError';
  /** Error message of ThingSpace. If the whole upstream call failed, a message of this server that says what to do. */
  errorMessage?: Maybe<Scalars['String']['output']>;
  /** Error code, message and status; null if ThingSpace sent none for the device. */
  errorResponse?: Maybe<UpstreamErrorMessage>;
  /** IMEI of the device; null if ThingSpace did not name it. */
  imei?: Maybe<Scalars['ID']['output']>;
};

/** A page of devices with an error. */
export type DeviceUsageErrorConnection = {
  __typename?: 'DeviceUsageErrorConnection';
  /** Items of the page, each with its cursor. */
  edges: Array<DeviceUsageErrorEdge>;
  /** Items of the page, without cursors. */
  nodes: Array<DeviceUsageError>;
  /** Information for paging. */
  pageInfo: PageInfo;
  /** Number of items in the whole list. */
  totalCount: Scalars['Int']['output'];
};

/** An edge in a list of devices with an error. */
export type DeviceUsageErrorEdge = {
  __typename?: 'DeviceUsageErrorEdge';
  /** Cursor of this item, to send as after. */
  cursor: Scalars['String']['output'];
  /** The item at the end of the edge. */
  node: DeviceUsageError;
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

/** A report on up to 1,000,000 devices of an uploaded list. It is requested from ThingSpace in parts of 10,000 devices, and read as one. */
export type FleetReport = {
  __typename?: 'FleetReport';
  /** Account of the report. */
  accountNumber: Scalars['ID']['output'];
  /** When the report was cancelled; null if it was not. */
  cancelledAt?: Maybe<Scalars['DateTime']['output']>;
  /** URL of a file with all usage and errors that have arrived, by IMEI, valid for DOWNLOAD_LINK_MINUTES. Null until something has arrived. If authentication is on, the download requires it, too. */
  download?: Maybe<Scalars['String']['output']>;
  /** Devices that ThingSpace could not report, by part, and then in the order of arrival. */
  errors: DeviceUsageErrorConnection;
  /** Number of requested devices in errors. Errors that name no device, or another one, do not count. */
  failedDevices: Scalars['Int']['output'];
  /** Identifies the report. */
  id: Scalars['ID']['output'];
  /** Requested devices that are not in usage or errors yet, also those of parts that were not sent, by IMEI. */
  missing: MissingDeviceConnection;
  /** Number of parts of the report (1-100): one for each 10,000 devices. */
  partCount: Scalars['Int']['output'];
  /** The parts that ThingSpace accepted so far, each a report of its own, by IMEI. */
  parts: Array<AggregatedReportRequest>;
  /** Maximum number of requests to ThingSpace per minute. */
  partsPerMinute: Scalars['Int']['output'];
  /** Share of the requested devices that are in usage or errors, from 0 to 1. */
  progress: Scalars['Float']['output'];
  /** Number of devices in usage. */
  receivedDevices: Scalars['Int']['output'];
  /** Parts that ThingSpace rejected, or that could not be sent in time. Their devices are in missing. */
  rejections: Array<FleetReportRejection>;
  /** Requests to ThingSpace besides the first one of each part, in order of time. */
  repeats: Array<FleetReportRepeat>;
  /** When the report was requested. It is stored for RETENTION_DAYS from then. */
  requestedAt: Scalars['DateTime']['output'];
  /** Number of devices of the list, each counted once. */
  requestedDevices: Scalars['Int']['output'];
  /** Status of the report. */
  status: FleetReportStatus;
  /** Totals of all devices in usage so far. A part that is not complete counts as up to 11 database reads, and percentiles as up to 21 per part. */
  totals?: Maybe<UsageTotals>;
  /** Usage that has arrived so far. By bytes or sessions, a page reads every part, up to 11 database reads each; in other orders, only the parts that its rows are in. */
  usage: DeviceUsageConnection;
  /** The window that the report covers, as it was sent. */
  window: ReportWindow;
};


/** A report on up to 1,000,000 devices of an uploaded list. It is requested from ThingSpace in parts of 10,000 devices, and read as one. */
export type FleetReportDownloadArgs = {
  dialect?: InputMaybe<DownloadDialect>;
  format?: InputMaybe<DownloadFormat>;
};


/** A report on up to 1,000,000 devices of an uploaded list. It is requested from ThingSpace in parts of 10,000 devices, and read as one. */
export type FleetReportErrorsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** A report on up to 1,000,000 devices of an uploaded list. It is requested from ThingSpace in parts of 10,000 devices, and read as one. */
export type FleetReportMissingArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** A report on up to 1,000,000 devices of an uploaded list. It is requested from ThingSpace in parts of 10,000 devices, and read as one. */
export type FleetReportUsageArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<UsageOrder>;
};

/** A page of fleet reports. */
export type FleetReportConnection = {
  __typename?: 'FleetReportConnection';
  /** Items of the page, each with its cursor. */
  edges: Array<FleetReportEdge>;
  /** Items of the page, without cursors. */
  nodes: Array<FleetReport>;
  /** Information for paging. */
  pageInfo: PageInfo;
  /** Number of items in the whole list. */
  totalCount: Scalars['Int']['output'];
};

/** An edge in a list of fleet reports. */
export type FleetReportEdge = {
  __typename?: 'FleetReportEdge';
  /** Cursor of this item, to send as after. */
  cursor: Scalars['String']['output'];
  /** The item at the end of the edge. */
  node: FleetReport;
};

/** A part of a fleet report that was not accepted, and will not be sent again. */
export type FleetReportRejection = {
  __typename?: 'FleetReportRejection';
  /** Error code of this API, such as UPSTREAM_BAD_REQUEST. Codes are stable. */
  code: Scalars['String']['output'];
  /** Number of its devices. */
  devices: Scalars['Int']['output'];
  /** What happened, and what to do. Messages are not stable. */
  message: Scalars['String']['output'];
  /** Number of the part, from 1. */
  part: Scalars['Int']['output'];
};

/** A request to ThingSpace for devices of a fleet report that had been requested before. */
export type FleetReportRepeat = {
  __typename?: 'FleetReportRepeat';
  /** When it was decided. */
  at: Scalars['DateTime']['output'];
  /** Number of devices of the request. */
  devices: Scalars['Int']['output'];
  /** Why the devices were requested again. */
  reason: FleetReportRepeatReason;
};

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

/** How recent the data is, and whether it is final. */
export type Freshness = {
  __typename?: 'Freshness';
  /** When the data was fetched from ThingSpace. With several upstream calls, the earliest time. */
  asOf: Scalars['DateTime']['output'];
  /** Whether the data is final. A sessions report is settled if its window ended more than 24 hours before asOf, and no session in it is open or ended less than 24 hours before asOf. With durationLow or durationHigh, as many seconds later as the larger of the two: until then, an open session that is not in it can still be added. An aggregated report shows no open session: it is settled if its window ended more than SETTLE_AFTER_HOURS (default: 48) before asOf. A longer session can still change it, so a cached one is fetched once more by the first request later than seven days after the first fetch, after which it is final. Always false if endDate is omitted or is a keyword such as LAST_WEEK, because only ThingSpace knows when that window ends. */
  settled: Scalars['Boolean']['output'];
};

/** A page of missing devices. */
export type MissingDeviceConnection = {
  __typename?: 'MissingDeviceConnection';
  /** Items of the page, each with its cursor. */
  edges: Array<MissingDeviceEdge>;
  /** Items of the page, without cursors. */
  nodes: Array<Device>;
  /** Information for paging. */
  pageInfo: PageInfo;
  /** Number of items in the whole list. */
  totalCount: Scalars['Int']['output'];
};

/** An edge in a list of missing devices. */
export type MissingDeviceEdge = {
  __typename?: 'MissingDeviceEdge';
  /** Cursor of this item, to send as after. */
  cursor: Scalars['String']['output'];
  /** The item at the end of the edge. */
  node: Device;
};

/** Starts asynchronous reports, and changes callback listeners. */
export type Mutation = {
  __typename?: 'Mutation';
  /** Cancels what was not sent of a fleet report. ThingSpace has no cancel: what it accepted goes on, and its results still arrive. If everything was sent, the report stays as it is. */
  cancelFleetReport?: Maybe<FleetReport>;
  /** Creates a place to upload a list of devices for requestFleetReport. You can have 10 at once. */
  createDeviceListUpload?: Maybe<DeviceListUpload>;
  /** Deregisters a callback listener and returns it. ThingSpace then stops posting its messages, so results that are still pending do not arrive. */
  deregisterCallbackListener?: Maybe<CallbackListener>;
  /** Registers a URL to which ThingSpace posts the callback messages of an account. Replaces the listener of the same name. */
  registerCallbackListener?: Maybe<CallbackListener>;
  /** Starts an asynchronous report on up to 10,000 devices, or on a whole account, with one upstream call. The call is retried only if ThingSpace certainly did not start the report. Follow the report with aggregatedReportProgress, or poll aggregatedReportRequest. One operation starts at most 10 reports, on at most 10,000 devices in all. */
  requestAggregatedReport?: Maybe<AggregatedReportRequest>;
  /** Starts a report on an uploaded list of up to 1,000,000 devices. It is stored at once; then its parts of 10,000 devices are requested from ThingSpace one after the other, also if this server is restarted. You can have 10 that are not complete. */
  requestFleetReport?: Maybe<FleetReport>;
  /** Starts a new report, with the same dates and filters, on the missing devices of an earlier one. A device that the filters removed is missing again in the new report. ThingSpace resolves a keyword, or a side of the window that was omitted, again. Fails with NOT_FOUND if there is no such report. Fails if no device is missing, or if the report covers a whole account. Send the Idempotency-Key header to make it safe to repeat. One operation starts at most 10 reports, on at most 10,000 devices in all. */
  retryMissingDevices?: Maybe<AggregatedReportRequest>;
};


/** Starts asynchronous reports, and changes callback listeners. */
export type MutationCancelFleetReportArgs = {
  id: Scalars['ID']['input'];
};


/** Starts asynchronous reports, and changes callback listeners. */
export type MutationCreateDeviceListUploadArgs = {
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
};


/** Starts asynchronous reports, and changes callback listeners. */
export type MutationDeregisterCallbackListenerArgs = {
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  name?: InputMaybe<Scalars['String']['input']>;
};


/** Starts asynchronous reports, and changes callback listeners. */
export type MutationRegisterCallbackListenerArgs = {
  input: RegisterCallbackListenerInput;
};


/** Starts asynchronous reports, and changes callback listeners. */
export type MutationRequestAggregatedReportArgs = {
  input: RequestAggregatedReportInput;
};


/** Starts asynchronous reports, and changes callback listeners. */
export type MutationRequestFleetReportArgs = {
  input: RequestFleetReportInput;
};


/** Starts asynchronous reports, and changes callback listeners. */
export type MutationRetryMissingDevicesArgs = {
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  txid: Scalars['ID']['input'];
};

/** How fast ThingSpace may be called. */
export type PaceStatus = {
  __typename?: 'PaceStatus';
  /** Maximum number of calls per account in any second (UPSTREAM_CALLS_PER_SECOND), of all servers on one PostgreSQL together; null if there is none. */
  callsPerSecond?: Maybe<Scalars['Int']['output']>;
  /** Number of accounts that this server lets wait, because ThingSpace answered one of the servers with 429 and a time to wait. 0 if callers send their own tokens. */
  pausedAccounts: Scalars['Int']['output'];
};

/** Information about a page, as in the Relay cursor specification. */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** Cursor of the last edge, to send as after for the next page; null if the page is empty. */
  endCursor?: Maybe<Scalars['String']['output']>;
  /** Whether there are rows after this page. */
  hasNextPage: Scalars['Boolean']['output'];
  /** Whether this page was requested with after. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the first edge; null if the page is empty. */
  startCursor?: Maybe<Scalars['String']['output']>;
};

/** Usage of devices, stored asynchronous reports, and callback listeners. */
export type Query = {
  __typename?: 'Query';
  _entities: Array<Maybe<_Entity>>;
  _service: _Service;
  /** Usage of many devices, or of a whole account, returned at once. Ten devices share an upstream call; a whole account takes one call. If a call fails, its devices are in errors. The field itself fails only if all calls fail. */
  aggregatedReport?: Maybe<AggregatedReport>;
  /** An asynchronous report by its transaction ID. Fails with NOT_FOUND if the account has no such report. */
  aggregatedReportRequest?: Maybe<AggregatedReportRequest>;
  /** Asynchronous reports of an account, newest first. A report is stored for RETENTION_DAYS from its request. */
  aggregatedReportRequests?: Maybe<AggregatedReportRequestConnection>;
  /** Usage in a billing cycle, an estimate for its end, and the share of an allowance. Not a bill. */
  billingCycle?: Maybe<BillingCycle>;
  /** Callback listeners of an account that are registered with ThingSpace. isThisServer shows whether messages arrive here. */
  callbackListeners?: Maybe<Array<CallbackListener>>;
  /** A device by its IMEI. Costs no upstream call, so it is returned even if ThingSpace does not know it; its usage and sessionsReport then fail or are null. */
  device?: Maybe<Device>;
  /** Devices by their IMEIs, in the order of imei, without duplicates. Costs no upstream call by itself. */
  devices?: Maybe<Array<Device>>;
  /** A fleet report by its id. Fails with NOT_FOUND if there is none on your accounts. */
  fleetReport?: Maybe<FleetReport>;
  /** Fleet reports of an account, newest first. A report is stored for RETENTION_DAYS from its request. */
  fleetReports?: Maybe<FleetReportConnection>;
  /** Which days of an account this server has recorded. Makes no upstream call. Null if it records nothing (RECORD=off), and for callers with tokens of their own. */
  recordedDays?: Maybe<RecordedDays>;
  /** State of this server, for operators. Makes no upstream call, and takes at most a second. */
  serverStatus?: Maybe<ServerStatus>;
  /** Sessions of one device in a window. Costs one upstream call. */
  sessionsReport?: Maybe<SessionsReport>;
  /** What the billing cycles of an account include, as configured: that of the whole account, and those of its data plans. Empty if nothing is configured. Costs no upstream call. */
  usageAllowancePlans?: Maybe<Array<UsageAllowancePlan>>;
  /** What changed against the days before, or a year ago. Select plan alone to learn the price: that makes no call. */
  usageChanges?: Maybe<UsageChanges>;
  /** Usage per day, week, month or billing cycle, by the path that needs the fewest upstream calls. Select plan alone to learn the price: that makes no call. */
  usageSeries?: Maybe<UsageSeries>;
};


/** Usage of devices, stored asynchronous reports, and callback listeners. */
export type Query_EntitiesArgs = {
  representations: Array<Scalars['_Any']['input']>;
};


/** Usage of devices, stored asynchronous reports, and callback listeners. */
export type QueryAggregatedReportArgs = {
  input: AggregatedReportInput;
};


/** Usage of devices, stored asynchronous reports, and callback listeners. */
export type QueryAggregatedReportRequestArgs = {
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  txid: Scalars['ID']['input'];
};


/** Usage of devices, stored asynchronous reports, and callback listeners. */
export type QueryAggregatedReportRequestsArgs = {
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  status?: InputMaybe<AggregatedReportStatus>;
};


/** Usage of devices, stored asynchronous reports, and callback listeners. */
export type QueryBillingCycleArgs = {
  input: BillingCycleInput;
};


/** Usage of devices, stored asynchronous reports, and callback listeners. */
export type QueryCallbackListenersArgs = {
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
};


/** Usage of devices, stored asynchronous reports, and callback listeners. */
export type QueryDeviceArgs = {
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  imei: Scalars['IMEI']['input'];
};


/** Usage of devices, stored asynchronous reports, and callback listeners. */
export type QueryDevicesArgs = {
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  imei: Array<Scalars['IMEI']['input']>;
};


/** Usage of devices, stored asynchronous reports, and callback listeners. */
export type QueryFleetReportArgs = {
  id: Scalars['ID']['input'];
};


/** Usage of devices, stored asynchronous reports, and callback listeners. */
export type QueryFleetReportsArgs = {
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** Usage of devices, stored asynchronous reports, and callback listeners. */
export type QueryRecordedDaysArgs = {
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  from: Scalars['Date']['input'];
  to: Scalars['Date']['input'];
};


/** Usage of devices, stored asynchronous reports, and callback listeners. */
export type QuerySessionsReportArgs = {
  input: SessionsReportInput;
};


/** Usage of devices, stored asynchronous reports, and callback listeners. */
export type QueryUsageAllowancePlansArgs = {
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
};


/** Usage of devices, stored asynchronous reports, and callback listeners. */
export type QueryUsageChangesArgs = {
  input: UsageChangesInput;
};


/** Usage of devices, stored asynchronous reports, and callback listeners. */
export type QueryUsageSeriesArgs = {
  input: UsageSeriesInput;
};

/** How the usage of each day is recorded (RECORD=daily). */
export type RecordStatus = {
  __typename?: 'RecordStatus';
  /** Number of days (0-180) that are settled, still known to ThingSpace and not recorded yet. With several servers, one records at a time, and the others show what they found when it was their turn. */
  dueDays: Scalars['Int']['output'];
  /** True if days are recorded by asynchronous reports. False if ThingSpace does not post their results to this server, so that synchronous calls record: run registerCallbackListener. Null if this server has recorded nothing since it started. */
  isListening?: Maybe<Scalars['Boolean']['output']>;
  /** When a day was recorded last; null if none is. */
  lastRecordedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Number of recorded days. */
  recordedDays: Scalars['Int']['output'];
  /** Time zone of the days: an IANA name in capitals (RECORD_TIME_ZONE). */
  timeZone: Scalars['String']['output'];
};

/** A day whose usage is recorded. */
export type RecordedDay = {
  __typename?: 'RecordedDay';
  /** The day, in timeZone. */
  date: Scalars['Date']['output'];
  /** Number of devices with usage, silent ones included. */
  devices: Scalars['Int']['output'];
  /** Whether the response for the whole account may have been cut off: it had no more than 10,000 devices, which is as many as one request takes, and the account has at least as many. Devices that this server has never seen may be missing, and buckets with the day are not complete. */
  mayBeCapped: Scalars['Boolean']['output'];
  /** Number of devices without usage, although ThingSpace was asked for them twice: those of the nearest recorded day that stayed away, and those with an error other than 404, which inactive devices have. */
  missingDevices: Scalars['Int']['output'];
  /** When it was recorded, or checked last. */
  recordedAt: Scalars['DateTime']['output'];
  /** Whether it was recorded, or checked once more, at least a week after it was settled. */
  revised: Scalars['Boolean']['output'];
};

/** Which days of an account are recorded. */
export type RecordedDays = {
  __typename?: 'RecordedDays';
  /** The recorded days, oldest first. */
  days: Array<RecordedDay>;
  /** URL of a file with the usage of each device on each of these days that is recorded, valid for DOWNLOAD_LINK_MINUTES: rows by month, then IMEI, then date. Gaps have no rows. Null if no day is recorded. If authentication is on, the download requires it, too. */
  download?: Maybe<Scalars['String']['output']>;
  /** The other days up to the last one that is settled, oldest first. Their usage is unknown, not zero. */
  gaps: Array<Scalars['Date']['output']>;
  /** Time zone of the days: an IANA name in capitals (RECORD_TIME_ZONE). */
  timeZone: Scalars['String']['output'];
};


/** Which days of an account are recorded. */
export type RecordedDaysDownloadArgs = {
  dialect?: InputMaybe<DownloadDialect>;
  format?: InputMaybe<DownloadFormat>;
};

/** A callback listener to register. */
export type RegisterCallbackListenerInput = {
  /** Account of the listener. Default: the configured account (THINGSPACE_ACCOUNT_NUMBER), otherwise the only account that the access token lists. */
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  /** ThingSpace service name: 1-64 letters, digits, ".", "_" and "-". The default is the service of device reports. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** An http or https URL of at most 2,000 characters. ThingSpace posts only to the ports 80, 443, 9001-9006, 28200-28220 and 50551-50559. Default: this server’s own receiver at PUBLIC_URL. */
  url?: InputMaybe<Scalars['String']['input']>;
};

/** The two sides of a window, as they were sent, keywords included. LAST_WEEK on both sides is that week; as the start alone, it is the window from then until now. */
export type ReportWindow = {
  __typename?: 'ReportWindow';
  /** The endDate that was sent; null if it was omitted, so that ThingSpace chose the end. */
  end?: Maybe<Scalars['ReportDate']['output']>;
  /** The startDate that was sent; null if it was omitted, so that ThingSpace chose the start. */
  start?: Maybe<Scalars['ReportDate']['output']>;
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

/** State of the server that answers. With several servers, each has its own; `allServers` is what they did together. */
export type ServerStatus = {
  __typename?: 'ServerStatus';
  /** What all servers on its database did today; null if that does not answer within a second. */
  allServers?: Maybe<AllServersStatus>;
  /** Its circuit breakers. */
  breaker: BreakerStatus;
  /** Callback messages that this server alone got, by outcome. */
  callbacksToday: CallbackCounts;
  /** Calls made and saved by this server alone. */
  callsToday: CallCounts;
  /** Whether this server last saw ThingSpace post callback messages to its address (PUBLIC_URL), for every account that it looked at. Null if it has not looked. callbackListeners looks; this field makes no call. */
  hasListener?: Maybe<Scalars['Boolean']['output']>;
  /** Its pace of calls. */
  pace: PaceStatus;
  /** How far daily usage is recorded; null if the server does not record it. */
  record?: Maybe<RecordStatus>;
  /** Its sign-in to ThingSpace; null if callers send their own tokens. */
  signIn?: Maybe<SignInStatus>;
  /** When this server started. */
  startedAt: Scalars['DateTime']['output'];
  /** Its database. */
  store: StoreStatus;
  /** Seconds since this server started. */
  uptimeSeconds: Scalars['Int']['output'];
  /** Version of this server. */
  version: Scalars['String']['output'];
};

/** A data session: a period in which the device was connected. */
export type Session = {
  __typename?: 'Session';
  /** Seconds from startTime to endTime, rounded; null while the session is open, or if the times are not valid. */
  durationSeconds?: Maybe<Scalars['Int']['output']>;
  /** When the session ended; null while it is open, or if ThingSpace sent no valid time. */
  endTime?: Maybe<Scalars['DateTime']['output']>;
  /** Bytes transferred in the session; null if ThingSpace sent no valid number. */
  numBytes?: Maybe<Scalars['SafeInt']['output']>;
  /** When the session began; null if ThingSpace sent no valid time. */
  startTime?: Maybe<Scalars['DateTime']['output']>;
};

/** Totals of the sessions of a report. */
export type SessionTotals = {
  __typename?: 'SessionTotals';
  /** Total seconds of these sessions, without open ones. Null, with the error SUM_TOO_LARGE, if it exceeds 2^53-1. */
  durationSeconds?: Maybe<Scalars['SafeInt']['output']>;
  /** Number of sessions with missing or invalid bytes or times. The sums leave these values out. An open session may lack its endTime. */
  incompleteSessions: Scalars['Int']['output'];
  /** Total bytes of these sessions. Null, with the error SUM_TOO_LARGE, if it exceeds 2^53-1. */
  numBytes?: Maybe<Scalars['SafeInt']['output']>;
  /** Sessions, open ones too. */
  numberOfSessions: Scalars['Int']['output'];
};

/** Sessions of one device in a window. */
export type SessionsReport = {
  __typename?: 'SessionsReport';
  /** One row per calendar day in timeZone that the window touches, oldest first, including days without sessions. There are no rows for days after freshness.asOf, nor for days that ThingSpace no longer keeps. A session counts on the day it began; if that is not one of the rows, it is in dailyBefore. If startDate is omitted or a keyword, the rows begin with the first session. If endDate is omitted, they end at freshness.asOf; if it is a keyword, with the last session. */
  daily: Array<DailyUsage>;
  /** The sessions that are on no row of daily, added up: those that began before its first day, and those without a startTime. Together with the rows of daily they are the totals. Null if there are none. Its date is the day on which the first of them began; if no startTime is known, the day before the rows. */
  dailyBefore?: Maybe<DailyUsage>;
  /** The device, with its other reports and the fields of other subgraphs. */
  device: Device;
  /** ThingSpace’s own 10-digit ID of the device, not its IMEI. Null if ThingSpace sent none. */
  deviceId?: Maybe<Scalars['ID']['output']>;
  /** How recent the data is, and whether it is final. */
  freshness: Freshness;
  /** Sessions in the order of ThingSpace; empty if the device had none. */
  sessions: Array<Session>;
  /** Totals of all sessions. */
  totals: SessionTotals;
  /** ThingSpace transaction ID of the upstream call, for support cases; empty if ThingSpace sent none. */
  txid: Scalars['ID']['output'];
  /** The window that the report covers, as it was sent. */
  window: ReportWindow;
};


/** Sessions of one device in a window. */
export type SessionsReportDailyArgs = {
  timeZone?: InputMaybe<Scalars['String']['input']>;
};


/** Sessions of one device in a window. */
export type SessionsReportDailyBeforeArgs = {
  timeZone?: InputMaybe<Scalars['String']['input']>;
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

/** How this server signs in to ThingSpace. */
export type SignInStatus = {
  __typename?: 'SignInStatus';
  /** False if the last sign-in of this server failed, or sign-in is blocked. True before its first sign-in: servers on one PostgreSQL share their tokens, so it may never need one. */
  isWorking: Scalars['Boolean']['output'];
  /** Number of logins that may still fail before sign-in is blocked, to keep ThingSpace from locking the user (0-2). 0 means blocked. All servers on one database count together. Null if the database is not available. */
  strikesLeft?: Maybe<Scalars['Int']['output']>;
};

/** A kind of database. */
export type StoreKind =
  /** PostgreSQL at DATABASE_URL. Any number of servers share it. */
  | 'POSTGRESQL'
  /** SQLite in DATA_DIR. It belongs to one server. */
  | 'SQLITE';

/** The database of asynchronous reports, as this server reaches it. */
export type StoreStatus = {
  __typename?: 'StoreStatus';
  /** Whether it answered this server within a second. It is asked at most once a second. */
  isAvailable: Scalars['Boolean']['output'];
  /** Whether callback messages wait on the disk of this server until the database can store them. */
  isSpooling: Scalars['Boolean']['output'];
  /** Kind of the database. */
  kind: StoreKind;
};

/** Live progress of asynchronous reports, as server-sent events. */
export type Subscription = {
  __typename?: 'Subscription';
  /** The report now and after each change, at most four times a second, until it is COMPLETED or EXPIRED. */
  aggregatedReportProgress: AggregatedReportRequest;
  /** The report now and after each change, at most four times a second, until it is COMPLETED, EXPIRED or CANCELLED. */
  fleetReportProgress: FleetReport;
};


/** Live progress of asynchronous reports, as server-sent events. */
export type SubscriptionAggregatedReportProgressArgs = {
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  txid: Scalars['ID']['input'];
};


/** Live progress of asynchronous reports, as server-sent events. */
export type SubscriptionFleetReportProgressArgs = {
  id: Scalars['ID']['input'];
};

/** Error response of ThingSpace about a device, with addresses and secrets hidden. */
export type UpstreamErrorMessage = {
  __typename?: 'UpstreamErrorMessage';
  /** Details of the error; null if ThingSpace sent none. */
  detailErrorMessage?: Maybe<Scalars['String']['output']>;
  /** Error code of ThingSpace, such as INVALID_PARAMETER. Codes are stable. If a whole upstream call failed and ThingSpace sent no code, an error code of this API, such as UPSTREAM_TIMEOUT. */
  errorCode?: Maybe<Scalars['String']['output']>;
  /** Error message of ThingSpace. Messages are not stable. */
  errorMessage?: Maybe<Scalars['String']['output']>;
  /** HTTP status, such as "404 NOT_FOUND"; only the number if a whole upstream call failed. */
  httpStatusCode?: Maybe<Scalars['String']['output']>;
};

/** How much of the included bytes is used. */
export type UsageAllowance = {
  __typename?: 'UsageAllowance';
  /** The day on which the included bytes are exceeded, or are expected to be; null if they are not. Without a projection, only days so far. */
  exceedsOn?: Maybe<Scalars['Date']['output']>;
  /** Bytes included for all devices together. If a plan includes bytes per device, those of the devices in usage. */
  includedBytes: Scalars['SafeInt']['output'];
  /** Whether includedBytes come from a configured plan (usageAllowancePlans). False if they were sent. */
  isFromPlan: Scalars['Boolean']['output'];
  /** Share that projection.expected uses; null without a projection. */
  projectedShare?: Maybe<Scalars['Float']['output']>;
  /** Share used so far, from 0: 1 means all of it, and more than 1 that it is exceeded. */
  usedShare: Scalars['Float']['output'];
};

/** What a billing cycle includes, as configured on this server (PLANS_FILE). ThingSpace does not report what a data plan includes. */
export type UsageAllowancePlan = {
  __typename?: 'UsageAllowancePlan';
  /** Day of the month on which its billing cycle begins (1-31), for billingCycle. */
  cycleStartDay: Scalars['Int']['output'];
  /** Name of the data plan; null if the plan covers the whole account. */
  dataPlan?: Maybe<Scalars['String']['output']>;
  /** Bytes per cycle that all its devices share; null if each device adds its own. */
  includedBytes?: Maybe<Scalars['SafeInt']['output']>;
  /** Bytes per cycle that each device adds; null if all devices share includedBytes. */
  includedBytesPerDevice?: Maybe<Scalars['SafeInt']['output']>;
  /** IANA time zone of its billing cycle, for billingCycle. */
  timeZone: Scalars['String']['output'];
};

/** Usage in one bucket of a series. */
export type UsageBucket = {
  __typename?: 'UsageBucket';
  /** Relative change of the bytes: (totals - previous) / previous, so 0.5 is half as much again. Null if previous is 0, or if either is not known. */
  change?: Maybe<Scalars['Float']['output']>;
  /** Whether totals cover the whole bucket and every device: it had ended when it was fetched, errors and missing are empty, and no value of a device is null. */
  complete: Scalars['Boolean']['output'];
  /** The last millisecond of the bucket: that of its last day in timeZone. */
  end: Scalars['DateTime']['output'];
  /** Devices that ThingSpace could not report, and devices whose upstream call failed. If the whole bucket failed, it is one error with a null imei. */
  errors: Array<DeviceUsageError>;
  /** First day of the bucket, in timeZone. */
  firstDay: Scalars['Date']['output'];
  /** Last day of the bucket, in timeZone. For a day, the same as firstDay. */
  lastDay: Scalars['Date']['output'];
  /** IMEIs of the named devices that ThingSpace left out. Empty for a group, and for a whole account. */
  missing: Array<Scalars['ID']['output']>;
  /** Totals of the bucket that this one is compared with, however many days it has. Null without compareTo, if there is no such bucket (29 February, a year before), and for the reasons of totals. */
  previous?: Maybe<UsageTotals>;
  /** Where previous comes from; null if there is no bucket to compare with. */
  previousPath?: Maybe<UsageSeriesPath>;
  /** Whether the usage is final, as Freshness.settled says. False without usage. */
  settled: Scalars['Boolean']['output'];
  /** When the bucket starts: the beginning of its first day in timeZone. */
  start: Scalars['DateTime']['output'];
  /** Totals of all devices; null if the bucket lies in the future, failed, or is not recorded. */
  totals?: Maybe<UsageTotals>;
  /** Usage of the first devices in an order. */
  usage: Array<DeviceUsage>;
};


/** Usage in one bucket of a series. */
export type UsageBucketUsageArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<UsageOrder>;
};

/** The price of loading, known before anything is asked for. Selecting it makes no upstream call. */
export type UsageCallPlan = {
  __typename?: 'UsageCallPlan';
  /** Prices of the other possible paths, cheapest first. Empty inside an alternative. */
  alternatives: Array<UsageCallPlan>;
  /** Number of buckets that need no upstream call, because they are cached or recorded. Includes the buckets to compare with. */
  fromStore: Scalars['Int']['output'];
  /** Where the usage comes from. Never AUTO. */
  path: UsageSeriesPath;
  /** Number of buckets whose days are all recorded, whatever the path. If others are not recorded, such as those of the last days, another path loads all of them, because all buckets of a series come from the same one. 0 if the record cannot answer this. */
  recordedBuckets: Scalars['Int']['output'];
  /** Number of upstream calls, without retries and without those that find a device which ThingSpace rejects. What the cache holds needs none. */
  upstreamCalls: Scalars['Int']['output'];
  /** Whether an operation may make the calls (MAX_UPSTREAM_CALLS), and their answers are not expected to be too large (MAX_UPSTREAM_BYTES). If false, the fields that load fail with BUDGET_EXCEEDED, before any call. */
  withinBudget: Scalars['Boolean']['output'];
};

/** What changed between two periods. plan costs nothing; all other fields share one load. */
export type UsageChanges = {
  __typename?: 'UsageChanges';
  /** Totals of the days from startDate to endDate; null if they lie in the future. */
  current?: Maybe<UsageTotals>;
  /** How much of the change comes from more devices, more sessions and larger sessions; null if the days lie in the future. */
  factors?: Maybe<UsageFactors>;
  /** Devices that stand out, those whose bytes changed most first. Devices that are not in both periods are left out. Null if the days lie in the future. */
  outliers?: Maybe<Array<UsageOutlier>>;
  /** The price of the load. Costs no upstream call. */
  plan: UsageCallPlan;
  /** Totals of the days that these are compared with. */
  previous?: Maybe<UsageTotals>;
};


/** What changed between two periods. plan costs nothing; all other fields share one load. */
export type UsageChangesOutliersArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};

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

/** How each factor changed the bytes, as ratios: 1.1 means a tenth more. The first three multiply to total. Devices with a null value are left out. A ratio is null if its denominator is 0. */
export type UsageFactors = {
  __typename?: 'UsageFactors';
  /** Ratio of the bytes per session: current / previous. */
  bytesPerSession?: Maybe<Scalars['Float']['output']>;
  /** Ratio of the numbers of devices with a session: current / previous. */
  devices?: Maybe<Scalars['Float']['output']>;
  /** Ratio of the sessions per device with a session: current / previous. */
  sessionsPerDevice?: Maybe<Scalars['Float']['output']>;
  /** Ratio of the bytes: current / previous. The product of the other three. */
  total?: Maybe<Scalars['Float']['output']>;
};

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

/** The buckets of a group of devices. */
export type UsageGroup = {
  __typename?: 'UsageGroup';
  /** The buckets, oldest first. None is left out. */
  buckets: Array<UsageBucket>;
  /** Name of the group, as in groupBy.values; null without groupBy, for all devices. */
  key?: Maybe<Scalars['String']['output']>;
};

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

/** A device that stands out. */
export type UsageOutlier = {
  __typename?: 'UsageOutlier';
  /** What bytes is compared with: the bytes of the previous days, or the usual bytes of the device for ABOVE_OWN_BASELINE. Null for INSUFFICIENT_HISTORY. */
  baselineBytes?: Maybe<Scalars['SafeInt']['output']>;
  /** Bytes of the device from startDate to endDate. */
  bytes?: Maybe<Scalars['SafeInt']['output']>;
  /** The device. */
  device: Device;
  /** Ratio bytes / baselineBytes; null if baselineBytes is 0 or null. */
  ratio?: Maybe<Scalars['Float']['output']>;
  /** Why it stands out. */
  reason: UsageOutlierReason;
};

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

/** Estimate of the bytes at the end of the cycle, from measured usage. Never a bill: carriers round and count differently. */
export type UsageProjection = {
  __typename?: 'UsageProjection';
  /** Number of settled days of the cycle, 7 or more. */
  basedOnDays: Scalars['Int']['output'];
  /** Expected bytes. */
  expected: Scalars['SafeInt']['output'];
  /** Upper end of the band, in bytes. */
  high: Scalars['SafeInt']['output'];
  /** Lower end of the band, in bytes. */
  low: Scalars['SafeInt']['output'];
  /** How it was computed. WEEKDAY_MEDIAN: each day to come has the median of the settled days with the same weekday; low and high also take in the quartiles of all settled days. Days that are not settled count as what they have, if that is more. */
  method: Scalars['String']['output'];
};

/** Usage over time. plan costs nothing. All other fields share one load, whose upstream calls plan states; it is made if any of them is selected. */
export type UsageSeries = {
  __typename?: 'UsageSeries';
  /** How recent the oldest bucket is, and whether all of them are final. */
  freshness?: Maybe<Freshness>;
  /** One group per name in groupBy.values, in their order; without groupBy, one group of all devices. */
  groups?: Maybe<Array<UsageGroup>>;
  /** Number of devices that are in more than one group. They count in each. Null without groupBy. */
  overlappingDevices?: Maybe<Scalars['Int']['output']>;
  /** The price of the load. Costs no upstream call. */
  plan: UsageCallPlan;
  /** The buckets of the devices that are in none of the groups. Null without groupBy. */
  unattributed?: Maybe<Array<UsageBucket>>;
};

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

/** Totals of the devices in usage. Devices in errors or missing do not count. */
export type UsageTotals = {
  __typename?: 'UsageTotals';
  /** Bytes per device at each percentile (nearest rank), in the order of p. Devices with null bytes do not count; empty if there are no others. */
  bytesPercentiles: Array<Scalars['SafeInt']['output']>;
  /** Total bytes of these devices. Null, with the error SUM_TOO_LARGE, if it exceeds 2^53-1. */
  bytesTransferred?: Maybe<Scalars['SafeInt']['output']>;
  /** Number of devices in usage. */
  devices: Scalars['Int']['output'];
  /** Number of devices in usage whose sessions or bytes are null. The sums leave these values out. */
  incompleteDevices: Scalars['Int']['output'];
  /** Total sessions of these devices. Null, with the error SUM_TOO_LARGE, if it exceeds 2^53-1. */
  numberOfSessions?: Maybe<Scalars['SafeInt']['output']>;
  /** Number of devices in usage without a session. */
  silentDevices: Scalars['Int']['output'];
};


/** Totals of the devices in usage. Devices in errors or missing do not count. */
export type UsageTotalsBytesPercentilesArgs = {
  p?: Array<Scalars['Float']['input']>;
};

export type _Entity = AggregatedReportRequest | Device | FleetReport;

export type _Service = {
  __typename?: '_Service';
  /** The sdl representing the federated service capabilities. Includes federation directives, removes federation types, and includes rest of full schema after schema directives have been applied */
  sdl: Scalars['String']['output'];
};

export type AccountUsageQueryVariables = Exact<{
  startDate?: InputMaybe<Scalars['ReportDate']['input']>;
  endDate?: InputMaybe<Scalars['ReportDate']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
}>;


export type AccountUsageQuery = { __typename?: 'Query', aggregatedReport?: { __typename?: 'AggregatedReport', totals: { __typename?: 'UsageTotals', devices: number, silentDevices: number, bytesTransferred?: number | null, bytesPercentiles: Array<number> }, usage: Array<{ __typename?: 'DeviceUsage', imei: string, numberOfSessions?: number | null, bytesTransferred?: number | null }>, errors: Array<{ __typename?: 'DeviceUsageError', imei?: string | null, errorMessage?: string | null }> } | null };

export type AggregatedReportProgressSubscriptionVariables = Exact<{
  txid: Scalars['ID']['input'];
}>;


export type AggregatedReportProgressSubscription = { __typename?: 'Subscription', aggregatedReportProgress: { __typename?: 'AggregatedReportRequest', txid: string, status: AggregatedReportStatus, receivedDevices: number, failedDevices: number, progress?: number | null, totals: { __typename?: 'UsageTotals', bytesTransferred?: number | null } } };

export type AggregatedReportRequestQueryVariables = Exact<{
  txid: Scalars['ID']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type AggregatedReportRequestQuery = { __typename?: 'Query', aggregatedReportRequest?: { __typename?: 'AggregatedReportRequest', txid: string, status: AggregatedReportStatus, updatedAt: string, completedAt?: string | null, expectedDevices?: number | null, receivedDevices: number, failedDevices: number, progress?: number | null, download?: string | null, window: { __typename?: 'ReportWindow', start?: string | null, end?: string | null }, totals: { __typename?: 'UsageTotals', devices: number, silentDevices: number, numberOfSessions?: number | null, bytesTransferred?: number | null, bytesPercentiles: Array<number> }, usage: { __typename?: 'DeviceUsageConnection', totalCount: number, nodes: Array<{ __typename?: 'DeviceUsage', imei: string, numberOfSessions?: number | null, bytesTransferred?: number | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor?: string | null } }, errors: { __typename?: 'DeviceUsageErrorConnection', totalCount: number, nodes: Array<{ __typename?: 'DeviceUsageError', imei?: string | null, errorMessage?: string | null }> }, missing: { __typename?: 'MissingDeviceConnection', totalCount: number, nodes: Array<{ __typename?: 'Device', imei: string, accountNumber: string }> } } | null };

export type AggregatedReportRequestsQueryVariables = Exact<{
  status?: InputMaybe<AggregatedReportStatus>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type AggregatedReportRequestsQuery = { __typename?: 'Query', aggregatedReportRequests?: { __typename?: 'AggregatedReportRequestConnection', totalCount: number, nodes: Array<{ __typename?: 'AggregatedReportRequest', txid: string, status: AggregatedReportStatus, requestedAt: string, expectedDevices?: number | null, receivedDevices: number, failedDevices: number }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor?: string | null } } | null };

export type AggregatedReportQueryVariables = Exact<{
  input: AggregatedReportInput;
}>;


export type AggregatedReportQuery = { __typename?: 'Query', aggregatedReport?: { __typename?: 'AggregatedReport', txid: string, txids: Array<string>, missing: Array<string>, usage: Array<{ __typename?: 'DeviceUsage', imei: string, numberOfSessions?: number | null, bytesTransferred?: number | null }>, errors: Array<{ __typename?: 'DeviceUsageError', imei?: string | null, errorMessage?: string | null, errorResponse?: { __typename?: 'UpstreamErrorMessage', errorCode?: string | null, errorMessage?: string | null, httpStatusCode?: string | null, detailErrorMessage?: string | null } | null }>, totals: { __typename?: 'UsageTotals', devices: number, silentDevices: number, numberOfSessions?: number | null, bytesTransferred?: number | null, bytesPercentiles: Array<number> }, window: { __typename?: 'ReportWindow', start?: string | null, end?: string | null }, freshness: { __typename?: 'Freshness', asOf: string, settled: boolean } } | null };

export type BillingCycleQueryVariables = Exact<{
  cycle: BillingCycleInput;
}>;


export type BillingCycleQuery = { __typename?: 'Query', billingCycle?: { __typename?: 'BillingCycle', start: string, end: string, daysLeft: number, complete?: boolean | null, plan: { __typename?: 'UsageCallPlan', path: UsageSeriesPath, upstreamCalls: number, recordedBuckets: number }, usage?: { __typename?: 'UsageTotals', devices: number, bytesTransferred?: number | null } | null, projection?: { __typename?: 'UsageProjection', low: number, expected: number, high: number, method: string, basedOnDays: number } | null, allowance?: { __typename?: 'UsageAllowance', includedBytes: number, isFromPlan: boolean, usedShare: number, projectedShare?: number | null, exceedsOn?: string | null } | null } | null };

export type CallbackListenersQueryVariables = Exact<{ [key: string]: never; }>;


export type CallbackListenersQuery = { __typename?: 'Query', callbackListeners?: Array<{ __typename?: 'CallbackListener', accountNumber: string, name: string, url?: string | null, isThisServer: boolean }> | null };

export type CancelFleetReportMutationVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type CancelFleetReportMutation = { __typename?: 'Mutation', cancelFleetReport?: { __typename?: 'FleetReport', id: string, status: FleetReportStatus, cancelledAt?: string | null, requestedDevices: number, receivedDevices: number } | null };

export type CreateDeviceListUploadMutationVariables = Exact<{ [key: string]: never; }>;


export type CreateDeviceListUploadMutation = { __typename?: 'Mutation', createDeviceListUpload?: { __typename?: 'DeviceListUpload', id: string, url: string, method: string, expiresAt: string, maxBytes: number } | null };

export type DevicesQueryVariables = Exact<{
  imei: Array<Scalars['IMEI']['input']> | Scalars['IMEI']['input'];
  startDate?: InputMaybe<Scalars['ReportDate']['input']>;
  endDate?: InputMaybe<Scalars['ReportDate']['input']>;
}>;


export type DevicesQuery = { __typename?: 'Query', devices?: Array<{ __typename?: 'Device', imei: string, accountNumber: string, usage?: { __typename?: 'DeviceUsage', numberOfSessions?: number | null, bytesTransferred?: number | null } | null, sessionsReport?: { __typename?: 'SessionsReport', daily: Array<{ __typename?: 'DailyUsage', date: string, numBytes?: number | null }> } | null }> | null };

export type FleetReportProgressSubscriptionVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type FleetReportProgressSubscription = { __typename?: 'Subscription', fleetReportProgress: { __typename?: 'FleetReport', id: string, status: FleetReportStatus, requestedDevices: number, receivedDevices: number, failedDevices: number, progress: number } };

export type FleetReportQueryVariables = Exact<{
  id: Scalars['ID']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type FleetReportQuery = { __typename?: 'Query', fleetReport?: { __typename?: 'FleetReport', id: string, status: FleetReportStatus, requestedDevices: number, receivedDevices: number, failedDevices: number, progress: number, download?: string | null, window: { __typename?: 'ReportWindow', start?: string | null, end?: string | null }, parts: Array<{ __typename?: 'AggregatedReportRequest', txid: string, status: AggregatedReportStatus, progress?: number | null }>, repeats: Array<{ __typename?: 'FleetReportRepeat', at: string, reason: FleetReportRepeatReason, devices: number }>, rejections: Array<{ __typename?: 'FleetReportRejection', part: number, devices: number, code: string, message: string }>, totals?: { __typename?: 'UsageTotals', devices: number, silentDevices: number, numberOfSessions?: number | null, bytesTransferred?: number | null } | null, usage: { __typename?: 'DeviceUsageConnection', totalCount: number, nodes: Array<{ __typename?: 'DeviceUsage', imei: string, numberOfSessions?: number | null, bytesTransferred?: number | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor?: string | null } }, errors: { __typename?: 'DeviceUsageErrorConnection', totalCount: number, nodes: Array<{ __typename?: 'DeviceUsageError', imei?: string | null, errorMessage?: string | null }> }, missing: { __typename?: 'MissingDeviceConnection', totalCount: number, nodes: Array<{ __typename?: 'Device', imei: string, accountNumber: string }> } } | null };

export type FleetReportsQueryVariables = Exact<{
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type FleetReportsQuery = { __typename?: 'Query', fleetReports?: { __typename?: 'FleetReportConnection', totalCount: number, nodes: Array<{ __typename?: 'FleetReport', id: string, status: FleetReportStatus, requestedAt: string, requestedDevices: number, receivedDevices: number, failedDevices: number }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor?: string | null } } | null };

export type RecordedDaysQueryVariables = Exact<{
  from: Scalars['Date']['input'];
  to: Scalars['Date']['input'];
}>;


export type RecordedDaysQuery = { __typename?: 'Query', recordedDays?: { __typename?: 'RecordedDays', timeZone: string, gaps: Array<string>, days: Array<{ __typename?: 'RecordedDay', date: string, recordedAt: string, devices: number, missingDevices: number, mayBeCapped: boolean, revised: boolean }> } | null };

export type RequestAggregatedReportMutationVariables = Exact<{
  input: RequestAggregatedReportInput;
}>;


export type RequestAggregatedReportMutation = { __typename?: 'Mutation', requestAggregatedReport?: { __typename?: 'AggregatedReportRequest', txid: string, status: AggregatedReportStatus, accountNumber: string, requestedAt: string, expiresAt: string, expectedDevices?: number | null } | null };

export type RequestFleetReportMutationVariables = Exact<{
  input: RequestFleetReportInput;
}>;


export type RequestFleetReportMutation = { __typename?: 'Mutation', requestFleetReport?: { __typename?: 'FleetReport', id: string, status: FleetReportStatus, requestedDevices: number, partCount: number, partsPerMinute: number } | null };

export type ServerStatusQueryVariables = Exact<{ [key: string]: never; }>;


export type ServerStatusQuery = { __typename?: 'Query', serverStatus?: { __typename?: 'ServerStatus', version: string, startedAt: string, uptimeSeconds: number, hasListener?: boolean | null, store: { __typename?: 'StoreStatus', kind: StoreKind, isAvailable: boolean, isSpooling: boolean }, signIn?: { __typename?: 'SignInStatus', isWorking: boolean, strikesLeft?: number | null } | null, breaker: { __typename?: 'BreakerStatus', isOpen: boolean, openAccounts: number }, pace: { __typename?: 'PaceStatus', callsPerSecond?: number | null, pausedAccounts: number }, callsToday: { __typename?: 'CallCounts', since: string, made: number, savedBySharing: number, answeredFromCache: number }, allServers?: { __typename?: 'AllServersStatus', servers: number, callsToday: { __typename?: 'CallCounts', since: string, made: number, savedBySharing: number, answeredFromCache: number }, callbacksToday: { __typename?: 'CallbackCounts', since: string, stored: number, spooled: number, rejected: number, withoutRoom: number, failed: number } } | null, record?: { __typename?: 'RecordStatus', timeZone: string, recordedDays: number, dueDays: number, isListening?: boolean | null, lastRecordedAt?: string | null } | null, callbacksToday: { __typename?: 'CallbackCounts', since: string, stored: number, spooled: number, rejected: number, withoutRoom: number, failed: number } } | null };

export type SessionsReportQueryVariables = Exact<{
  input: SessionsReportInput;
  timeZone?: InputMaybe<Scalars['String']['input']>;
}>;


export type SessionsReportQuery = { __typename?: 'Query', sessionsReport?: { __typename?: 'SessionsReport', deviceId?: string | null, txid: string, device: { __typename?: 'Device', imei: string, accountNumber: string }, totals: { __typename?: 'SessionTotals', numberOfSessions: number, numBytes?: number | null, durationSeconds?: number | null }, daily: Array<{ __typename?: 'DailyUsage', date: string, partial?: boolean | null, numberOfSessions: number, numBytes?: number | null, durationSeconds?: number | null }>, dailyBefore?: { __typename?: 'DailyUsage', date: string, numberOfSessions: number, numBytes?: number | null, durationSeconds?: number | null } | null, sessions: Array<{ __typename?: 'Session', startTime?: string | null, endTime?: string | null, numBytes?: number | null, durationSeconds?: number | null }>, window: { __typename?: 'ReportWindow', start?: string | null, end?: string | null }, freshness: { __typename?: 'Freshness', asOf: string, settled: boolean } } | null };

export type UsageAllowancePlansQueryVariables = Exact<{
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
}>;


export type UsageAllowancePlansQuery = { __typename?: 'Query', usageAllowancePlans?: Array<{ __typename?: 'UsageAllowancePlan', dataPlan?: string | null, includedBytes?: number | null, includedBytesPerDevice?: number | null, cycleStartDay: number, timeZone: string }> | null };

export type UsageChangesQueryVariables = Exact<{
  changes: UsageChangesInput;
}>;


export type UsageChangesQuery = { __typename?: 'Query', usageChanges?: { __typename?: 'UsageChanges', plan: { __typename?: 'UsageCallPlan', path: UsageSeriesPath, upstreamCalls: number }, current?: { __typename?: 'UsageTotals', devices: number, bytesTransferred?: number | null } | null, previous?: { __typename?: 'UsageTotals', devices: number, bytesTransferred?: number | null } | null, factors?: { __typename?: 'UsageFactors', devices?: number | null, sessionsPerDevice?: number | null, bytesPerSession?: number | null, total?: number | null } | null, outliers?: Array<{ __typename?: 'UsageOutlier', bytes?: number | null, baselineBytes?: number | null, ratio?: number | null, reason: UsageOutlierReason, device: { __typename?: 'Device', imei: string } }> | null } | null };

export type UsageGroupsQueryVariables = Exact<{
  groups: UsageSeriesInput;
}>;


export type UsageGroupsQuery = { __typename?: 'Query', usageSeries?: { __typename?: 'UsageSeries', overlappingDevices?: number | null, plan: { __typename?: 'UsageCallPlan', path: UsageSeriesPath, upstreamCalls: number }, groups?: Array<{ __typename?: 'UsageGroup', key?: string | null, buckets: Array<{ __typename?: 'UsageBucket', start: string, totals?: { __typename?: 'UsageTotals', devices: number, bytesTransferred?: number | null } | null }> }> | null, unattributed?: Array<{ __typename?: 'UsageBucket', start: string, totals?: { __typename?: 'UsageTotals', devices: number, bytesTransferred?: number | null } | null }> | null } | null };

export type UsageSeriesPriceQueryVariables = Exact<{
  series: UsageSeriesInput;
}>;


export type UsageSeriesPriceQuery = { __typename?: 'Query', usageSeries?: { __typename?: 'UsageSeries', plan: { __typename?: 'UsageCallPlan', path: UsageSeriesPath, upstreamCalls: number, fromStore: number, withinBudget: boolean, alternatives: Array<{ __typename?: 'UsageCallPlan', path: UsageSeriesPath, upstreamCalls: number, withinBudget: boolean }> } } | null };

export type UsageSeriesQueryVariables = Exact<{
  series: UsageSeriesInput;
}>;


export type UsageSeriesQuery = { __typename?: 'Query', usageSeries?: { __typename?: 'UsageSeries', plan: { __typename?: 'UsageCallPlan', path: UsageSeriesPath, upstreamCalls: number, fromStore: number, withinBudget: boolean, alternatives: Array<{ __typename?: 'UsageCallPlan', path: UsageSeriesPath, upstreamCalls: number, withinBudget: boolean }> }, groups?: Array<{ __typename?: 'UsageGroup', key?: string | null, buckets: Array<{ __typename?: 'UsageBucket', start: string, end: string, settled: boolean, complete: boolean, previousPath?: UsageSeriesPath | null, change?: number | null, missing: Array<string>, totals?: { __typename?: 'UsageTotals', devices: number, silentDevices: number, numberOfSessions?: number | null, bytesTransferred?: number | null } | null, previous?: { __typename?: 'UsageTotals', bytesTransferred?: number | null } | null, usage: Array<{ __typename?: 'DeviceUsage', imei: string, bytesTransferred?: number | null }>, errors: Array<{ __typename?: 'DeviceUsageError', imei?: string | null, errorMessage?: string | null }> }> }> | null, freshness?: { __typename?: 'Freshness', asOf: string, settled: boolean } | null } | null };


export const AccountUsageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AccountUsage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"startDate"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ReportDate"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"endDate"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ReportDate"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aggregatedReport"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"imei"},"value":{"kind":"ListValue","values":[]}},{"kind":"ObjectField","name":{"kind":"Name","value":"allDevices"},"value":{"kind":"BooleanValue","value":true}},{"kind":"ObjectField","name":{"kind":"Name","value":"startDate"},"value":{"kind":"Variable","name":{"kind":"Name","value":"startDate"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"endDate"},"value":{"kind":"Variable","name":{"kind":"Name","value":"endDate"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"devices"}},{"kind":"Field","name":{"kind":"Name","value":"silentDevices"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTransferred"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPercentiles"}}]}},{"kind":"Field","name":{"kind":"Name","value":"usage"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"EnumValue","value":"BYTES_DESC"}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}},{"kind":"Field","name":{"kind":"Name","value":"numberOfSessions"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTransferred"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}},{"kind":"Field","name":{"kind":"Name","value":"errorMessage"}}]}}]}}]}}]} as unknown as DocumentNode<AccountUsageQuery, AccountUsageQueryVariables>;
export const AggregatedReportProgressDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"AggregatedReportProgress"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"txid"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aggregatedReportProgress"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"txid"},"value":{"kind":"Variable","name":{"kind":"Name","value":"txid"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"txid"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"receivedDevices"}},{"kind":"Field","name":{"kind":"Name","value":"failedDevices"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesTransferred"}}]}}]}}]}}]} as unknown as DocumentNode<AggregatedReportProgressSubscription, AggregatedReportProgressSubscriptionVariables>;
export const AggregatedReportRequestDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AggregatedReportRequest"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"txid"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aggregatedReportRequest"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"txid"},"value":{"kind":"Variable","name":{"kind":"Name","value":"txid"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"txid"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"window"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"start"}},{"kind":"Field","name":{"kind":"Name","value":"end"}}]}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"completedAt"}},{"kind":"Field","name":{"kind":"Name","value":"expectedDevices"}},{"kind":"Field","name":{"kind":"Name","value":"receivedDevices"}},{"kind":"Field","name":{"kind":"Name","value":"failedDevices"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"devices"}},{"kind":"Field","name":{"kind":"Name","value":"silentDevices"}},{"kind":"Field","name":{"kind":"Name","value":"numberOfSessions"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTransferred"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPercentiles"}}]}},{"kind":"Field","name":{"kind":"Name","value":"usage"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"EnumValue","value":"BYTES_DESC"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}},{"kind":"Field","name":{"kind":"Name","value":"numberOfSessions"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTransferred"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}},{"kind":"Field","name":{"kind":"Name","value":"errorMessage"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}},{"kind":"Field","name":{"kind":"Name","value":"missing"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}},{"kind":"Field","name":{"kind":"Name","value":"accountNumber"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}},{"kind":"Field","name":{"kind":"Name","value":"download"}}]}}]}}]} as unknown as DocumentNode<AggregatedReportRequestQuery, AggregatedReportRequestQueryVariables>;
export const AggregatedReportRequestsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AggregatedReportRequests"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"status"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"AggregatedReportStatus"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aggregatedReportRequests"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"status"},"value":{"kind":"Variable","name":{"kind":"Name","value":"status"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"txid"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"requestedAt"}},{"kind":"Field","name":{"kind":"Name","value":"expectedDevices"}},{"kind":"Field","name":{"kind":"Name","value":"receivedDevices"}},{"kind":"Field","name":{"kind":"Name","value":"failedDevices"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}}]}}]} as unknown as DocumentNode<AggregatedReportRequestsQuery, AggregatedReportRequestsQueryVariables>;
export const AggregatedReportDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AggregatedReport"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AggregatedReportInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aggregatedReport"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"txid"}},{"kind":"Field","name":{"kind":"Name","value":"txids"}},{"kind":"Field","name":{"kind":"Name","value":"usage"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"EnumValue","value":"BYTES_DESC"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}},{"kind":"Field","name":{"kind":"Name","value":"numberOfSessions"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTransferred"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}},{"kind":"Field","name":{"kind":"Name","value":"errorMessage"}},{"kind":"Field","name":{"kind":"Name","value":"errorResponse"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"errorCode"}},{"kind":"Field","name":{"kind":"Name","value":"errorMessage"}},{"kind":"Field","name":{"kind":"Name","value":"httpStatusCode"}},{"kind":"Field","name":{"kind":"Name","value":"detailErrorMessage"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"missing"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"devices"}},{"kind":"Field","name":{"kind":"Name","value":"silentDevices"}},{"kind":"Field","name":{"kind":"Name","value":"numberOfSessions"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTransferred"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPercentiles"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"p"},"value":{"kind":"ListValue","values":[{"kind":"IntValue","value":"50"},{"kind":"IntValue","value":"95"},{"kind":"IntValue","value":"99"}]}}]}]}},{"kind":"Field","name":{"kind":"Name","value":"window"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"start"}},{"kind":"Field","name":{"kind":"Name","value":"end"}}]}},{"kind":"Field","name":{"kind":"Name","value":"freshness"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asOf"}},{"kind":"Field","name":{"kind":"Name","value":"settled"}}]}}]}}]}}]} as unknown as DocumentNode<AggregatedReportQuery, AggregatedReportQueryVariables>;
export const BillingCycleDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"BillingCycle"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"cycle"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"BillingCycleInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"billingCycle"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"cycle"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"start"}},{"kind":"Field","name":{"kind":"Name","value":"end"}},{"kind":"Field","name":{"kind":"Name","value":"daysLeft"}},{"kind":"Field","name":{"kind":"Name","value":"plan"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"upstreamCalls"}},{"kind":"Field","name":{"kind":"Name","value":"recordedBuckets"}}]}},{"kind":"Field","name":{"kind":"Name","value":"usage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"devices"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTransferred"}}]}},{"kind":"Field","name":{"kind":"Name","value":"complete"}},{"kind":"Field","name":{"kind":"Name","value":"projection"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"low"}},{"kind":"Field","name":{"kind":"Name","value":"expected"}},{"kind":"Field","name":{"kind":"Name","value":"high"}},{"kind":"Field","name":{"kind":"Name","value":"method"}},{"kind":"Field","name":{"kind":"Name","value":"basedOnDays"}}]}},{"kind":"Field","name":{"kind":"Name","value":"allowance"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"includedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"isFromPlan"}},{"kind":"Field","name":{"kind":"Name","value":"usedShare"}},{"kind":"Field","name":{"kind":"Name","value":"projectedShare"}},{"kind":"Field","name":{"kind":"Name","value":"exceedsOn"}}]}}]}}]}}]} as unknown as DocumentNode<BillingCycleQuery, BillingCycleQueryVariables>;
export const CallbackListenersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CallbackListeners"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"callbackListeners"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accountNumber"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"isThisServer"}}]}}]}}]} as unknown as DocumentNode<CallbackListenersQuery, CallbackListenersQueryVariables>;
export const CancelFleetReportDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CancelFleetReport"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cancelFleetReport"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"cancelledAt"}},{"kind":"Field","name":{"kind":"Name","value":"requestedDevices"}},{"kind":"Field","name":{"kind":"Name","value":"receivedDevices"}}]}}]}}]} as unknown as DocumentNode<CancelFleetReportMutation, CancelFleetReportMutationVariables>;
export const CreateDeviceListUploadDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateDeviceListUpload"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createDeviceListUpload"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"method"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"maxBytes"}}]}}]}}]} as unknown as DocumentNode<CreateDeviceListUploadMutation, CreateDeviceListUploadMutationVariables>;
export const DevicesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Devices"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"imei"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"IMEI"}}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"startDate"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ReportDate"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"endDate"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ReportDate"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"devices"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"imei"},"value":{"kind":"Variable","name":{"kind":"Name","value":"imei"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}},{"kind":"Field","name":{"kind":"Name","value":"accountNumber"}},{"kind":"Field","name":{"kind":"Name","value":"usage"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"startDate"},"value":{"kind":"Variable","name":{"kind":"Name","value":"startDate"}}},{"kind":"Argument","name":{"kind":"Name","value":"endDate"},"value":{"kind":"Variable","name":{"kind":"Name","value":"endDate"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"numberOfSessions"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTransferred"}}]}},{"kind":"Field","name":{"kind":"Name","value":"sessionsReport"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"startDate"},"value":{"kind":"Variable","name":{"kind":"Name","value":"startDate"}}},{"kind":"Argument","name":{"kind":"Name","value":"endDate"},"value":{"kind":"Variable","name":{"kind":"Name","value":"endDate"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"daily"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"date"}},{"kind":"Field","name":{"kind":"Name","value":"numBytes"}}]}}]}}]}}]}}]} as unknown as DocumentNode<DevicesQuery, DevicesQueryVariables>;
export const FleetReportProgressDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FleetReportProgress"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"fleetReportProgress"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"requestedDevices"}},{"kind":"Field","name":{"kind":"Name","value":"receivedDevices"}},{"kind":"Field","name":{"kind":"Name","value":"failedDevices"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}}]}}]}}]} as unknown as DocumentNode<FleetReportProgressSubscription, FleetReportProgressSubscriptionVariables>;
export const FleetReportDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"FleetReport"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"fleetReport"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"window"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"start"}},{"kind":"Field","name":{"kind":"Name","value":"end"}}]}},{"kind":"Field","name":{"kind":"Name","value":"requestedDevices"}},{"kind":"Field","name":{"kind":"Name","value":"receivedDevices"}},{"kind":"Field","name":{"kind":"Name","value":"failedDevices"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}},{"kind":"Field","name":{"kind":"Name","value":"parts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"txid"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}}]}},{"kind":"Field","name":{"kind":"Name","value":"repeats"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"devices"}}]}},{"kind":"Field","name":{"kind":"Name","value":"rejections"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"part"}},{"kind":"Field","name":{"kind":"Name","value":"devices"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"devices"}},{"kind":"Field","name":{"kind":"Name","value":"silentDevices"}},{"kind":"Field","name":{"kind":"Name","value":"numberOfSessions"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTransferred"}}]}},{"kind":"Field","name":{"kind":"Name","value":"usage"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"EnumValue","value":"BYTES_DESC"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}},{"kind":"Field","name":{"kind":"Name","value":"numberOfSessions"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTransferred"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}},{"kind":"Field","name":{"kind":"Name","value":"errorMessage"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}},{"kind":"Field","name":{"kind":"Name","value":"missing"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}},{"kind":"Field","name":{"kind":"Name","value":"accountNumber"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}},{"kind":"Field","name":{"kind":"Name","value":"download"}}]}}]}}]} as unknown as DocumentNode<FleetReportQuery, FleetReportQueryVariables>;
export const FleetReportsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"FleetReports"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"fleetReports"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"requestedAt"}},{"kind":"Field","name":{"kind":"Name","value":"requestedDevices"}},{"kind":"Field","name":{"kind":"Name","value":"receivedDevices"}},{"kind":"Field","name":{"kind":"Name","value":"failedDevices"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}}]}}]} as unknown as DocumentNode<FleetReportsQuery, FleetReportsQueryVariables>;
export const RecordedDaysDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RecordedDays"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Date"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"to"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Date"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recordedDays"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"to"},"value":{"kind":"Variable","name":{"kind":"Name","value":"to"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"timeZone"}},{"kind":"Field","name":{"kind":"Name","value":"days"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"date"}},{"kind":"Field","name":{"kind":"Name","value":"recordedAt"}},{"kind":"Field","name":{"kind":"Name","value":"devices"}},{"kind":"Field","name":{"kind":"Name","value":"missingDevices"}},{"kind":"Field","name":{"kind":"Name","value":"mayBeCapped"}},{"kind":"Field","name":{"kind":"Name","value":"revised"}}]}},{"kind":"Field","name":{"kind":"Name","value":"gaps"}}]}}]}}]} as unknown as DocumentNode<RecordedDaysQuery, RecordedDaysQueryVariables>;
export const RequestAggregatedReportDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RequestAggregatedReport"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RequestAggregatedReportInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"requestAggregatedReport"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"txid"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"accountNumber"}},{"kind":"Field","name":{"kind":"Name","value":"requestedAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"expectedDevices"}}]}}]}}]} as unknown as DocumentNode<RequestAggregatedReportMutation, RequestAggregatedReportMutationVariables>;
export const RequestFleetReportDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RequestFleetReport"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RequestFleetReportInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"requestFleetReport"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"requestedDevices"}},{"kind":"Field","name":{"kind":"Name","value":"partCount"}},{"kind":"Field","name":{"kind":"Name","value":"partsPerMinute"}}]}}]}}]} as unknown as DocumentNode<RequestFleetReportMutation, RequestFleetReportMutationVariables>;
export const ServerStatusDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ServerStatus"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"serverStatus"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"uptimeSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"store"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"isAvailable"}},{"kind":"Field","name":{"kind":"Name","value":"isSpooling"}}]}},{"kind":"Field","name":{"kind":"Name","value":"signIn"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"isWorking"}},{"kind":"Field","name":{"kind":"Name","value":"strikesLeft"}}]}},{"kind":"Field","name":{"kind":"Name","value":"breaker"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"isOpen"}},{"kind":"Field","name":{"kind":"Name","value":"openAccounts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pace"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"callsPerSecond"}},{"kind":"Field","name":{"kind":"Name","value":"pausedAccounts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"callsToday"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"since"}},{"kind":"Field","name":{"kind":"Name","value":"made"}},{"kind":"Field","name":{"kind":"Name","value":"savedBySharing"}},{"kind":"Field","name":{"kind":"Name","value":"answeredFromCache"}}]}},{"kind":"Field","name":{"kind":"Name","value":"hasListener"}},{"kind":"Field","name":{"kind":"Name","value":"allServers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"servers"}},{"kind":"Field","name":{"kind":"Name","value":"callsToday"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"since"}},{"kind":"Field","name":{"kind":"Name","value":"made"}},{"kind":"Field","name":{"kind":"Name","value":"savedBySharing"}},{"kind":"Field","name":{"kind":"Name","value":"answeredFromCache"}}]}},{"kind":"Field","name":{"kind":"Name","value":"callbacksToday"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"since"}},{"kind":"Field","name":{"kind":"Name","value":"stored"}},{"kind":"Field","name":{"kind":"Name","value":"spooled"}},{"kind":"Field","name":{"kind":"Name","value":"rejected"}},{"kind":"Field","name":{"kind":"Name","value":"withoutRoom"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"record"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"timeZone"}},{"kind":"Field","name":{"kind":"Name","value":"recordedDays"}},{"kind":"Field","name":{"kind":"Name","value":"dueDays"}},{"kind":"Field","name":{"kind":"Name","value":"isListening"}},{"kind":"Field","name":{"kind":"Name","value":"lastRecordedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"callbacksToday"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"since"}},{"kind":"Field","name":{"kind":"Name","value":"stored"}},{"kind":"Field","name":{"kind":"Name","value":"spooled"}},{"kind":"Field","name":{"kind":"Name","value":"rejected"}},{"kind":"Field","name":{"kind":"Name","value":"withoutRoom"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}}]}}]}}]}}]} as unknown as DocumentNode<ServerStatusQuery, ServerStatusQueryVariables>;
export const SessionsReportDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SessionsReport"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SessionsReportInput"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"timeZone"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sessionsReport"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deviceId"}},{"kind":"Field","name":{"kind":"Name","value":"txid"}},{"kind":"Field","name":{"kind":"Name","value":"device"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}},{"kind":"Field","name":{"kind":"Name","value":"accountNumber"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"numberOfSessions"}},{"kind":"Field","name":{"kind":"Name","value":"numBytes"}},{"kind":"Field","name":{"kind":"Name","value":"durationSeconds"}}]}},{"kind":"Field","name":{"kind":"Name","value":"daily"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"timeZone"},"value":{"kind":"Variable","name":{"kind":"Name","value":"timeZone"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"date"}},{"kind":"Field","name":{"kind":"Name","value":"partial"}},{"kind":"Field","name":{"kind":"Name","value":"numberOfSessions"}},{"kind":"Field","name":{"kind":"Name","value":"numBytes"}},{"kind":"Field","name":{"kind":"Name","value":"durationSeconds"}}]}},{"kind":"Field","name":{"kind":"Name","value":"dailyBefore"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"timeZone"},"value":{"kind":"Variable","name":{"kind":"Name","value":"timeZone"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"date"}},{"kind":"Field","name":{"kind":"Name","value":"numberOfSessions"}},{"kind":"Field","name":{"kind":"Name","value":"numBytes"}},{"kind":"Field","name":{"kind":"Name","value":"durationSeconds"}}]}},{"kind":"Field","name":{"kind":"Name","value":"sessions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startTime"}},{"kind":"Field","name":{"kind":"Name","value":"endTime"}},{"kind":"Field","name":{"kind":"Name","value":"numBytes"}},{"kind":"Field","name":{"kind":"Name","value":"durationSeconds"}}]}},{"kind":"Field","name":{"kind":"Name","value":"window"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"start"}},{"kind":"Field","name":{"kind":"Name","value":"end"}}]}},{"kind":"Field","name":{"kind":"Name","value":"freshness"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asOf"}},{"kind":"Field","name":{"kind":"Name","value":"settled"}}]}}]}}]}}]} as unknown as DocumentNode<SessionsReportQuery, SessionsReportQueryVariables>;
export const UsageAllowancePlansDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"UsageAllowancePlans"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountNumber"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"AccountNumber"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"usageAllowancePlans"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountNumber"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountNumber"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"dataPlan"}},{"kind":"Field","name":{"kind":"Name","value":"includedBytes"}},{"kind":"Field","name":{"kind":"Name","value":"includedBytesPerDevice"}},{"kind":"Field","name":{"kind":"Name","value":"cycleStartDay"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}}]}}]}}]} as unknown as DocumentNode<UsageAllowancePlansQuery, UsageAllowancePlansQueryVariables>;
export const UsageChangesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"UsageChanges"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"changes"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UsageChangesInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"usageChanges"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"changes"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"plan"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"upstreamCalls"}}]}},{"kind":"Field","name":{"kind":"Name","value":"current"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"devices"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTransferred"}}]}},{"kind":"Field","name":{"kind":"Name","value":"previous"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"devices"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTransferred"}}]}},{"kind":"Field","name":{"kind":"Name","value":"factors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"devices"}},{"kind":"Field","name":{"kind":"Name","value":"sessionsPerDevice"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPerSession"}},{"kind":"Field","name":{"kind":"Name","value":"total"}}]}},{"kind":"Field","name":{"kind":"Name","value":"outliers"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"10"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"device"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}}]}},{"kind":"Field","name":{"kind":"Name","value":"bytes"}},{"kind":"Field","name":{"kind":"Name","value":"baselineBytes"}},{"kind":"Field","name":{"kind":"Name","value":"ratio"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}}]}}]}}]} as unknown as DocumentNode<UsageChangesQuery, UsageChangesQueryVariables>;
export const UsageGroupsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"UsageGroups"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"groups"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UsageSeriesInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"usageSeries"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"groups"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"plan"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"upstreamCalls"}}]}},{"kind":"Field","name":{"kind":"Name","value":"groups"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"buckets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"start"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"devices"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTransferred"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"unattributed"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"start"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"devices"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTransferred"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"overlappingDevices"}}]}}]}}]} as unknown as DocumentNode<UsageGroupsQuery, UsageGroupsQueryVariables>;
export const UsageSeriesPriceDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"UsageSeriesPrice"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"series"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UsageSeriesInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"usageSeries"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"series"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"plan"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"upstreamCalls"}},{"kind":"Field","name":{"kind":"Name","value":"fromStore"}},{"kind":"Field","name":{"kind":"Name","value":"withinBudget"}},{"kind":"Field","name":{"kind":"Name","value":"alternatives"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"upstreamCalls"}},{"kind":"Field","name":{"kind":"Name","value":"withinBudget"}}]}}]}}]}}]}}]} as unknown as DocumentNode<UsageSeriesPriceQuery, UsageSeriesPriceQueryVariables>;
export const UsageSeriesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"UsageSeries"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"series"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UsageSeriesInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"usageSeries"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"series"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"plan"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"upstreamCalls"}},{"kind":"Field","name":{"kind":"Name","value":"fromStore"}},{"kind":"Field","name":{"kind":"Name","value":"withinBudget"}},{"kind":"Field","name":{"kind":"Name","value":"alternatives"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"upstreamCalls"}},{"kind":"Field","name":{"kind":"Name","value":"withinBudget"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"groups"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"buckets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"start"}},{"kind":"Field","name":{"kind":"Name","value":"end"}},{"kind":"Field","name":{"kind":"Name","value":"settled"}},{"kind":"Field","name":{"kind":"Name","value":"complete"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"devices"}},{"kind":"Field","name":{"kind":"Name","value":"silentDevices"}},{"kind":"Field","name":{"kind":"Name","value":"numberOfSessions"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTransferred"}}]}},{"kind":"Field","name":{"kind":"Name","value":"previous"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesTransferred"}}]}},{"kind":"Field","name":{"kind":"Name","value":"previousPath"}},{"kind":"Field","name":{"kind":"Name","value":"change"}},{"kind":"Field","name":{"kind":"Name","value":"usage"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"3"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTransferred"}}]}},{"kind":"Field","name":{"kind":"Name","value":"missing"}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}},{"kind":"Field","name":{"kind":"Name","value":"errorMessage"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"freshness"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asOf"}},{"kind":"Field","name":{"kind":"Name","value":"settled"}}]}}]}}]}}]} as unknown as DocumentNode<UsageSeriesQuery, UsageSeriesQueryVariables>;