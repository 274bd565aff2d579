import { METRICS } from '../../src/telemetry/metric-list.ts';

/** A rule of Prometheus. docs/operations.md has a section with its name, which says what to do. */
export interface Alert {
  readonly name: string;
  readonly severity: 'critical' | 'warning';
  /** In the query language of Prometheus. */
  readonly query: string;
  /** How long it must be true. */
  readonly for: string;
  readonly summary: string;
}

const RUNBOOK = 'docs/operations.md';

const {
  operationDuration,
  operationErrors,
  upstreamCalls,
  upstreamWaiting,
  signInsLeft,
  breakerOpen,
  callbacks,
  deadLetters,
  spoolInUse,
  oldestOpenReport,
  storeDuration,
  storeErrors,
  storeWaiting,
  eventLoopDelay,
  memory,
} = METRICS;

/** Callers cannot do anything about these. */
const OURS =
  'UPSTREAM_UNAVAILABLE|UPSTREAM_TIMEOUT|UPSTREAM_RATE_LIMITED|UPSTREAM_UNAUTHENTICATED|OPERATION_TIMEOUT|STORE_UNAVAILABLE|SIGN_IN_REFUSED|INTERNAL_SERVER_ERROR';

/** Every alert, in the order of docs/operations.md. */
export const ALERTS: readonly Alert[] = [
  {
    name: 'DeviceReportsDown',
    severity: 'critical',
    query: 'up{job="device-reports"} == 0',
    for: '2m',
    summary: 'A replica does not answer at its metrics port.',
  },
  {
    name: 'DeviceReportsErrors',
    severity: 'critical',
    query: `sum(rate(${operationErrors.name}{code=~"${OURS}"}[5m])) / sum(rate(${operationDuration.name}_count[5m])) > 0.05`,
    for: '5m',
    summary: 'More than 5 % of the operations fail for reasons that callers cannot do anything about.',
  },
  {
    name: 'DeviceReportsUnexpectedErrors',
    severity: 'warning',
    query: `sum(increase(${operationErrors.name}{code="INTERNAL_SERVER_ERROR"}[5m])) > 0`,
    for: '0m',
    summary: 'Operations fail with errors that should not happen.',
  },
  {
    name: 'DeviceReportsSlow',
    severity: 'warning',
    query: `histogram_quantile(0.95, sum by (le) (rate(${operationDuration.name}_bucket[5m]))) > 10`,
    for: '10m',
    summary: 'One operation in twenty takes more than 10 s.',
  },
  {
    name: 'DeviceReportsSignInBlocked',
    severity: 'critical',
    query: `min(${signInsLeft.name}) == 0`,
    for: '1m',
    summary: 'Sign-in at ThingSpace is blocked until somebody acts.',
  },
  {
    name: 'DeviceReportsSignInFailing',
    severity: 'warning',
    query: `min(${signInsLeft.name}) == 1`,
    for: '1m',
    summary: 'One more failed login blocks sign-in at ThingSpace.',
  },
  {
    name: 'DeviceReportsBreakerOpen',
    severity: 'critical',
    query: `max by (account) (${breakerOpen.name}) > 0`,
    for: '2m',
    summary: 'Calls of account {{ $labels.account }} to ThingSpace are paused because they keep failing.',
  },
  {
    name: 'DeviceReportsRateLimited',
    severity: 'warning',
    query: `sum(rate(${upstreamCalls.name}{status="429"}[5m])) > 0.05`,
    for: '10m',
    summary: 'ThingSpace keeps limiting the rate of calls.',
  },
  {
    name: 'DeviceReportsCallsWaiting',
    severity: 'warning',
    query: `min_over_time(${upstreamWaiting.name}[5m]) > 0`,
    for: '5m',
    summary: 'Calls to ThingSpace wait for a free slot all the time.',
  },
  {
    name: 'DeviceReportsCallbacksFailing',
    severity: 'critical',
    query: `sum(increase(${callbacks.name}{outcome=~"failed|no-room"}[5m])) > 0`,
    for: '0m',
    summary: 'Callback messages are answered with an error. ThingSpace sends each only a few times.',
  },
  {
    name: 'DeviceReportsCallbacksRejected',
    severity: 'warning',
    query: `sum(increase(${callbacks.name}{outcome="rejected"}[15m])) > 20`,
    for: '0m',
    summary: 'Requests to the callback path have a wrong secret, sender or form.',
  },
  {
    name: 'DeviceReportsSpoolInUse',
    severity: 'warning',
    query: `max by (instance) (${spoolInUse.name}) == 1`,
    for: '5m',
    summary: 'Callback messages wait on the disk of {{ $labels.instance }} for the database.',
  },
  {
    name: 'DeviceReportsDeadLetters',
    severity: 'warning',
    query: `sum(increase(${deadLetters.name}[1h])) > 0`,
    for: '0m',
    summary: 'Callback bodies could not be read, and were stored as they came.',
  },
  {
    name: 'DeviceReportsOldReport',
    severity: 'warning',
    query: `max(${oldestOpenReport.name}) > 43200`,
    for: '15m',
    summary: 'A report has been open for 12 hours.',
  },
  {
    name: 'DeviceReportsStoreFailing',
    severity: 'critical',
    query: `sum by (instance, code) (rate(${storeErrors.name}{code=~"UNAVAILABLE|FULL"}[5m])) > 0`,
    for: '2m',
    summary: 'The database fails for {{ $labels.instance }}: {{ $labels.code }}.',
  },
  {
    name: 'DeviceReportsStoreSlow',
    severity: 'warning',
    query: `histogram_quantile(0.95, sum by (le) (rate(${storeDuration.name}_bucket{kind="write"}[5m]))) > 1`,
    for: '10m',
    summary: 'One commit in twenty takes more than a second.',
  },
  {
    name: 'DeviceReportsStoreConnections',
    severity: 'warning',
    query: `min_over_time(${storeWaiting.name}[5m]) > 0`,
    for: '5m',
    summary: 'Work for the database waits for a connection of the pool {{ $labels.pool }} all the time.',
  },
  {
    name: 'DeviceReportsEventLoopBlocked',
    severity: 'warning',
    query: `${eventLoopDelay.name}{statistic="p99"} > 0.25`,
    for: '5m',
    summary: 'The event loop of {{ $labels.instance }} is blocked for more than a quarter of a second again and again.',
  },
  {
    name: 'DeviceReportsMemory',
    severity: 'warning',
    query: `${memory.name}{kind="rss"} > 650e6`,
    for: '10m',
    summary: 'The memory of {{ $labels.instance }} is near the limit of the manifest, 768 MiB.',
  },
];

/** The rules as a file for Prometheus. */
export function printAlerts(alerts: readonly Alert[]): string {
  const rules = alerts.flatMap(({ name, severity, query, summary, ...rule }) => [
    `      - alert: ${name}`,
    `        expr: ${quote(query)}`,
    `        for: ${rule.for}`,
    `        labels: { severity: ${severity} }`,
    '        annotations:',
    `          summary: ${quote(summary)}`,
    `          runbook: ${RUNBOOK}#${name.toLowerCase()}`,
  ]);
  const head = ['groups:', '  - name: device-reports', '    rules:'];
  return [`# Generated by "npm run monitoring" from scripts/monitoring/alerts.ts.`, ...head, ...rules, ''].join('\n');
}

/** A text in YAML. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
