import { countDevices, toRepeats, toSentParts, type FleetReport } from '../src/async-reports/fleet.ts';
import { readFleetPercentiles, readFleetTotals } from '../src/async-reports/fleets/fleet-totals.ts';
import type { ReportReads } from '../src/async-reports/reads/report-reads.ts';
import { AggregatedReportRequestRef } from './async-report.ts';
import { totalsRule } from './async-report-rules.ts';
import { builder } from './builder.ts';
import { downloadArguments, toDownloadForm } from './download.ts';
import { FleetReportStatusRef } from './fleet-report-enums.ts';
import { FleetReportRejectionRef, FleetReportRepeatRef } from './fleet-report-requests.ts';
import { ReportWindowRef, toRequestedWindow, WINDOW } from './report-window.ts';
import { fieldRule, scoped } from './rules/field-rule.ts';
import { asciiText } from './rules/value-size.ts';
import { toDateTime } from './scalars.ts';
import { UsageTotalsRef } from './usage.ts';

/** A fleet report as found by an operation or for an event, with the reads that its fields make. */
export interface FoundFleet {
  readonly fleet: FleetReport;
  readonly reads: ReportReads;
}

/** The most parts of a report. */
const MAX_PARTS = 100;
/** An origin of at most 300 characters, a path, a dialect, an expiry and a signature. */
const LINK = asciiText(500);

const partsRule = fieldRule({
  prepare: (args: object) => args,
  plan: (_, on) => ({ ...on, reports: { name: `${on.reports.name} parts`, count: on.reports.count * MAX_PARTS } }),
});

export const FleetReportRef = builder.objectRef<FoundFleet>('FleetReport').implement({
  description:
    'A report on up to 1,000,000 devices of an uploaded list. It is requested from ThingSpace in parts of 10,000 devices, and read as one.',
  fields: (t) => ({
    id: t.id({
      nullable: false,
      extensions: asciiText(64),
      description: 'Identifies the report.',
      resolve: ({ fleet }) => fleet.id,
    }),
    status: t.field({
      type: FleetReportStatusRef,
      nullable: false,
      description: 'Status of the report.',
      resolve: ({ fleet }) => fleet.status,
    }),
    accountNumber: t.id({
      nullable: false,
      extensions: asciiText(64),
      description: 'Account of the report.',
      resolve: ({ fleet }) => fleet.accountNumber,
    }),
    requestedAt: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'When the report was requested. It is stored for RETENTION_DAYS from then.',
      resolve: ({ fleet }) => toDateTime(fleet.requestedAtMs),
    }),
    cancelledAt: t.field({
      type: 'DateTime',
      description: 'When the report was cancelled; null if it was not.',
      resolve: ({ fleet }) => (fleet.cancelledAtMs === null ? null : toDateTime(fleet.cancelledAtMs)),
    }),
    window: t.field({
      type: ReportWindowRef,
      nullable: false,
      description: WINDOW,
      resolve: ({ fleet }) => toRequestedWindow(fleet),
    }),
    partsPerMinute: t.int({
      nullable: false,
      description: 'Maximum number of requests to ThingSpace per minute.',
      resolve: ({ fleet }) => fleet.partsPerMinute,
    }),
    requestedDevices: t.int({
      nullable: false,
      description: 'Number of devices of the list, each counted once.',
      resolve: ({ fleet }) => fleet.requestedDevices,
    }),
    receivedDevices: t.int({
      nullable: false,
      description: 'Number of devices in usage.',
      resolve: ({ fleet }) => fleet.receivedDevices,
    }),
    failedDevices: t.int({
      nullable: false,
      description: 'Number of requested devices in errors. Errors that name no device, or another one, do not count.',
      resolve: ({ fleet }) => fleet.failedDevices,
    }),
    progress: t.float({
      nullable: false,
      description: 'Share of the requested devices that are in usage or errors, from 0 to 1.',
      resolve: ({ fleet }) => fleet.progress,
    }),
    partCount: t.int({
      nullable: false,
      description: 'Number of parts of the report (1-100): one for each 10,000 devices.',
      resolve: ({ fleet }) => fleet.parts.length,
    }),
    parts: t.field({
      type: [AggregatedReportRequestRef],
      nullable: false,
      listSize: { assumedSize: MAX_PARTS },
      description: 'The parts that ThingSpace accepted so far, each a report of its own, by IMEI.',
      extensions: partsRule.extensions,
      resolve: partsRule.resolver(({ fleet, reads }: FoundFleet) =>
        toSentParts(fleet.parts).map(({ report }) => ({ report, reads })),
      ),
    }),
    repeats: t.field({
      type: [FleetReportRepeatRef],
      nullable: false,
      listSize: { assumedSize: 1 },
      description: 'Requests to ThingSpace besides the first one of each part, in order of time.',
      resolve: ({ fleet }) => toRepeats(fleet),
    }),
    rejections: t.field({
      type: [FleetReportRejectionRef],
      nullable: false,
      listSize: { assumedSize: 1 },
      description: 'Parts that ThingSpace rejected, or that could not be sent in time. Their devices are in missing.',
      resolve: ({ fleet: { parts } }) =>
        parts.flatMap((part) =>
          part.failure === null ? [] : { ...part.failure, part: part.part, devices: countDevices(part) },
        ),
    }),
    totals: t.field({
      type: UsageTotalsRef,
      description:
        'Totals of all devices in usage so far. A part that is not complete counts as up to 11 database reads, and percentiles as up to 21 per part.',
      extensions: totalsRule.extensions,
      resolve: totalsRule.resolver(async ({ fleet, reads }: FoundFleet) => ({
        ...(await readFleetTotals(fleet, reads)),
        toBytesPercentiles: (percentiles: readonly number[]) => readFleetPercentiles(fleet, percentiles, reads),
      })),
    }),
    download: t.string({
      description:
        'URL of a file with all usage and errors that have arrived, by IMEI, valid for DOWNLOAD_LINK_MINUTES. Null until something has ' +
        'arrived. If authentication is on, the download requires it, too.',
      extensions: { ...scoped('reports:read'), ...LINK },
      args: downloadArguments(t.arg),
      resolve: ({ fleet: { id, parts } }, args, { toDownloadLink }) =>
        parts.some(({ report }) => report?.hasResults === true)
          ? toDownloadLink({ id, of: 'fleet', ...toDownloadForm(args) })
          : null,
    }),
  }),
});
