import type { FoundReport } from '../src/async-reports/live/watch.ts';
import { AggregatedReportStatusRef } from './async-report-enums.ts';
import { builder } from './builder.ts';
import { downloadArguments, LINK, toDownloadForm } from './download.ts';
import { errorsRule, missingRule, pages, totalsRule, unexpectedRule, usageRule } from './async-report-rules.ts';
import { createConnectionType, mapPage, openConnection } from './connection.ts';
import { ReportWindowRef, toRequestedWindow, WINDOW } from './report-window.ts';
import { toDateTime } from './scalars.ts';
import { DeviceRef, DeviceUsageRef, DeviceUsageErrorRef, toUsageNode, UsageOrderRef, UsageTotalsRef } from './usage.ts';
import { MAX_ID_CHARACTERS } from '../src/domain/cut-text.ts';
import { anyText, asciiText } from './rules/value-size.ts';
import { scoped } from './rules/field-rule.ts';

export const DeviceUsageConnectionRef = createConnectionType('DeviceUsage', DeviceUsageRef, 'devices with usage');
export const ErrorConnectionRef = createConnectionType(
  'DeviceUsageError',
  DeviceUsageErrorRef,
  'devices with an error',
);
export const MissingDeviceConnectionRef = createConnectionType('MissingDevice', DeviceRef, 'missing devices');

export const AggregatedReportRequestRef = builder.objectRef<FoundReport>('AggregatedReportRequest').implement({
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
      resolve: ({ report }) => toDateTime(report.requestedAtMs),
    }),
    updatedAt: t.field({
      type: 'DateTime',
      nullable: false,
      description:
        'When the report last changed: ThingSpace accepted it, results arrived, or it became COMPLETED or EXPIRED.',
      resolve: ({ report }) => toDateTime(report.updatedAtMs),
    }),
    completedAt: t.field({
      type: 'DateTime',
      description: 'When the report became COMPLETED; null until then.',
      resolve: ({ report }) => (report.completedAtMs === null ? null : toDateTime(report.completedAtMs)),
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: false,
      description:
        'Deadline for results, CALLBACK_DEADLINE_HOURS after requestedAt. If devices are still missing then, status becomes EXPIRED.',
      resolve: ({ report }) => toDateTime(report.expiresAtMs),
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
      description:
        'Number of requested devices in errors. Errors that name no device, or one that was not requested, do not count.',
      resolve: ({ report }) => report.failedDevices,
    }),
    progress: t.float({
      description:
        'Share of the requested devices that are in usage or errors, from 0 to 1; null for a whole account, and with a filter ' +
        '(deviceGroup, deviceLabel, dataPlan or noSessionFlag), which can remove devices.',
      resolve: ({ report }) => report.progress,
    }),
    window: t.field({
      type: ReportWindowRef,
      nullable: false,
      description: WINDOW,
      resolve: ({ report }) => toRequestedWindow(report),
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
      resolve: usageRule.resolver(({ report, reads }: FoundReport, { orderBy, ...selection }) => {
        return openConnection(
          selection,
          async (query) => mapPage(await reads.usage(report, orderBy, query), toUsageNode(report)),
          () => report.receivedDevices,
        );
      }),
    }),
    unexpectedDevices: t.field({
      type: DeviceUsageConnectionRef,
      nullable: false,
      description:
        'Usage of devices that ThingSpace reported although nobody requested them, in the order of arrival. They are not in usage, totals, ' +
        'receivedDevices, progress or the download. Empty for a whole account.',
      listSize: pages.size,
      extensions: unexpectedRule.extensions,
      args: pages.toArguments(t.arg),
      resolve: unexpectedRule.resolver(({ report, reads }: FoundReport, selection) =>
        openConnection(
          selection,
          async (query) => mapPage(await reads.unexpected(report, query), toUsageNode(report)),
          () => report.unexpectedDevices,
        ),
      ),
    }),
    errors: t.field({
      type: ErrorConnectionRef,
      nullable: false,
      description:
        'Devices that ThingSpace could not report, and at most 1,000 errors that name no device, in the order of arrival. ' +
        'Includes errors of devices that nobody requested.',
      listSize: pages.size,
      extensions: errorsRule.extensions,
      args: pages.toArguments(t.arg),
      resolve: errorsRule.resolver(({ report, reads }: FoundReport, selection) =>
        openConnection(
          selection,
          (query) => reads.errors(report, query),
          () => report.errorRows,
        ),
      ),
    }),
    missing: t.field({
      type: MissingDeviceConnectionRef,
      nullable: false,
      description:
        'Requested devices that are not in usage or errors yet, ordered by IMEI. With a filter: not received, because they were lost or ' +
        'removed by the filters. Empty for a whole account.',
      listSize: pages.size,
      extensions: missingRule.extensions,
      args: pages.toArguments(t.arg),
      resolve: missingRule.resolver(({ report, reads }: FoundReport, selection) => {
        const { accountNumber } = report;
        return openConnection(
          selection,
          async (query) => mapPage(await reads.missing(report, query), (imei) => ({ imei, accountNumber })),
          () => report.missingDevices,
        );
      }),
    }),
    totals: t.field({
      type: UsageTotalsRef,
      nullable: false,
      description: 'Totals of all devices in usage so far.',
      extensions: totalsRule.extensions,
      resolve: totalsRule.resolver(async ({ report, reads }: FoundReport) => ({
        ...(await reads.totals(report)),
        toBytesPercentiles: (percentiles: readonly number[]) => reads.bytesPercentiles(report, percentiles),
      })),
    }),
    download: t.string({
      description:
        'URL of a file with all usage and errors of the requested devices that have arrived, valid for DOWNLOAD_LINK_MINUTES. Null until there is a result. ' +
        'If authentication is on, the download requires it, too.',
      extensions: { ...scoped('reports:read'), ...LINK },
      args: downloadArguments(t.arg),
      resolve: ({ report }, args, { toDownloadLink }) =>
        report.hasResults ? toDownloadLink({ id: report.txid, of: 'report', ...toDownloadForm(args) }) : null,
    }),
  }),
});
