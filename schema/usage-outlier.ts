import type { Outlier } from '../src/usage-over-time/changes.ts';
import { builder } from './builder.ts';
import { DeviceRef, type Device } from './usage.ts';

const ReasonRef = builder.enumType('UsageOutlierReason', {
  description: 'Why a device stands out.',
  values: {
    ABOVE_OWN_BASELINE: {
      description:
        'Its bytes grew, and are more than 1.5 times, and more than 3 deviations above, what its own recorded history lets expect: the medians of ' +
        'its weekdays in the 56 days before.',
    },
    NEWLY_SILENT: { description: 'It had sessions before, and has none now.' },
    NEWLY_TALKING: { description: 'It had no session before, and has some now.' },
    SESSIONS_WITHOUT_BYTES: { description: 'It has sessions, and transferred nothing in them.' },
    INSUFFICIENT_HISTORY: {
      description:
        'It transferred more than before. Of the 56 days before, fewer than 14 are recorded in this time zone, too few to tell whether that is unusual.',
    },
  },
});

export const OutlierRef = builder.objectRef<Outlier & { readonly device: Device }>('UsageOutlier').implement({
  description: 'A device that stands out.',
  fields: (t) => ({
    device: t.field({ type: DeviceRef, nullable: false, description: 'The device.', resolve: ({ device }) => device }),
    bytes: t.expose('bytes', { type: 'SafeInt', description: 'Bytes of the device from startDate to endDate.' }),
    baselineBytes: t.expose('baselineBytes', {
      type: 'SafeInt',
      description:
        'What bytes is compared with: the bytes of the previous days, or the usual bytes of the device for ABOVE_OWN_BASELINE. Null for INSUFFICIENT_HISTORY.',
    }),
    ratio: t.exposeFloat('ratio', {
      description: 'Ratio bytes / baselineBytes; null if baselineBytes is 0 or null.',
    }),
    reason: t.expose('reason', { type: ReasonRef, nullable: false, description: 'Why it stands out.' }),
  }),
});
