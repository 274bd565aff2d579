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
  /** A billing account of the carrier: a string of 1 to 64 letters, digits and "-", leading zeroes kept, such as "0844021539-00001". */
  AccountNumber: { input: string; output: string; }
  /** A moment in RFC 3339 with its offset, such as "2026-05-31T08:00:00Z". A time that the platform gives without an offset is UTC. */
  DateTime: { input: string; output: string; }
  /** The identity of a cellular device: a string of exactly 15 digits, leading zeroes kept, such as "709312034493372". Its check digit is not judged. */
  IMEI: { input: string; output: string; }
  /** A side of a report’s window: an ISO 8601 date ("2026-05-31", the whole day in UTC), a date-time ("2026-05-31T08:00:00Z", UTC where it has no offset), or one of the platform’s predefined constants in capitals ("LAST_WEEK"), passed through as it is. A window is at most 180 days long, and the platform keeps nothing older than 180 days. */
  ReportDate: { input: string; output: string; }
  /** A whole number from 0 to 2^53-1, exact, as a JSON number: a count of bytes or seconds passes the 2^31 of Int. */
  SafeInt: { input: number; output: number; }
  _Any: { input: Record<string, unknown>; output: Record<string, unknown>; }
};

/** Totals per device in a window. Every device asked for is in exactly one of usage, errors and missing. */
export type AggregatedReport = {
  __typename?: 'AggregatedReport';
  /** The devices that the platform could not report, and those of calls that failed. */
  errors: Array<DeviceUsageError>;
  /** How far the figures can be trusted to be complete. */
  freshness: Freshness;
  /** The IMEIs of devices that were asked for, and are neither in usage nor in errors. */
  missing: Array<Scalars['ID']['output']>;
  /** Sums over usage, all of it whatever first says. */
  totals: UsageTotals;
  /** The transaction id of the first upstream call; empty where the platform gave none. */
  txid: Scalars['ID']['output'];
  /** The transaction ids of every upstream call that the figures come from. */
  txids: Array<Scalars['ID']['output']>;
  /** What the devices did, in the order asked for (for a whole account, the platform’s), or by the order given. */
  usage: Array<DeviceUsage>;
};


/** Totals per device in a window. Every device asked for is in exactly one of usage, errors and missing. */
export type AggregatedReportUsageArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<UsageOrder>;
};

/** Which devices, and what of them. */
export type AggregatedReportInput = {
  /** The account to report on; the configured one (THINGSPACE_ACCOUNT_NUMBER) where it is left out. */
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  /** Every device of the account that the filters leave. Has to be true where imei is empty: the platform takes an empty list for it. */
  allDevices?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only devices on this data plan; at most 256 characters. */
  dataPlan?: InputMaybe<Scalars['String']['input']>;
  /** Only devices of this group; at most 256 characters. */
  deviceGroup?: InputMaybe<Scalars['String']['input']>;
  /** Only devices with this label; at most 256 characters. */
  deviceLabel?: InputMaybe<Scalars['String']['input']>;
  /** Where the window ends, a date with its whole day in UTC; the platform decides where it is left out. Not before the start, at most 180 days ago. */
  endDate?: InputMaybe<Scalars['ReportDate']['input']>;
  /** The devices, ten to an upstream call, as many as the operation’s budget has room for. One named twice is asked for once. Empty only with allDevices. */
  imei: Array<Scalars['IMEI']['input']>;
  /** True keeps only devices that had no session in the window. */
  noSessionFlag?: InputMaybe<Scalars['Boolean']['input']>;
  /** Where the window begins; the platform decides where it is left out. At most 180 days before the end. */
  startDate?: InputMaybe<Scalars['ReportDate']['input']>;
};

/** A report that the platform works on and sends later, device by device. */
export type AggregatedReportRequest = {
  __typename?: 'AggregatedReportRequest';
  /** The account that is reported on. */
  accountNumber: Scalars['ID']['output'];
  /** When it was complete; null before. */
  completedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Where the whole result can be downloaded, usage and errors; the link holds for DOWNLOAD_LINK_MINUTES. Null until something arrived. */
  download?: Maybe<Scalars['String']['output']>;
  /** The devices that the platform could not report, as it said so. */
  errors: DeviceUsageErrorConnection;
  /** How many devices were asked for; null for a whole account: how many that is, the platform does not say. */
  expectedDevices?: Maybe<Scalars['Int']['output']>;
  /** When it expires, should devices be missing then. */
  expiresAt: Scalars['DateTime']['output'];
  /** How many devices are in errors. */
  failedDevices: Scalars['Int']['output'];
  /** The devices that were asked for and are neither in usage nor in errors, by IMEI; none for a whole account. */
  missing: MissingDeviceConnection;
  /** The share of the devices asked for that arrived, 0 to 1; null for a whole account. */
  progress?: Maybe<Scalars['Float']['output']>;
  /** How many devices are in usage. */
  receivedDevices: Scalars['Int']['output'];
  /** When the platform accepted it. */
  requestedAt: Scalars['DateTime']['output'];
  /** How far it has come. */
  status: AggregatedReportStatus;
  /** Sums over usage, all that has arrived. */
  totals: UsageTotals;
  /** The transaction id that joins the request to its messages. */
  txid: Scalars['ID']['output'];
  /** When it last changed: something of it arrived, or it came to its end. */
  updatedAt: Scalars['DateTime']['output'];
  /** What the devices did, as it arrived or by the order given. Pages hold still while more arrives. */
  usage: DeviceUsageConnection;
};


