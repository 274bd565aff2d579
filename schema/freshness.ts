import type { Freshness } from '../src/domain/report-window.ts';
import { builder } from './builder.ts';

export const FreshnessRef = builder.objectRef<Freshness>('Freshness').implement({
  description: 'How recent the data is, and whether it is final.',
  fields: (t) => ({
    asOf: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'When the data was fetched from ThingSpace. With several upstream calls, the earliest time.',
      resolve: ({ asOfMs }) => new Date(asOfMs).toISOString(),
    }),
    settled: t.exposeBoolean('settled', {
      nullable: false,
      description:
        'True if the data is final: the window ended more than 24 hours before asOf. Until then it can change: ' +
        'ThingSpace adds a closed session within about 15 minutes, and updates a long one about every 6 hours. ' +
        'Always false if endDate is omitted or is a keyword such as LAST_WEEK, because only ThingSpace knows when that window ends.',
    }),
  }),
});
