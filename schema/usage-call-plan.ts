import { SERIES_PATHS, type CallPlan } from '../src/usage-over-time/plan-calls.ts';
import { builder } from './builder.ts';

/** The paths that can be asked for. */
export const ASKED_PATHS = ['AUTO', ...SERIES_PATHS] as const;

export const UsageSeriesPathRef = builder.enumType('UsageSeriesPath', {
  description: 'Where the usage of a series comes from. All buckets of a series come from the same one.',
  values: {
    AUTO: { description: 'The path that needs the fewest upstream calls. Only for arguments.' },
    SESSIONS: {
      description:
        'Sessions reports: one upstream call per device, whatever the buckets. Only for named devices without filters. A session counts in the ' +
        'bucket in which it began.',
    },
    AGGREGATED: {
      description: 'Aggregated reports: one upstream call per ten devices and bucket. Only for named devices.',
    },
    ACCOUNT: {
      description:
        'Aggregated reports of the whole account: one upstream call per bucket, even if it is asked for a part of its devices.',
    },
    RECORDED: {
      description:
        'Usage that this server recorded day by day: no upstream call. Only in the time zone of the record, and without filters or groups.',
    },
  },
});

export const UsageCallPlanRef = builder.objectRef<CallPlan>('UsageCallPlan');
UsageCallPlanRef.implement({
  description: 'The price of loading, known before anything is asked for. Selecting it makes no upstream call.',
  fields: (t) => ({
    path: t.expose('path', {
      type: UsageSeriesPathRef,
      nullable: false,
      description: 'Where the usage comes from. Never AUTO.',
    }),
    upstreamCalls: t.exposeInt('upstreamCalls', {
      nullable: false,
      description:
        'Number of upstream calls, without retries and without those that find a device which ThingSpace rejects. What the cache holds needs none.',
    }),
    fromStore: t.exposeInt('fromStore', {
      nullable: false,
      description:
        'Number of buckets that need no upstream call, because they are cached or recorded. Includes the buckets to compare with.',
    }),
    withinBudget: t.exposeBoolean('withinBudget', {
      nullable: false,
      description:
        'Whether an operation may make the calls (MAX_UPSTREAM_CALLS), and their answers are not expected to be too large (MAX_UPSTREAM_BYTES). ' +
        'If false, the fields that load fail with BUDGET_EXCEEDED, before any call.',
    }),
    recordedBuckets: t.exposeInt('recordedBuckets', {
      nullable: false,
      description:
        'Number of buckets whose days are all recorded, whatever the path. If others are not recorded, such as those of the last days, another path ' +
        'loads all of them, because all buckets of a series come from the same one. 0 if the record cannot answer this.',
    }),
    alternatives: t.field({
      type: [UsageCallPlanRef],
      nullable: false,
      listSize: { assumedSize: SERIES_PATHS.length },
      description: 'Prices of the other possible paths, cheapest first. Empty inside an alternative.',
      resolve: ({ alternatives }) => alternatives,
    }),
  }),
});
