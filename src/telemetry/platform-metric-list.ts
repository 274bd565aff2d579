import { SECONDS, type MetricDefinitions } from './metric-definition.ts';

/** The metrics of calls to ThingSpace. */
export const PLATFORM_METRICS = {
  upstreamDuration: {
    name: 'device_reports_upstream_call_duration_seconds',
    type: 'histogram',
    help: 'Time of attempts to call ThingSpace, with reading the response, by endpoint.',
    labels: ['endpoint'],
    buckets: SECONDS,
  },
  upstreamCalls: {
    name: 'device_reports_upstream_calls_total',
    type: 'counter',
    help: 'Attempts to call ThingSpace, by endpoint, HTTP status (or why there is none) and number of the attempt.',
    labels: ['endpoint', 'status', 'attempt'],
  },
  upstreamDevices: {
    name: 'device_reports_upstream_call_devices',
    type: 'histogram',
    help: 'Devices that a call to ThingSpace names, by endpoint. Calls for whole accounts are not in it.',
    labels: ['endpoint'],
    buckets: [1, 2, 3, 5, 8, 10, 100, 1_000, 10_000],
  },
  upstreamRunning: {
    name: 'device_reports_upstream_calls_running',
    type: 'gauge',
    help: 'Calls for reports that hold one of the UPSTREAM_CONCURRENCY slots.',
    labels: [],
  },
  upstreamWaiting: {
    name: 'device_reports_upstream_calls_waiting',
    type: 'gauge',
    help: 'Calls for reports that wait for one of the UPSTREAM_CONCURRENCY slots.',
    labels: [],
  },
  callsSaved: {
    name: 'device_reports_upstream_calls_saved_total',
    type: 'counter',
    help: 'Calls to ThingSpace that were not made because operations shared one.',
    labels: [],
  },
  cachedResults: {
    name: 'device_reports_cached_results_total',
    type: 'counter',
    help: 'Devices and reports returned from the cache, without a call to ThingSpace.',
    labels: [],
  },
  signIns: {
    name: 'device_reports_sign_ins_total',
    type: 'counter',
    help: 'Logins at ThingSpace, by outcome: succeeded, rejected, uncertain, failed or withdrawn.',
    labels: ['outcome'],
  },
  signInsLeft: {
    name: 'device_reports_sign_in_failures_left',
    type: 'gauge',
    help: 'Logins that may still fail before sign-in is blocked; 0 means blocked. All servers share them.',
    labels: [],
  },
  breakerOpen: {
    name: 'device_reports_breaker_open',
    type: 'gauge',
    help: 'Open circuit breakers, by account; (platform) is that of all accounts. Closed ones are absent.',
    labels: ['account'],
  },
} as const satisfies MetricDefinitions;
