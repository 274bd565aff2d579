import { builder } from './builder.ts';

export const AggregatedReportStatusRef = builder.enumType('AggregatedReportStatus', {
  description: 'Status of an asynchronous report.',
  values: {
    QUEUED: { description: 'ThingSpace accepted the report. Nothing has arrived yet.' },
    RECEIVING: { description: 'Some results have arrived.' },
    COMPLETED: {
      description:
        'Every requested device is in usage or errors, or ThingSpace reported completion when it accepted the report. ' +
        'Whole account: results arrived, and then nothing for CALLBACK_QUIET_MINUTES.',
    },
    EXPIRED: {
      description:
        'Requested devices were still missing at expiresAt. Late results are still accepted; the last one makes the report COMPLETED. ' +
        'Whole account: nothing had arrived by expiresAt.',
    },
  },
});

export const DownloadFormatRef = builder.enumType('DownloadFormat', {
  description: 'File format of a download.',
  values: {
    CSV: {
      description:
        'Comma-separated values (RFC 4180) with a header row. Text that a spreadsheet would run as a formula starts with an apostrophe.',
    },
    JSONL: { description: 'One JSON object per line.' },
  },
});
