// A file of its own: the report and the list of reports both use it.
import { builder } from './builder.ts';

export const AggregatedReportStatusRef = builder.enumType('AggregatedReportStatus', {
  description: 'Status of an asynchronous report.',
  values: {
    QUEUED: {
      description:
        'ThingSpace accepted the report. No result has arrived yet; usage and errors of unexpected devices are none.',
    },
    RECEIVING: { description: 'Some results have arrived.' },
    COMPLETED: {
      description:
        'Every requested device is in usage or errors, or ThingSpace reported completion when it accepted the report. ' +
        'Whole account, or with a filter: results arrived, and then nothing for CALLBACK_QUIET_MINUTES.',
    },
    EXPIRED: {
      description:
        'Requested devices were still missing at expiresAt. Late results are still accepted; the last one makes the report COMPLETED. ' +
        'Whole account, or with a filter: nothing had arrived by expiresAt.',
    },
  },
});