/** A report that the platform works on and sends later, device by device. */
export type AggregatedReportRequestDownloadArgs = {
  format?: InputMaybe<DownloadFormat>;
};


/** A report that the platform works on and sends later, device by device. */
export type AggregatedReportRequestErrorsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** A report that the platform works on and sends later, device by device. */
export type AggregatedReportRequestMissingArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** A report that the platform works on and sends later, device by device. */
export type AggregatedReportRequestUsageArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<UsageOrder>;
};

/** A page of the account’s asynchronous reports. */
export type AggregatedReportRequestConnection = {
  __typename?: 'AggregatedReportRequestConnection';
  /** The page with a cursor for each. */
  edges: Array<AggregatedReportRequestEdge>;
  /** The page without cursors. */
  nodes: Array<AggregatedReportRequest>;
  /** Where the page stands in the list. */
  pageInfo: PageInfo;
  /** How many there are in the whole list. */
  totalCount: Scalars['Int']['output'];
};

/** One of the account’s asynchronous reports, with its place in the list. */
export type AggregatedReportRequestEdge = {
  __typename?: 'AggregatedReportRequestEdge';
  /** The place, for after. */
  cursor: Scalars['String']['output'];
  /** What stands there. */
  node: AggregatedReportRequest;
};

/** How far an asynchronous report has come. */
export type AggregatedReportStatus =
  /** Every device asked for arrived, or the platform said so at once; for a whole account, nothing has come for CALLBACK_QUIET_MINUTES. */
  | 'COMPLETED'
  /** CALLBACK_DEADLINE_HOURS passed with devices missing. What still comes is still taken. */
  | 'EXPIRED'
  /** Accepted; nothing arrived yet. */
  | 'QUEUED'
  /** Some devices arrived. */
  | 'RECEIVING';

/** Where the platform posts an account’s messages. It keeps one listener a name: another takes its place unasked. */
export type CallbackListener = {
  __typename?: 'CallbackListener';
  /** The account. */
  accountNumber: Scalars['ID']['output'];
  /** Whether messages posted there arrive here. False tells a drift: someone registered another address. */
  isThisServer: Scalars['Boolean']['output'];
  /** The service whose messages it gets. */
  name: Scalars['String']['output'];
  /** The address, secrets in it shown as ***; null where the platform does not say. */
  url?: Maybe<Scalars['String']['output']>;
};

/** One day of a device. A session that crosses midnight counts on the day it began. */
export type DailyUsage = {
  __typename?: 'DailyUsage';
  /** The day, such as "2026-05-31", in the time zone of the series. */
  date: Scalars['String']['output'];
  /** Seconds of these sessions together; open ones have none yet. */
  durationSeconds: Scalars['SafeInt']['output'];
  /** Sessions of which the platform left out or garbled the bytes or a time. The sums are without what is not known. */
  incompleteSessions: Scalars['Int']['output'];
  /** Bytes of these sessions together. */
  numBytes: Scalars['SafeInt']['output'];
  /** Sessions, open ones too. */
  numberOfSessions: Scalars['Int']['output'];
};

/** A cellular device, on one billing account of the carrier. Other subgraphs can extend it by its IMEI. */
export type Device = {
  __typename?: 'Device';
  /** The billing account that its figures are asked for; the configured one where none was named. */
  accountNumber: Scalars['ID']['output'];
  /** The device’s 15-digit identity. */
  imei: Scalars['ID']['output'];
  /** The sessions of the device in a window: one upstream call a device. */
  sessionsReport?: Maybe<SessionsReport>;
  /** Sessions and bytes of the device in a window. Devices of one operation share upstream calls, ten to a call. Null where the platform leaves the device out; an error where it refuses the device. */
  usage?: Maybe<DeviceUsage>;
};


/** A cellular device, on one billing account of the carrier. Other subgraphs can extend it by its IMEI. */
export type DeviceSessionsReportArgs = {
  durationHigh?: InputMaybe<Scalars['Int']['input']>;
  durationLow?: InputMaybe<Scalars['Int']['input']>;
  endDate?: InputMaybe<Scalars['ReportDate']['input']>;
  startDate?: InputMaybe<Scalars['ReportDate']['input']>;
};


/** A cellular device, on one billing account of the carrier. Other subgraphs can extend it by its IMEI. */
export type DeviceUsageArgs = {
  endDate?: InputMaybe<Scalars['ReportDate']['input']>;
  startDate?: InputMaybe<Scalars['ReportDate']['input']>;
};

