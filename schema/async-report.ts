import type { AsyncReport } from '../src/async-reports/async-report.ts';
import type { WatchedReport } from '../src/async-reports/live/watch.ts';
import { AggregatedReportStatusRef, DownloadFormatRef } from './async-report-enums.ts';
import { builder } from './builder.ts';
import { createConnectionType, createPages, type PageArguments, mapPage } from './connection.ts';
import {
  DeviceRef,
  DeviceUsageRef,
  type UsageOfDevice,
  DeviceUsageErrorRef,
  UsageOrderRef,
  UsageTotalsRef,
} from './usage.ts';
import type { UsageOrder } from '../src/domain/usage-order.ts';
import { MAX_ID_CHARACTERS } from '../src/domain/cut-text.ts';
import { anyText, asciiText, type ValueSize } from './rules/value-size.ts';
import { fieldRule, scoped, toPageOfDevices } from './rules/field-rule.ts';

const pages = createPages(100);

interface UsageArguments extends PageArguments {
  readonly orderBy?: UsageOrder | null;
}

const usageRule = fieldRule({
  scope: 'reports:read',
  prepare: ({ orderBy = null, ...page }: UsageArguments, _, faults) => ({ orderBy, query: pages.parse(page, faults) }),
  plan: ({ query: { first } }, on, { path }) => toPageOfDevices(on, first, path),
});

const errorsRule = fieldRule({
  scope: 'reports:read',
  prepare: (page: PageArguments, _, faults) => pages.parse(page, faults),
});

const missingRule = fieldRule({
  scope: 'reports:read',
  prepare: (page: PageArguments, _, faults) => pages.parse(page, faults),
  plan: ({ first }, on, { path }) => toPageOfDevices(on, first, path),
});

const DeviceUsageConnectionRef = createConnectionType('DeviceUsage', DeviceUsageRef, 'devices with usage');
const ErrorConnectionRef = createConnectionType('DeviceUsageError', DeviceUsageErrorRef, 'devices with an error');
const MissingDeviceConnectionRef = createConnectionType('MissingDevice', DeviceRef, 'missing devices');

