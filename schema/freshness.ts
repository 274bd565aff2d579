import type { Freshness } from '../src/domain/freshness.ts';
import { builder } from './builder.ts';
import { toDateTime } from './scalars.ts';

export const FreshnessRef = builder.objectRef<Freshness>('Freshness').implement({
  description: 'How recent the data is, and whether it is final.',
  fields: (t) => ({
    asOf: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'When the data was fetched from ThingSpace. With several upstream calls, the earliest time.',
      resolve: ({ asOfMs }) => toDateTime(asOfMs),
    }),
    settled: t.exposeBoolean('settled', {
      nullable: false,
      description:
        'Whether the data is final. A sessions report is settled if its window ended more than 24 hours before asOf, and no session in it is ' +
        'open or ended less than 24 hours before asOf. With durationLow or durationHigh, as many seconds later as the larger of the two: until then, ' +
        'an open session that is not in it can still be added. An aggregated report shows no open session: it is settled if its window ended more ' +
        'than SETTLE_AFTER_HOURS (default: 48) before asOf. A longer session can still change it, so a cached one is fetched once more ' +
        'by the first request later than seven days after the first fetch, after which it is final. ' +
        'Always false if endDate is omitted or is a keyword such as LAST_WEEK, because only ThingSpace knows when that window ends.',
    }),
  }),
});