/** What one device did in the window. */
export type DeviceUsage = {
  __typename?: 'DeviceUsage';
  /** Bytes in the window; null where the platform gave no number that can be trusted. */
  bytesTransferred?: Maybe<Scalars['SafeInt']['output']>;
  /** The device itself, for its other figures and for what other subgraphs know of it. */
  device: Device;
  /** The device’s 15-digit identity. */
  imei: Scalars['ID']['output'];
  /** Sessions in the window; null where the platform gave no number that can be trusted. */
  numberOfSessions?: Maybe<Scalars['Int']['output']>;
};

/** A page of the devices with usage. */
export type DeviceUsageConnection = {
  __typename?: 'DeviceUsageConnection';
  /** The page with a cursor for each. */
  edges: Array<DeviceUsageEdge>;
  /** The page without cursors. */
  nodes: Array<DeviceUsage>;
  /** Where the page stands in the list. */
  pageInfo: PageInfo;
  /** How many there are in the whole list. */
  totalCount: Scalars['Int']['output'];
};

/** One of the devices with usage, with its place in the list. */
export type DeviceUsageEdge = {
  __typename?: 'DeviceUsageEdge';
  /** The place, for after. */
  cursor: Scalars['String']['output'];
  /** What stands there. */
  node: DeviceUsage;
};

/** A device that the platform could not report: because of the device, or because the call that asked for it failed. */
export type DeviceUsageError = {
  __typename?: 'DeviceUsageError';
  /** What happened, and what to do where that is known. */
  errorMessage?: Maybe<Scalars['String']['output']>;
  /** The platform’s own words; null where it said nothing. */
  errorResponse?: Maybe<UpstreamErrorMessage>;
  /** The device; null where the platform does not say which. */
  imei?: Maybe<Scalars['ID']['output']>;
};

/** A page of the devices with an error. */
export type DeviceUsageErrorConnection = {
  __typename?: 'DeviceUsageErrorConnection';
  /** The page with a cursor for each. */
  edges: Array<DeviceUsageErrorEdge>;
  /** The page without cursors. */
  nodes: Array<DeviceUsageError>;
  /** Where the page stands in the list. */
  pageInfo: PageInfo;
  /** How many there are in the whole list. */
  totalCount: Scalars['Int']['output'];
};

/** One of the devices with an error, with its place in the list. */
export type DeviceUsageErrorEdge = {
  __typename?: 'DeviceUsageErrorEdge';
  /** The place, for after. */
  cursor: Scalars['String']['output'];
  /** What stands there. */
  node: DeviceUsageError;
};

/** The form of a download. */
export type DownloadFormat =
  /** RFC 4180 with a header row, safe to open in a spreadsheet. */
  | 'CSV'
  /** One JSON object a line. */
  | 'JSONL';

/** How far the figures can be trusted to be complete. */
export type Freshness = {
  __typename?: 'Freshness';
  /** When the figures were fetched from the platform; of several calls, the earliest. */
  asOf: Scalars['DateTime']['output'];
  /** True where the window had ended more than a day before, so that the figures do not change any more. A closed session shows up within about 15 minutes, a long one is updated about every 6 hours. False for a window whose end only the platform knows. */
  settled: Scalars['Boolean']['output'];
};

/** A page of the devices that have not come. */
export type MissingDeviceConnection = {
  __typename?: 'MissingDeviceConnection';
  /** The page with a cursor for each. */
  edges: Array<MissingDeviceEdge>;
  /** The page without cursors. */
  nodes: Array<Device>;
  /** Where the page stands in the list. */
  pageInfo: PageInfo;
  /** How many there are in the whole list. */
  totalCount: Scalars['Int']['output'];
};

/** One of the devices that have not come, with its place in the list. */
export type MissingDeviceEdge = {
  __typename?: 'MissingDeviceEdge';
  /** The place, for after. */
  cursor: Scalars['String']['output'];
  /** What stands there. */
  node: Device;
};

/** What starts work on the platform. */
export type Mutation = {
  __typename?: 'Mutation';
  /** Stops the messages of a service, and gives the listener that had them. Messages that still come find no one. */
  deregisterCallbackListener?: Maybe<CallbackListener>;
  /** Has the platform post the account’s messages to an address, in place of the one that had the name before. */
  registerCallbackListener?: Maybe<CallbackListener>;
  /** Starts a report on up to 10,000 devices, or on a whole account: one upstream call, never sent twice unless the first surely did not arrive. Follow it with aggregatedReportProgress or aggregatedReportRequest. */
  requestAggregatedReport?: Maybe<AggregatedReportRequest>;
  /** Asks again, as a new request with the same dates and filters, for the devices of a request that have not arrived. Null where the account has no such request. The header Idempotency-Key makes it safe to ask again. */
  retryMissingDevices?: Maybe<AggregatedReportRequest>;
};


/** What starts work on the platform. */
export type MutationDeregisterCallbackListenerArgs = {
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  name?: InputMaybe<Scalars['String']['input']>;
};


/** What starts work on the platform. */
export type MutationRegisterCallbackListenerArgs = {
  input: RegisterCallbackListenerInput;
};


/** What starts work on the platform. */
export type MutationRequestAggregatedReportArgs = {
  input: RequestAggregatedReportInput;
};


/** What starts work on the platform. */
export type MutationRetryMissingDevicesArgs = {
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  txid: Scalars['ID']['input'];
};