export const AggregatedReportRequestRef = builder.objectRef<WatchedReport>('AggregatedReportRequest').implement({
  description: 'An asynchronous report. ThingSpace accepts it at once and sends the results later, device by device.',
  fields: (t) => ({
    txid: t.id({
      extensions: anyText(MAX_ID_CHARACTERS),
      nullable: false,
      description: 'ThingSpace transaction ID. Identifies the report; ThingSpace repeats it in every callback message.',
      resolve: ({ report }) => report.txid,
    }),
    status: t.field({
      type: AggregatedReportStatusRef,
      nullable: false,
      description: 'Status of the report.',
      resolve: ({ report }) => report.status,
    }),
    accountNumber: t.id({
      extensions: asciiText(64),
      nullable: false,
      description: 'Account of the report.',
      resolve: ({ report }) => report.accountNumber,
    }),
    requestedAt: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'When ThingSpace accepted the report.',
      resolve: ({ report }) => toTime(report.requestedAtMs),
    }),
    updatedAt: t.field({
      type: 'DateTime',
      nullable: false,
      description:
        'When the report last changed: ThingSpace accepted it, results arrived, or it became COMPLETED or EXPIRED.',
      resolve: ({ report }) => toTime(report.updatedAtMs),
    }),
    completedAt: t.field({
      type: 'DateTime',
      description: 'When the report became COMPLETED; null until then.',
      resolve: ({ report }) => (report.completedAtMs === null ? null : toTime(report.completedAtMs)),
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: false,
      description:
        'Deadline for results, CALLBACK_DEADLINE_HOURS after requestedAt. If devices are still missing then, status becomes EXPIRED.',
      resolve: ({ report }) => toTime(report.expiresAtMs),
    }),
    expectedDevices: t.int({
      description:
        'Number of requested devices; null for a whole account, because ThingSpace does not report how many devices it has.',
      resolve: ({ report }) => report.expectedDevices,
    }),
    receivedDevices: t.int({
      nullable: false,
      description: 'Number of devices in usage.',
      resolve: ({ report }) => report.receivedDevices,
    }),
    failedDevices: t.int({
      nullable: false,
      description: 'Number of devices in errors. Errors that name no device do not count.',
      resolve: ({ report }) => report.failedDevices,
    }),
    progress: t.float({
      description: 'Share of the requested devices that are in usage or errors, from 0 to 1; null for a whole account.',
      resolve: ({ report }) => report.progress,
    }),
    usage: t.field({
      type: DeviceUsageConnectionRef,
      nullable: false,
      description: 'Usage that has arrived so far. Cursors stay valid while more arrives.',
      listSize: pages.size,
      extensions: usageRule.extensions,
      args: {
        ...pages.toArguments(t.arg),
        orderBy: t.arg({ type: UsageOrderRef, description: 'Sort order. Default: the order of arrival.' }),
      },
      resolve: usageRule.resolver(async ({ report, reads }: WatchedReport, { orderBy, query }) => {
        const page = await reads.usage(report.txid, orderBy, query);
        const toNode = ({ imei, numberOfSessions, bytesTransferred }: Omit<UsageOfDevice, 'call'>): UsageOfDevice => ({
          imei,
          numberOfSessions,
          bytesTransferred,
          call: report,
        });
        return { page: mapPage(page, toNode), after: query.after, countAll: () => report.receivedDevices };
      }),
    }),
    errors: t.field({
      type: ErrorConnectionRef,
      nullable: false,
      description: 'Devices that ThingSpace could not report, in the order of arrival.',
      listSize: pages.size,
      extensions: errorsRule.extensions,
      args: pages.toArguments(t.arg),
      resolve: errorsRule.resolver(async ({ report, reads }: WatchedReport, query) => {
        const page = await reads.errors(report.txid, query);
        return { page, after: query.after, countAll: () => report.errorRows };
      }),
    }),
    missing: t.field({
      type: MissingDeviceConnectionRef,
      nullable: false,
      description: 'Requested devices that are not in usage or errors yet, ordered by IMEI. Empty for a whole account.',
      listSize: pages.size,
      extensions: missingRule.extensions,
      args: pages.toArguments(t.arg),
      resolve: missingRule.resolver(async ({ report, reads }: WatchedReport, query) => {
        const { accountNumber } = report;
        const page = mapPage(await reads.missing(report.txid, query), (imei) => ({ imei, accountNumber }));
        return { page, after: query.after, countAll: () => report.missingDevices };
      }),
    }),
    totals: t.field({
      type: UsageTotalsRef,
      nullable: false,
      description: 'Totals of all devices in usage so far.',
      extensions: scoped('reports:read'),
      resolve: async ({ report: { txid }, reads }) => ({
        ...(await reads.totals(txid)),
        toBytesPercentiles: (percentiles) => reads.bytesPercentiles(txid, percentiles),
      }),
    }),
    download: t.string({
      description:
        'URL of a file with all usage and errors that have arrived, valid for DOWNLOAD_LINK_MINUTES. Null until something has arrived. ' +
        'If authentication is on, the download requires it, too.',
      extensions: { ...scoped('reports:read'), ...LINK },
      args: {
        format: t.arg({ type: DownloadFormatRef, defaultValue: 'CSV', description: 'File format.' }),
      },
      resolve: ({ report }, { format }, context) =>
        hasArrived(report) ? context.toDownloadLink(report.txid, format ?? 'CSV') : null,
    }),
  }),
});

/** Everything in a link but the transaction id: an origin of at most 300 characters, a path, an expiry and a signature. */
const LINK_BYTES = 450;

/** Each character of a transaction id takes at most nine in a URL. */
const LINK = {
  size: {
    maxBytes: LINK_BYTES + 9 * MAX_ID_CHARACTERS,
    toBytes: (_, source) => LINK_BYTES + encodeURIComponent((source as WatchedReport).report.txid).length,
  } satisfies ValueSize,
};

function toTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

function hasArrived({ receivedDevices, errorRows }: AsyncReport): boolean {
  return receivedDevices + errorRows > 0;
}
