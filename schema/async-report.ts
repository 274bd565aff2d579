import type { AsyncReport } from '../src/async-reports/async-report.ts';
import type { WatchedReport } from '../src/async-reports/live/watch.ts';
import { builder } from './builder.ts';
import { createConnectionType, createPages, pageCheck, mapPage } from './connection.ts';
import {
  DeviceRef,
  DeviceUsageRef,
  type UsageOfDevice,
  DeviceUsageErrorRef,
  UsageOrderRef,
  UsageTotalsRef,
} from './usage.ts';
import { toPageOfDevices, type PlannedCalls } from './rules/planned-calls.ts';

export const AggregatedReportStatusRef = builder.enumType('AggregatedReportStatus', {
  description: 'How far an asynchronous report has come.',
  values: {
    QUEUED: { description: 'Accepted; nothing arrived yet.' },
    RECEIVING: { description: 'Some devices arrived.' },
    COMPLETED: {
      description:
        'Every device asked for arrived, or the platform said so at once; for a whole account, nothing has come for CALLBACK_QUIET_MINUTES.',
    },
    EXPIRED: {
      description: 'CALLBACK_DEADLINE_HOURS passed with devices missing. What still comes is still taken.',
    },
  },
});

const DownloadFormatRef = builder.enumType('DownloadFormat', {
  description: 'The form of a download.',
  values: {
    CSV: { description: 'RFC 4180 with a header row, safe to open in a spreadsheet.' },
    JSONL: { description: 'One JSON object a line.' },
  },
});

const pages = createPages(100);

const plannedPage: PlannedCalls = {
  calls: { asks: false, plan: (on, args, planning) => toPageOfDevices(on, pages.toPlannedRows(args), planning) },
};

const DeviceUsageConnectionRef = createConnectionType('DeviceUsage', DeviceUsageRef, 'the devices with usage');
const ErrorConnectionRef = createConnectionType('DeviceUsageError', DeviceUsageErrorRef, 'the devices with an error');
const MissingDeviceConnectionRef = createConnectionType('MissingDevice', DeviceRef, 'the devices that have not come');

export const AggregatedReportRequestRef = builder.objectRef<WatchedReport>('AggregatedReportRequest').implement({
  description: 'A report that the platform works on and sends later, device by device.',
  fields: (t) => ({
    txid: t.id({
      nullable: false,
      description: 'The transaction id that joins the request to its messages.',
      resolve: ({ request }) => request.txid,
    }),
    status: t.field({
      type: AggregatedReportStatusRef,
      nullable: false,
      description: 'How far it has come.',
      resolve: ({ request }) => request.status,
    }),
    accountNumber: t.id({
      nullable: false,
      description: 'The account that is reported on.',
      resolve: ({ request }) => request.accountNumber,
    }),
    requestedAt: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'When the platform accepted it.',
      resolve: ({ request }) => toTime(request.requestedAtMs),
    }),
    updatedAt: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'When it last changed: something of it arrived, or it came to its end.',
      resolve: ({ request }) => toTime(request.updatedAtMs),
    }),
    completedAt: t.field({
      type: 'DateTime',
      description: 'When it was complete; null before.',
      resolve: ({ request }) => (request.completedAtMs === null ? null : toTime(request.completedAtMs)),
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'When it expires, should devices be missing then.',
      resolve: ({ request }) => toTime(request.expiresAtMs),
    }),
    expectedDevices: t.int({
      description:
        'How many devices were asked for; null for a whole account: how many that is, the platform does not say.',
      resolve: ({ request }) => request.expectedDevices,
    }),
    receivedDevices: t.int({
      nullable: false,
      description: 'How many devices are in usage.',
      resolve: ({ request }) => request.receivedDevices,
    }),
    failedDevices: t.int({
      nullable: false,
      description: 'How many devices are in errors.',
      resolve: ({ request }) => request.failedDevices,
    }),
    progress: t.float({
      description: 'The share of the devices asked for that arrived, 0 to 1; null for a whole account.',
      resolve: ({ request }) => request.progress,
    }),
    usage: t.field({
      type: DeviceUsageConnectionRef,
      nullable: false,
      description: 'What the devices did, as it arrived or by the order given. Pages hold still while more arrives.',
      listSize: pages.size,
      extensions: { ...pageCheck, ...plannedPage },
      args: {
        ...pages.toArguments(t.arg),
        orderBy: t.arg({ type: UsageOrderRef, description: 'Another order than that of arrival.' }),
      },
      resolve: async ({ request, reads }, { orderBy, ...args }) => {
        const query = pages.toQuery(args);
        const page = await reads.usage(request.txid, orderBy ?? null, query);
        const toNode = ({ imei, numberOfSessions, bytesTransferred }: Omit<UsageOfDevice, 'call'>): UsageOfDevice => ({
          imei,
          numberOfSessions,
          bytesTransferred,
          call: request,
        });
        return { page: mapPage(page, toNode), after: query.after, countAll: () => request.receivedDevices };
      },
    }),
    errors: t.field({
      type: ErrorConnectionRef,
      nullable: false,
      description: 'The devices that the platform could not report, as it said so.',
      listSize: pages.size,
      extensions: { ...pageCheck },
      args: pages.toArguments(t.arg),
      resolve: async ({ request, reads }, args) => {
        const query = pages.toQuery(args);
        const page = await reads.errors(request.txid, query);
        const toNode = (error: (typeof page)['rows'][number]['node']) => ({ ...error, call: null, failure: null });
        return { page: mapPage(page, toNode), after: query.after, countAll: () => request.errorRows };
      },
    }),
    missing: t.field({
      type: MissingDeviceConnectionRef,
      nullable: false,
      description:
        'The devices that were asked for and are neither in usage nor in errors, by IMEI; none for a whole account.',
      listSize: pages.size,
      extensions: { ...pageCheck, ...plannedPage },
      args: pages.toArguments(t.arg),
      resolve: async ({ request, reads }, args) => {
        const query = pages.toQuery(args);
        const { accountNumber } = request;
        const page = mapPage(await reads.missing(request.txid, query), (imei) => ({ imei, accountNumber }));
        return { page, after: query.after, countAll: () => request.missingDevices };
      },
    }),
    totals: t.field({
      type: UsageTotalsRef,
      nullable: false,
      description: 'Sums over usage, all that has arrived.',
      resolve: async ({ request: { txid }, reads }) => ({
        ...(await reads.totals(txid)),
        toBytesPercentiles: (percentiles) => reads.bytesPercentiles(txid, percentiles),
      }),
    }),
    download: t.string({
      description:
        'Where the whole result can be downloaded, usage and errors; the link holds for DOWNLOAD_LINK_MINUTES. Null until something arrived.',
      args: {
        format: t.arg({ type: DownloadFormatRef, defaultValue: 'CSV', description: 'The form of the download.' }),
      },
      resolve: ({ request }, { format }, context) =>
        hasArrived(request) ? context.toDownloadLink(request.txid, format ?? 'CSV') : null,
    }),
  }),
});

function toTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

function hasArrived({ receivedDevices, errorRows }: AsyncReport): boolean {
  return receivedDevices + errorRows > 0;
}
