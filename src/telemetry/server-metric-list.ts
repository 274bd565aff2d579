import type { MetricDefinitions } from './metric-definition.ts';

/** The metrics of callbacks, stored reports, the database and the process. */
export const SERVER_METRICS = {
  callbacks: {
    name: 'device_reports_callbacks_total',
    type: 'counter',
    help: 'Callback requests, by outcome: stored, spooled, rejected, no-room or failed.',
    labels: ['outcome'],
  },
  callbackMessages: {
    name: 'device_reports_callback_messages_total',
    type: 'counter',
    help: 'Messages in callbacks that were committed, by kind: fresh, repeated or unknown (of no report).',
    labels: ['kind'],
  },
  deadLetters: {
    name: 'device_reports_dead_letters_total',
    type: 'counter',
    help: 'Callback bodies that could not be read or recorded, and were stored as they came.',
    labels: [],
  },
  spoolInUse: {
    name: 'device_reports_callback_spool_in_use',
    type: 'gauge',
    help: '1 while callback messages wait on disk for the database, else 0.',
    labels: [],
  },
  reports: {
    name: 'device_reports_reports',
    type: 'gauge',
    help: 'Reports requested within twice CALLBACK_DEADLINE_HOURS, by status. Counted at most once a minute, in the whole database.',
    labels: ['status'],
  },
  fleetReports: {
    name: 'device_reports_fleet_reports',
    type: 'gauge',
    help: 'Fleet reports requested within twice CALLBACK_DEADLINE_HOURS, by status. Counted at most once a minute, in the whole database.',
    labels: ['status'],
  },
  oldestOpenReport: {
    name: 'device_reports_oldest_open_report_age_seconds',
    type: 'gauge',
    help: 'Age of the oldest report that is queued or receiving; 0 if there is none. Looked up at most once a minute.',
    labels: [],
  },
  recordDays: {
    name: 'device_reports_record_days',
    type: 'gauge',
    help: 'Days of usage by state: recorded, or due (settled, not recorded, and still known to ThingSpace). Only with RECORD=daily.',
    labels: ['state'],
  },
  recordListening: {
    name: 'device_reports_record_listening',
    type: 'gauge',
    help: '1 if days are recorded by callback, 0 if by synchronous calls because no listener is registered. Only with RECORD=daily.',
    labels: [],
  },
  recordedAt: {
    name: 'device_reports_record_last_timestamp_seconds',
    type: 'gauge',
    help: 'When a day was recorded last, in epoch seconds. Only with RECORD=daily.',
    labels: [],
  },
  storeDuration: {
    name: 'device_reports_store_duration_seconds',
    type: 'histogram',
    help: 'Time of uses of the database with repetitions, by kind: read, own-read (of the server itself) or write (with its commit).',
    labels: ['kind'],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
  },
  storeErrors: {
    name: 'device_reports_store_errors_total',
    type: 'counter',
    help: 'Failed uses of the database, by kind and code.',
    labels: ['kind', 'code'],
  },
  storeConnections: {
    name: 'device_reports_store_connections',
    type: 'gauge',
    help: 'Connections to PostgreSQL, by pool (writes or reads) and state (used or idle).',
    labels: ['pool', 'state'],
  },
  storeWaiting: {
    name: 'device_reports_store_waiting',
    type: 'gauge',
    help: 'Statements and transactions that wait for a connection to PostgreSQL, by pool.',
    labels: ['pool'],
  },
  eventLoopDelay: {
    name: 'device_reports_event_loop_delay_seconds',
    type: 'gauge',
    help: 'Delay of the event loop since the last scrape, by statistic: p50, p99 or max.',
    labels: ['statistic'],
  },
  memory: {
    name: 'device_reports_memory_bytes',
    type: 'gauge',
    help: 'Memory of the process, by kind: rss, heap-used, heap-total, external or array-buffers.',
    labels: ['kind'],
  },
  cpu: {
    name: 'process_cpu_seconds_total',
    type: 'counter',
    help: 'CPU time of the process.',
    labels: [],
  },
  handles: {
    name: 'device_reports_open_handles',
    type: 'gauge',
    help: 'Resources that keep the event loop alive, such as sockets and timers.',
    labels: [],
  },
  startTime: {
    name: 'process_start_time_seconds',
    type: 'gauge',
    help: 'When the process started, in epoch seconds.',
    labels: [],
  },
  build: {
    name: 'device_reports_build_info',
    type: 'gauge',
    help: 'Always 1; the labels have the versions of this server and of Node.js.',
    labels: ['version', 'node'],
  },
} as const satisfies MetricDefinitions;