/** Where a page stands in its list. */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** The cursor of the last edge, for after of the next page; null for an empty page. */
  endCursor?: Maybe<Scalars['String']['output']>;
  /** Whether more comes behind this page. */
  hasNextPage: Scalars['Boolean']['output'];
  /** Whether this page begins behind a cursor. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the first edge; null for an empty page. */
  startCursor?: Maybe<Scalars['String']['output']>;
};

/** What can be read: usage of devices, as the platform reports it. */
export type Query = {
  __typename?: 'Query';
  _entities: Array<Maybe<_Entity>>;
  _service: _Service;
  /** Totals per device, answered at once: any number of devices up to the operation’s budget, ten to an upstream call. A call that fails puts its devices in errors; only when all fail is it an error of the report. */
  aggregatedReport?: Maybe<AggregatedReport>;
  /** One asynchronous report. Null where the account has none of this transaction id. */
  aggregatedReportRequest?: Maybe<AggregatedReportRequest>;
  /** The account’s asynchronous reports, newest first. They are kept for RETENTION_DAYS. */
  aggregatedReportRequests?: Maybe<AggregatedReportRequestConnection>;
  /** The listeners that the platform has for the account, and whether this server is among them. */
  callbackListeners?: Maybe<Array<CallbackListener>>;
  /** One device by its IMEI. It costs no upstream call by itself, so whether the platform knows it shows in its figures. */
  device?: Maybe<Device>;
  /** Devices by their IMEIs, each once, in the order asked. They cost no upstream call by themselves. */
  devices?: Maybe<Array<Device>>;
  /** The sessions of one device: one upstream call. */
  sessionsReport?: Maybe<SessionsReport>;
};


/** What can be read: usage of devices, as the platform reports it. */
export type Query_EntitiesArgs = {
  representations: Array<Scalars['_Any']['input']>;
};


/** What can be read: usage of devices, as the platform reports it. */
export type QueryAggregatedReportArgs = {
  input: AggregatedReportInput;
};


/** What can be read: usage of devices, as the platform reports it. */
export type QueryAggregatedReportRequestArgs = {
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  txid: Scalars['ID']['input'];
};


/** What can be read: usage of devices, as the platform reports it. */
export type QueryAggregatedReportRequestsArgs = {
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  status?: InputMaybe<AggregatedReportStatus>;
};


/** What can be read: usage of devices, as the platform reports it. */
export type QueryCallbackListenersArgs = {
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
};


/** What can be read: usage of devices, as the platform reports it. */
export type QueryDeviceArgs = {
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  imei: Scalars['IMEI']['input'];
};


/** What can be read: usage of devices, as the platform reports it. */
export type QueryDevicesArgs = {
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  imei: Array<Scalars['IMEI']['input']>;
};


/** What can be read: usage of devices, as the platform reports it. */
export type QuerySessionsReportArgs = {
  input: SessionsReportInput;
};

/** Where the platform shall post an account’s messages. */
export type RegisterCallbackListenerInput = {
  /** The account; the configured one (THINGSPACE_ACCOUNT_NUMBER) where it is left out. */
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  /** The service whose messages are meant: 1 to 64 letters, digits, ".", "_" and "-". */
  name?: InputMaybe<Scalars['String']['input']>;
  /** An http or https address with a port that the platform posts to (80, 443, 9001-9006, 28200-28220, 50551-50559). Where it is left out, this server’s own receiver, by PUBLIC_URL. */
  url?: InputMaybe<Scalars['String']['input']>;
};

/** Which devices, and what of them, for a report that arrives later. */
export type RequestAggregatedReportInput = {
  /** The account to report on; the configured one (THINGSPACE_ACCOUNT_NUMBER) where it is left out. */
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  /** Every device of the account that the filters leave. Has to be true where imei is empty: the platform takes an empty list for it. */
  allDevices?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only devices on this data plan; at most 256 characters. */
  dataPlan?: InputMaybe<Scalars['String']['input']>;
  /** Only devices of this group; at most 256 characters. */
  deviceGroup?: InputMaybe<Scalars['String']['input']>;
  /** Only devices with this label; at most 256 characters. */
  deviceLabel?: InputMaybe<Scalars['String']['input']>;
  /** Where the window ends, a date with its whole day in UTC; the platform decides where it is left out. Not before the start, at most 180 days ago. */
  endDate?: InputMaybe<Scalars['ReportDate']['input']>;
  /** Makes it safe to ask again: the same key returns the first request instead of starting another, 1 to 255 characters. The header Idempotency-Key does the same. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The devices, at most 10,000. One named twice is asked for once. Empty only with allDevices. */
  imei: Array<Scalars['IMEI']['input']>;
  /** True keeps only devices that had no session in the window. */
  noSessionFlag?: InputMaybe<Scalars['Boolean']['input']>;
  /** Sent as X-Portal-Initiated: whether a listener is used. */
  portalInitiated?: InputMaybe<Scalars['Boolean']['input']>;
  /** Where the window begins; the platform decides where it is left out. At most 180 days before the end. */
  startDate?: InputMaybe<Scalars['ReportDate']['input']>;
};

