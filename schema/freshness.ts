import type { Freshness } from '../src/domain/report-window.ts';
import { builder } from './builder.ts';

export const FreshnessRef = builder.objectRef<Freshness>('Freshness').implement({
  description: 'How far the figures can be trusted to be complete.',
  fields: (t) => ({
    asOf: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'When the figures were fetched from the platform; of several calls, the earliest.',
      resolve: ({ asOfMs }) => new Date(asOfMs).toISOString(),
    }),
    settled: t.exposeBoolean('settled', {
      nullable: false,
      description:
        'True where the window had ended more than a day before, so that the figures do not change any more. A closed session ' +
        'shows up within about 15 minutes, a long one is updated about every 6 hours. False for a window whose end only the platform knows.',
    }),
  }),
});
