import type {
  BreakerStatus,
  PaceStatus,
  RecordStatus,
  ServerStatus,
  SignInStatus,
  StoreStatus,
} from '../src/domain/server-status.ts';
import { builder, OPERATIONS } from './builder.ts';
import { AllServersRef, CallbackCountsRef, CallCountsRef } from './day-counts.ts';
import { scoped } from './rules/field-rule.ts';
import { asciiText } from './rules/value-size.ts';
import { toDateTime } from './scalars.ts';

const MAX_VERSION_CHARACTERS = 100;
const MAX_ZONE_CHARACTERS = 64;

const StoreKindRef = builder.enumType('StoreKind', {
  description: 'A kind of database.',
  values: {
    SQLITE: { description: 'SQLite in DATA_DIR. It belongs to one server.' },
    POSTGRESQL: { description: 'PostgreSQL at DATABASE_URL. Any number of servers share it.' },
  },
});

const StoreStatusRef = builder.objectRef<StoreStatus>('StoreStatus').implement({
  description: 'The database of asynchronous reports, as this server reaches it.',
  fields: (t) => ({
    kind: t.expose('kind', { type: StoreKindRef, nullable: false, description: 'Kind of the database.' }),
    isAvailable: t.exposeBoolean('isAvailable', {
      nullable: false,
      description: 'Whether it answered this server within a second. It is asked at most once a second.',
    }),
    isSpooling: t.exposeBoolean('isSpooling', {
      nullable: false,
      description: 'Whether callback messages wait on the disk of this server until the database can store them.',
    }),
  }),
});

const SignInStatusRef = builder.objectRef<SignInStatus>('SignInStatus').implement({
  description: 'How this server signs in to ThingSpace.',
  fields: (t) => ({
    isWorking: t.exposeBoolean('isWorking', {
      nullable: false,
      description:
        'False if the last sign-in of this server failed, or sign-in is blocked. True before its first sign-in: servers on one PostgreSQL ' +
        'share their tokens, so it may never need one.',
    }),
    strikesLeft: t.exposeInt('strikesLeft', {
      description:
        'Number of logins that may still fail before sign-in is blocked, to keep ThingSpace from locking the user (0-2). 0 means blocked. ' +
        'All servers on one database count together. Null if the database is not available.',
    }),
  }),
});

const BreakerStatusRef = builder.objectRef<BreakerStatus>('BreakerStatus').implement({
  description:
    'Circuit breakers of this server, which hold its calls to ThingSpace while they keep failing. Other servers have their own.',
  fields: (t) => ({
    isOpen: t.exposeBoolean('isOpen', {
      nullable: false,
      description: 'Whether the breaker of the whole platform is open, because the calls of several accounts fail.',
    }),
    openAccounts: t.exposeInt('openAccounts', {
      nullable: false,
      description: 'Number of accounts whose own breaker is open (0-2,000).',
    }),
  }),
});

const PaceStatusRef = builder.objectRef<PaceStatus>('PaceStatus').implement({
  description: 'How fast ThingSpace may be called.',
  fields: (t) => ({
    callsPerSecond: t.exposeInt('callsPerSecond', {
      description:
        'Maximum number of calls per account in any second (UPSTREAM_CALLS_PER_SECOND), of all servers on one PostgreSQL together; null if ' +
        'there is none.',
    }),
    pausedAccounts: t.exposeInt('pausedAccounts', {
      nullable: false,
      description:
        'Number of accounts that this server lets wait, because ThingSpace answered one of the servers with 429 and a time to wait. 0 if callers ' +
        'send their own tokens.',
    }),
  }),
});

const RecordStatusRef = builder.objectRef<RecordStatus>('RecordStatus').implement({
  description: 'How the usage of each day is recorded (RECORD=daily).',
  fields: (t) => ({
    timeZone: t.string({
      extensions: asciiText(MAX_ZONE_CHARACTERS),
      nullable: false,
      description: 'Time zone of the days: an IANA name in capitals (RECORD_TIME_ZONE).',
      resolve: ({ zoneName }) => zoneName,
    }),
    recordedDays: t.exposeInt('recordedDays', { nullable: false, description: 'Number of recorded days.' }),
    dueDays: t.exposeInt('dueDays', {
      nullable: false,
      description:
        'Number of days (0-180) that are settled, still known to ThingSpace and not recorded yet. With several servers, one records at a time, ' +
        'and the others show what they found when it was their turn.',
    }),
    isListening: t.exposeBoolean('isListening', {
      description:
        'True if days are recorded by asynchronous reports. False if ThingSpace does not post their results to this server, so that ' +
        'synchronous calls record: run registerCallbackListener. Null if this server has recorded nothing since it started.',
    }),
    lastRecordedAt: t.field({
      type: 'DateTime',
      description: 'When a day was recorded last; null if none is.',
      resolve: ({ lastRecordedAtMs }) => (lastRecordedAtMs === null ? null : toDateTime(lastRecordedAtMs)),
    }),
  }),
});

const ServerStatusRef = builder.objectRef<ServerStatus>('ServerStatus').implement({
  description:
    'State of the server that answers. With several servers, each has its own; `allServers` is what they did together.',
  fields: (t) => ({
    version: t.exposeString('version', {
      extensions: asciiText(MAX_VERSION_CHARACTERS),
      nullable: false,
      description: 'Version of this server.',
    }),
    startedAt: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'When this server started.',
      resolve: ({ startedAtMs }) => toDateTime(startedAtMs),
    }),
    uptimeSeconds: t.exposeInt('uptimeSeconds', { nullable: false, description: 'Seconds since this server started.' }),
    store: t.expose('store', { type: StoreStatusRef, nullable: false, description: 'Its database.' }),
    signIn: t.expose('signIn', {
      type: SignInStatusRef,
      nullable: true,
      description: 'Its sign-in to ThingSpace; null if callers send their own tokens.',
    }),
    breaker: t.expose('breaker', { type: BreakerStatusRef, nullable: false, description: 'Its circuit breakers.' }),
    pace: t.expose('pace', { type: PaceStatusRef, nullable: false, description: 'Its pace of calls.' }),
    callsToday: t.field({
      type: CallCountsRef,
      nullable: false,
      description: 'Calls made and saved by this server alone.',
      resolve: ({ calls }) => calls,
    }),
    hasListener: t.exposeBoolean('hasListener', {
      description:
        'Whether this server last saw ThingSpace post callback messages to its address (PUBLIC_URL), for every account that it looked at. ' +
        'Null if it has not looked. callbackListeners looks; this field makes no call.',
    }),
    callbacksToday: t.field({
      type: CallbackCountsRef,
      nullable: false,
      description: 'Callback messages that this server alone got, by outcome.',
      resolve: ({ callbacks }) => callbacks,
    }),
    allServers: t.expose('allServers', {
      type: AllServersRef,
      nullable: true,
      description: 'What all servers on its database did today; null if that does not answer within a second.',
    }),
    record: t.expose('record', {
      type: RecordStatusRef,
      nullable: true,
      description: 'How far daily usage is recorded; null if the server does not record it.',
    }),
  }),
});

builder.queryField('serverStatus', (t) =>
  t.field({
    type: ServerStatusRef,
    tag: [OPERATIONS],
    description: 'State of this server, for operators. Makes no upstream call, and takes at most a second.',
    extensions: scoped('operations'),
    resolve: (_, __, { serverStatus }) => serverStatus(),
  }),
);