/** One connection of a device. */
export type Session = {
  __typename?: 'Session';
  /** Seconds from start to end; null while it is open, and where its times make no duration. */
  durationSeconds?: Maybe<Scalars['Int']['output']>;
  /** When it ended; null while it is open, and where the platform gave no time that can be read. */
  endTime?: Maybe<Scalars['DateTime']['output']>;
  /** Bytes; null where the platform gave no number that can be trusted. */
  numBytes?: Maybe<Scalars['SafeInt']['output']>;
  /** When it began; null where the platform gave no time that can be read. */
  startTime?: Maybe<Scalars['DateTime']['output']>;
};

/** Sums over the sessions of a report. */
export type SessionTotals = {
  __typename?: 'SessionTotals';
  /** Seconds of these sessions together; open ones have none yet. */
  durationSeconds: Scalars['SafeInt']['output'];
  /** Sessions of which the platform left out or garbled the bytes or a time. The sums are without what is not known. */
  incompleteSessions: Scalars['Int']['output'];
  /** Bytes of these sessions together. */
  numBytes: Scalars['SafeInt']['output'];
  /** Sessions, open ones too. */
  numberOfSessions: Scalars['Int']['output'];
};

/** The sessions of one device in a window. */
export type SessionsReport = {
  __typename?: 'SessionsReport';
  /** One row a day of the window, days without a session included, oldest first. A session counts wholly on the day it began, and on none where the platform garbled its start. Where the start was left to the platform, the rows begin with the first session; where the end was, they go to today, and for a constant such as LAST_WEEK to the last session. */
  daily: Array<DailyUsage>;
  /** The device itself, for its other figures and for what other subgraphs know of it. */
  device: Device;
  /** How far the figures can be trusted to be complete. */
  freshness: Freshness;
  /** The platform’s own 10-digit id of the device, not its IMEI; empty where the platform gave none. */
  id: Scalars['ID']['output'];
  /** The sessions, in the platform’s order; empty where the device had none. */
  sessions: Array<Session>;
  /** Sums over the sessions. */
  totals: SessionTotals;
  /** The transaction id of the upstream call; empty where the platform gave none. */
  txid: Scalars['ID']['output'];
};


/** The sessions of one device in a window. */
export type SessionsReportDailyArgs = {
  timeZone?: InputMaybe<Scalars['String']['input']>;
};

/** Which device, and which of its sessions. */
export type SessionsReportInput = {
  /** The account to report on; the configured one (THINGSPACE_ACCOUNT_NUMBER) where it is left out. */
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  /** Leaves out sessions that are longer, in seconds; 0 or more. */
  durationHigh?: InputMaybe<Scalars['Int']['input']>;
  /** Leaves out sessions that are shorter, in seconds; 0 or more, not over durationHigh. */
  durationLow?: InputMaybe<Scalars['Int']['input']>;
  /** Where the window ends, a date with its whole day in UTC; the platform decides where it is left out. Not before the start, at most 180 days ago. */
  endDate?: InputMaybe<Scalars['ReportDate']['input']>;
  /** The device. */
  imei: Scalars['IMEI']['input'];
  /** Where the window begins; the platform decides where it is left out. At most 180 days before the end. */
  startDate?: InputMaybe<Scalars['ReportDate']['input']>;
};

/** What can be followed while it comes, over server-sent events. */
export type Subscription = {
  __typename?: 'Subscription';
  /** The request now, then each time something of it arrives (at most a few times a second), until it is COMPLETED or EXPIRED. */
  aggregatedReportProgress: AggregatedReportRequest;
};


/** What can be followed while it comes, over server-sent events. */
export type SubscriptionAggregatedReportProgressArgs = {
  accountNumber?: InputMaybe<Scalars['AccountNumber']['input']>;
  txid: Scalars['ID']['input'];
};

/** What the platform says of a device that it could not report, in its own words. */
export type UpstreamErrorMessage = {
  __typename?: 'UpstreamErrorMessage';
  /** More of the message, where there is more. */
  detailErrorMessage?: Maybe<Scalars['String']['output']>;
  /** The platform’s code, such as INVALID_PARAMETER; codes are stable. Where a whole call failed and the platform gave no code, that of the failure, such as UPSTREAM_TIMEOUT. */
  errorCode?: Maybe<Scalars['String']['output']>;
  /** The platform’s message; messages are not stable. */
  errorMessage?: Maybe<Scalars['String']['output']>;
  /** An HTTP status in words, such as "404 NOT_FOUND". */
  httpStatusCode?: Maybe<Scalars['String']['output']>;
};

/** In which order devices come. Devices without the figure come last, equal ones by IMEI. */
export type UsageOrder =
  /** Fewest bytes first. */
  | 'BYTES_ASC'
  /** Most bytes first. */
  | 'BYTES_DESC'
  /** By IMEI, as text. */
  | 'IMEI'
  /** Fewest sessions first. */
  | 'SESSIONS_ASC'
  /** Most sessions first. */
  | 'SESSIONS_DESC';

