import { builder } from './builder.ts';

export const FleetReportStatusRef = builder.enumType('FleetReportStatus', {
  description: 'Status of a fleet report.',
  values: {
    QUEUED: { description: 'ThingSpace accepted no part yet.' },
    SUBMITTING: { description: 'ThingSpace accepted some parts. Others follow.' },
    RECEIVING: { description: 'All parts were sent, and results are expected.' },
    COMPLETED: { description: 'Every requested device is in usage or errors.' },
    EXPIRED: {
      description:
        'Devices are missing, and none are expected any more: CALLBACK_DEADLINE_HOURS are over for each part with missing devices, or ' +
        'parts are in rejections. Late results are still accepted.',
    },
    CANCELLED: {
      description:
        'The report was cancelled before all parts were sent. Results of those that were sent are still accepted.',
    },
  },
});

export const FleetReportRepeatReasonRef = builder.enumType('FleetReportRepeatReason', {
  description: 'Why devices of a fleet report were requested again.',
  values: {
    UNCERTAIN: {
      description:
        'A request got no usable response, or the server ended while it was on its way, so ThingSpace may have started a report whose ' +
        'results cannot be read.',
    },
    MISSING: {
      description:
        'Nothing arrived for FLEET_REPEAT_AFTER_SECONDS, and devices were still missing. Happens at most five times.',
    },
  },
});
