import type { DaySoFar } from '../src/domain/day-counts.ts';
import type { CallbackCount, CallCount, AllServersDay } from '../src/domain/server-status.ts';
import { builder } from './builder.ts';
import { toDateTime } from './scalars.ts';

const SINCE =
  'When counting began: at midnight in UTC, or when the server started if that was later. With several servers, the earliest of these.';

export const CallCountsRef = builder.objectRef<DaySoFar<CallCount>>('CallCounts').implement({
  description: 'Report calls to ThingSpace today (UTC), without sign-in.',
  fields: (t) => ({
    since: t.field({
      type: 'DateTime',
      nullable: false,
      description: SINCE,
      resolve: ({ sinceMs }) => toDateTime(sinceMs),
    }),
    made: t.field({
      type: 'SafeInt',
      nullable: false,
      description: 'Number of requests sent to ThingSpace, with retries.',
      resolve: ({ counts }) => counts.sent,
    }),
    savedBySharing: t.field({
      type: 'SafeInt',
      nullable: false,
      description: 'Number of requests saved because several operations shared one.',
      resolve: ({ counts }) => counts.shared,
    }),
    answeredFromCache: t.field({
      type: 'SafeInt',
      nullable: false,
      description: 'Number of devices and reports answered from the cache, without a request.',
      resolve: ({ counts }) => counts.cached,
    }),
  }),
});

export const CallbackCountsRef = builder.objectRef<DaySoFar<CallbackCount>>('CallbackCounts').implement({
  description: 'Callback messages that arrived today (UTC), by outcome.',
  fields: (t) => ({
    since: t.field({
      type: 'DateTime',
      nullable: false,
      description: SINCE,
      resolve: ({ sinceMs }) => toDateTime(sinceMs),
    }),
    stored: t.field({
      type: 'SafeInt',
      nullable: false,
      description: 'Number of messages that were stored in the database, with those that only repeat others.',
      resolve: ({ counts }) => counts.stored,
    }),
    spooled: t.field({
      type: 'SafeInt',
      nullable: false,
      description: 'Number of messages that were written to disk until the database can store them.',
      resolve: ({ counts }) => counts.spooled,
    }),
    rejected: t.field({
      type: 'SafeInt',
      nullable: false,
      description: 'Number of requests that were rejected (HTTP 4xx): wrong path, sender, signature or size.',
      resolve: ({ counts }) => counts.rejected,
    }),
    withoutRoom: t.field({
      type: 'SafeInt',
      nullable: false,
      description:
        'Number of messages of unknown transactions that were not stored (HTTP 503), because these take all of CALLBACK_UNKNOWN_MAX_BYTES.',
      resolve: ({ counts }) => counts['no-room'],
    }),
    failed: t.field({
      type: 'SafeInt',
      nullable: false,
      description:
        'Number of messages that neither the database nor the disk could store (HTTP 5xx). ThingSpace may send them again.',
      resolve: ({ counts }) => counts.failed,
    }),
  }),
});

export const AllServersRef = builder.objectRef<AllServersDay>('AllServersStatus').implement({
  description:
    'What all servers on one database did today (UTC), including servers that have ended. Counts of other servers are up to 10 seconds old. ' +
    'SQLite belongs to one server: its counts begin anew when it restarts.',
  fields: (t) => ({
    servers: t.exposeInt('servers', {
      nullable: false,
      description: 'Number of servers that reported in the last 30 seconds, this one included.',
    }),
    callsToday: t.expose('calls', { type: CallCountsRef, nullable: false, description: 'Their calls made and saved.' }),
    callbacksToday: t.expose('callbacks', {
      type: CallbackCountsRef,
      nullable: false,
      description: 'Their callback messages by outcome.',
    }),
  }),
});