/** Sums over the devices in the report’s usage; what is in its errors or missing does not count. */
export type UsageTotals = {
  __typename?: 'UsageTotals';
  /** Bytes per device at each percentile asked for (nearest rank), in the order asked; empty where no device has a figure. */
  bytesPercentiles: Array<Scalars['SafeInt']['output']>;
  /** Bytes of all devices together. */
  bytesTransferred: Scalars['SafeInt']['output'];
  /** Devices in usage. */
  devices: Scalars['Int']['output'];
  /** Devices in usage with a figure that the platform left out or garbled. The sums are without it. */
  incompleteDevices: Scalars['Int']['output'];
  /** Sessions of all devices together. */
  numberOfSessions: Scalars['SafeInt']['output'];
  /** Devices in usage without a session. */
  silentDevices: Scalars['Int']['output'];
};


/** Sums over the devices in the report’s usage; what is in its errors or missing does not count. */
export type UsageTotalsBytesPercentilesArgs = {
  p?: Array<Scalars['Float']['input']>;
};

export type _Entity = AggregatedReportRequest | Device;

export type _Service = {
  __typename?: '_Service';
  /** The sdl representing the federated service capabilities. Includes federation directives, removes federation types, and includes rest of full schema after schema directives have been applied */
  sdl: Scalars['String']['output'];
};

export type AccountUsageQueryVariables = Exact<{
  input: AggregatedReportInput;
  first?: InputMaybe<Scalars['Int']['input']>;
}>;


export type AccountUsageQuery = { __typename?: 'Query', aggregatedReport?: { __typename?: 'AggregatedReport', totals: { __typename?: 'UsageTotals', devices: number, silentDevices: number, bytesTransferred: number, bytesPercentiles: Array<number> }, usage: Array<{ __typename?: 'DeviceUsage', imei: string, numberOfSessions?: number | null, bytesTransferred?: number | null }>, errors: Array<{ __typename?: 'DeviceUsageError', imei?: string | null, errorMessage?: string | null }> } | null };

export type AggregatedReportProgressSubscriptionVariables = Exact<{
  txid: Scalars['ID']['input'];
}>;


export type AggregatedReportProgressSubscription = { __typename?: 'Subscription', aggregatedReportProgress: { __typename?: 'AggregatedReportRequest', status: AggregatedReportStatus, receivedDevices: number, failedDevices: number, progress?: number | null, totals: { __typename?: 'UsageTotals', bytesTransferred: number } } };

export type AggregatedReportRequestQueryVariables = Exact<{
  txid: Scalars['ID']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type AggregatedReportRequestQuery = { __typename?: 'Query', aggregatedReportRequest?: { __typename?: 'AggregatedReportRequest', status: AggregatedReportStatus, updatedAt: string, completedAt?: string | null, expectedDevices?: number | null, receivedDevices: number, failedDevices: number, progress?: number | null, download?: string | null, totals: { __typename?: 'UsageTotals', devices: number, silentDevices: number, numberOfSessions: number, bytesTransferred: number, bytesPercentiles: Array<number> }, usage: { __typename?: 'DeviceUsageConnection', totalCount: number, nodes: Array<{ __typename?: 'DeviceUsage', imei: string, numberOfSessions?: number | null, bytesTransferred?: number | null }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor?: string | null } }, errors: { __typename?: 'DeviceUsageErrorConnection', totalCount: number, nodes: Array<{ __typename?: 'DeviceUsageError', imei?: string | null, errorMessage?: string | null }> }, missing: { __typename?: 'MissingDeviceConnection', totalCount: number, nodes: Array<{ __typename?: 'Device', imei: string }> } } | null };

