import type { Factors } from '../src/usage-over-time/changes.ts';
import { builder } from './builder.ts';

export const UsageFactorsRef = builder.objectRef<Factors>('UsageFactors').implement({
  description:
    'How each factor changed the bytes, as ratios: 1.1 means a tenth more. The first three multiply to total. Devices with a null value ' +
    'are left out. A ratio is null if its denominator is 0.',
  fields: (t) => ({
    devices: t.exposeFloat('devices', {
      description: 'Ratio of the numbers of devices with a session: current / previous.',
    }),
    sessionsPerDevice: t.exposeFloat('sessionsPerDevice', {
      description: 'Ratio of the sessions per device with a session: current / previous.',
    }),
    bytesPerSession: t.exposeFloat('bytesPerSession', {
      description: 'Ratio of the bytes per session: current / previous.',
    }),
    total: t.exposeFloat('total', {
      description: 'Ratio of the bytes: current / previous. The product of the other three.',
    }),
  }),
});