export type AggregatedReportRequestsQueryVariables = Exact<{
  status?: InputMaybe<AggregatedReportStatus>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type AggregatedReportRequestsQuery = { __typename?: 'Query', aggregatedReportRequests?: { __typename?: 'AggregatedReportRequestConnection', totalCount: number, nodes: Array<{ __typename?: 'AggregatedReportRequest', txid: string, status: AggregatedReportStatus, requestedAt: string, expectedDevices?: number | null, receivedDevices: number, failedDevices: number }>, pageInfo: { __typename?: 'PageInfo', hasNextPage: boolean, endCursor?: string | null } } | null };

export type AggregatedReportQueryVariables = Exact<{
  input: AggregatedReportInput;
}>;


export type AggregatedReportQuery = { __typename?: 'Query', aggregatedReport?: { __typename?: 'AggregatedReport', txid: string, txids: Array<string>, missing: Array<string>, usage: Array<{ __typename?: 'DeviceUsage', imei: string, numberOfSessions?: number | null, bytesTransferred?: number | null }>, errors: Array<{ __typename?: 'DeviceUsageError', imei?: string | null, errorMessage?: string | null, errorResponse?: { __typename?: 'UpstreamErrorMessage', errorCode?: string | null, errorMessage?: string | null, httpStatusCode?: string | null, detailErrorMessage?: string | null } | null }>, totals: { __typename?: 'UsageTotals', devices: number, silentDevices: number, numberOfSessions: number, bytesTransferred: number, bytesPercentiles: Array<number> }, freshness: { __typename?: 'Freshness', asOf: string, settled: boolean } } | null };

export type CallbackListenersQueryVariables = Exact<{ [key: string]: never; }>;


export type CallbackListenersQuery = { __typename?: 'Query', callbackListeners?: Array<{ __typename?: 'CallbackListener', accountNumber: string, name: string, url?: string | null, isThisServer: boolean }> | null };

export type DevicesQueryVariables = Exact<{
  imei: Array<Scalars['IMEI']['input']> | Scalars['IMEI']['input'];
  startDate?: InputMaybe<Scalars['ReportDate']['input']>;
  endDate?: InputMaybe<Scalars['ReportDate']['input']>;
}>;


export type DevicesQuery = { __typename?: 'Query', devices?: Array<{ __typename?: 'Device', imei: string, accountNumber: string, usage?: { __typename?: 'DeviceUsage', numberOfSessions?: number | null, bytesTransferred?: number | null } | null, sessionsReport?: { __typename?: 'SessionsReport', daily: Array<{ __typename?: 'DailyUsage', date: string, numBytes: number }> } | null }> | null };

export type RequestAggregatedReportMutationVariables = Exact<{
  input: RequestAggregatedReportInput;
}>;


export type RequestAggregatedReportMutation = { __typename?: 'Mutation', requestAggregatedReport?: { __typename?: 'AggregatedReportRequest', txid: string, status: AggregatedReportStatus, accountNumber: string, requestedAt: string, expiresAt: string, expectedDevices?: number | null } | null };

export type SessionsReportQueryVariables = Exact<{
  input: SessionsReportInput;
  timeZone?: InputMaybe<Scalars['String']['input']>;
}>;


export type SessionsReportQuery = { __typename?: 'Query', sessionsReport?: { __typename?: 'SessionsReport', id: string, txid: string, device: { __typename?: 'Device', imei: string, accountNumber: string }, totals: { __typename?: 'SessionTotals', numberOfSessions: number, numBytes: number, durationSeconds: number }, daily: Array<{ __typename?: 'DailyUsage', date: string, numberOfSessions: number, numBytes: number, durationSeconds: number }>, sessions: Array<{ __typename?: 'Session', startTime?: string | null, endTime?: string | null, numBytes?: number | null, durationSeconds?: number | null }>, freshness: { __typename?: 'Freshness', asOf: string, settled: boolean } } | null };


export const AccountUsageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AccountUsage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AggregatedReportInput"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aggregatedReport"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"devices"}},{"kind":"Field","name":{"kind":"Name","value":"silentDevices"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTransferred"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPercentiles"}}]}},{"kind":"Field","name":{"kind":"Name","value":"usage"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"EnumValue","value":"BYTES_DESC"}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}},{"kind":"Field","name":{"kind":"Name","value":"numberOfSessions"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTransferred"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}},{"kind":"Field","name":{"kind":"Name","value":"errorMessage"}}]}}]}}]}}]} as unknown as DocumentNode<AccountUsageQuery, AccountUsageQueryVariables>;
export const AggregatedReportProgressDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"AggregatedReportProgress"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"txid"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aggregatedReportProgress"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"txid"},"value":{"kind":"Variable","name":{"kind":"Name","value":"txid"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"receivedDevices"}},{"kind":"Field","name":{"kind":"Name","value":"failedDevices"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytesTransferred"}}]}}]}}]}}]} as unknown as DocumentNode<AggregatedReportProgressSubscription, AggregatedReportProgressSubscriptionVariables>;
export const AggregatedReportRequestDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AggregatedReportRequest"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"txid"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aggregatedReportRequest"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"txid"},"value":{"kind":"Variable","name":{"kind":"Name","value":"txid"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"completedAt"}},{"kind":"Field","name":{"kind":"Name","value":"expectedDevices"}},{"kind":"Field","name":{"kind":"Name","value":"receivedDevices"}},{"kind":"Field","name":{"kind":"Name","value":"failedDevices"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"devices"}},{"kind":"Field","name":{"kind":"Name","value":"silentDevices"}},{"kind":"Field","name":{"kind":"Name","value":"numberOfSessions"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTransferred"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPercentiles"}}]}},{"kind":"Field","name":{"kind":"Name","value":"usage"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"EnumValue","value":"BYTES_DESC"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}},{"kind":"Field","name":{"kind":"Name","value":"numberOfSessions"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTransferred"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}},{"kind":"Field","name":{"kind":"Name","value":"errorMessage"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}},{"kind":"Field","name":{"kind":"Name","value":"missing"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}},{"kind":"Field","name":{"kind":"Name","value":"download"}}]}}]}}]} as unknown as DocumentNode<AggregatedReportRequestQuery, AggregatedReportRequestQueryVariables>;
export const AggregatedReportRequestsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AggregatedReportRequests"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"status"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"AggregatedReportStatus"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aggregatedReportRequests"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"status"},"value":{"kind":"Variable","name":{"kind":"Name","value":"status"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"txid"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"requestedAt"}},{"kind":"Field","name":{"kind":"Name","value":"expectedDevices"}},{"kind":"Field","name":{"kind":"Name","value":"receivedDevices"}},{"kind":"Field","name":{"kind":"Name","value":"failedDevices"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}}]}}]} as unknown as DocumentNode<AggregatedReportRequestsQuery, AggregatedReportRequestsQueryVariables>;
export const AggregatedReportDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AggregatedReport"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AggregatedReportInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"aggregatedReport"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"txid"}},{"kind":"Field","name":{"kind":"Name","value":"txids"}},{"kind":"Field","name":{"kind":"Name","value":"usage"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"EnumValue","value":"BYTES_DESC"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}},{"kind":"Field","name":{"kind":"Name","value":"numberOfSessions"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTransferred"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}},{"kind":"Field","name":{"kind":"Name","value":"errorMessage"}},{"kind":"Field","name":{"kind":"Name","value":"errorResponse"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"errorCode"}},{"kind":"Field","name":{"kind":"Name","value":"errorMessage"}},{"kind":"Field","name":{"kind":"Name","value":"httpStatusCode"}},{"kind":"Field","name":{"kind":"Name","value":"detailErrorMessage"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"missing"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"devices"}},{"kind":"Field","name":{"kind":"Name","value":"silentDevices"}},{"kind":"Field","name":{"kind":"Name","value":"numberOfSessions"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTransferred"}},{"kind":"Field","name":{"kind":"Name","value":"bytesPercentiles"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"p"},"value":{"kind":"ListValue","values":[{"kind":"IntValue","value":"50"},{"kind":"IntValue","value":"95"},{"kind":"IntValue","value":"99"}]}}]}]}},{"kind":"Field","name":{"kind":"Name","value":"freshness"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asOf"}},{"kind":"Field","name":{"kind":"Name","value":"settled"}}]}}]}}]}}]} as unknown as DocumentNode<AggregatedReportQuery, AggregatedReportQueryVariables>;
export const CallbackListenersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CallbackListeners"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"callbackListeners"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accountNumber"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"isThisServer"}}]}}]}}]} as unknown as DocumentNode<CallbackListenersQuery, CallbackListenersQueryVariables>;
export const DevicesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Devices"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"imei"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"IMEI"}}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"startDate"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ReportDate"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"endDate"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ReportDate"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"devices"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"imei"},"value":{"kind":"Variable","name":{"kind":"Name","value":"imei"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}},{"kind":"Field","name":{"kind":"Name","value":"accountNumber"}},{"kind":"Field","name":{"kind":"Name","value":"usage"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"startDate"},"value":{"kind":"Variable","name":{"kind":"Name","value":"startDate"}}},{"kind":"Argument","name":{"kind":"Name","value":"endDate"},"value":{"kind":"Variable","name":{"kind":"Name","value":"endDate"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"numberOfSessions"}},{"kind":"Field","name":{"kind":"Name","value":"bytesTransferred"}}]}},{"kind":"Field","name":{"kind":"Name","value":"sessionsReport"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"startDate"},"value":{"kind":"Variable","name":{"kind":"Name","value":"startDate"}}},{"kind":"Argument","name":{"kind":"Name","value":"endDate"},"value":{"kind":"Variable","name":{"kind":"Name","value":"endDate"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"daily"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"date"}},{"kind":"Field","name":{"kind":"Name","value":"numBytes"}}]}}]}}]}}]}}]} as unknown as DocumentNode<DevicesQuery, DevicesQueryVariables>;
export const RequestAggregatedReportDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RequestAggregatedReport"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RequestAggregatedReportInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"requestAggregatedReport"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"txid"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"accountNumber"}},{"kind":"Field","name":{"kind":"Name","value":"requestedAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"expectedDevices"}}]}}]}}]} as unknown as DocumentNode<RequestAggregatedReportMutation, RequestAggregatedReportMutationVariables>;
export const SessionsReportDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SessionsReport"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SessionsReportInput"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"timeZone"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sessionsReport"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"txid"}},{"kind":"Field","name":{"kind":"Name","value":"device"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imei"}},{"kind":"Field","name":{"kind":"Name","value":"accountNumber"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"numberOfSessions"}},{"kind":"Field","name":{"kind":"Name","value":"numBytes"}},{"kind":"Field","name":{"kind":"Name","value":"durationSeconds"}}]}},{"kind":"Field","name":{"kind":"Name","value":"daily"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"timeZone"},"value":{"kind":"Variable","name":{"kind":"Name","value":"timeZone"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"date"}},{"kind":"Field","name":{"kind":"Name","value":"numberOfSessions"}},{"kind":"Field","name":{"kind":"Name","value":"numBytes"}},{"kind":"Field","name":{"kind":"Name","value":"durationSeconds"}}]}},{"kind":"Field","name":{"kind":"Name","value":"sessions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startTime"}},{"kind":"Field","name":{"kind":"Name","value":"endTime"}},{"kind":"Field","name":{"kind":"Name","value":"numBytes"}},{"kind":"Field","name":{"kind":"Name","value":"durationSeconds"}}]}},{"kind":"Field","name":{"kind":"Name","value":"freshness"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asOf"}},{"kind":"Field","name":{"kind":"Name","value":"settled"}}]}}]}}]}}]} as unknown as DocumentNode<SessionsReportQuery, SessionsReportQueryVariables>;