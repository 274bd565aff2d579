import { METRICS } from '../../src/telemetry/metric-list.ts';

/** A graph of the dashboard. */
export interface Panel {
  readonly title: string;
  /** A unit that Grafana knows. */
  readonly unit: 's' | 'bytes' | 'short' | 'reqps' | 'percentunit' | 'none';
  readonly queries: readonly Query[];
}

/** A line of a graph for each value of its labels. */
export interface Query {
  readonly query: string;
  readonly legend: string;
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

interface Named {
  readonly name: string;
}

const FILTER = 'instance=~"$instance"';
const m = METRICS;

const rate = ({ name }: Named, by: string): string => `sum by (${by}) (rate(${name}{${FILTER}}[$__rate_interval]))`;
const total = ({ name }: Named): string => `sum(rate(${name}{${FILTER}}[$__rate_interval]))`;
const quantile = (share: number, { name }: Named, by: string): string =>
  `histogram_quantile(${share}, sum by (${by === '' ? 'le' : `le, ${by}`}) (rate(${name}_bucket{${FILTER}}[$__rate_interval])))`;
const value = ({ name }: Named, by: string): string => `sum by (${by}) (${name}{${FILTER}})`;
const one = (query: string, legend: string): readonly Query[] => [{ query, legend }];
const durations = (metric: Named, by: string): readonly Query[] => [
  { query: quantile(0.5, metric, by), legend: `p50 {{${by}}}` },
  { query: quantile(0.95, metric, by), legend: `p95 {{${by}}}` },
];

const count = ({ name }: Named): Named => ({ name: `${name}_count` });

/** Everything that the dashboard shows. */
export const ROWS: readonly Row[] = [
  {
    title: 'Operations',
    panels: [
      {
        title: 'Operations by name',
        unit: 'reqps',
        queries: one(rate(count(m.operationDuration), 'name'), '{{name}}'),
      },
      {
        title: 'Share with errors',
        unit: 'percentunit',
        queries: one(
          `sum(rate(${m.operationDuration.name}_count{${FILTER}, result="error"}[$__rate_interval])) / ${total(count(m.operationDuration))}`,
          'errors',
        ),
      },
      { title: 'Errors by code', unit: 'reqps', queries: one(rate(m.operationErrors, 'code'), '{{code}}') },
      { title: 'Duration by name', unit: 's', queries: durations(m.operationDuration, 'name') },
      {
        title: 'Requests that ran no operation',
        unit: 'reqps',
        queries: one(rate(m.otherRequests, 'kind, status'), '{{kind}} {{status}}'),
      },
      {
        title: 'Open subscriptions',
        unit: 'short',
        queries: one(value(m.subscriptions, 'transport'), '{{transport}}'),
      },
      {
        title: 'Subscriptions: events and ends',
        unit: 'reqps',
        queries: [
          { query: rate(m.subscriptionEvents, 'transport'), legend: 'events {{transport}}' },
          { query: rate(m.subscriptionEnds, 'code'), legend: 'ended by {{code}}' },
        ],
      },
      {
        title: 'Prepared documents',
        unit: 'short',
        queries: [
          { query: value(m.documents, 'kind'), legend: '{{kind}}' },
          { query: total(m.documentMisses), legend: 'parsed per second' },
        ],
      },
      {
        title: 'Memory of prepared documents',
        unit: 'bytes',
        queries: one(value(m.documentBytes, 'kind'), '{{kind}}'),
      },
    ],
  },
  {
    title: 'ThingSpace',
    panels: [
      {
        title: 'Calls by endpoint and status',
        unit: 'reqps',
        queries: one(rate(m.upstreamCalls, 'endpoint, status'), '{{endpoint}} {{status}}'),
      },
      {
        title: 'Calls by attempt',
        unit: 'reqps',
        queries: one(rate(m.upstreamCalls, 'attempt'), 'attempt {{attempt}}'),
      },
      { title: 'Duration by endpoint', unit: 's', queries: durations(m.upstreamDuration, 'endpoint') },
      {
        title: 'Devices per call',
        unit: 'short',
        queries: one(
          `${rate({ name: `${m.upstreamDevices.name}_sum` }, 'endpoint')} / ${rate(count(m.upstreamDevices), 'endpoint')}`,
          '{{endpoint}}',
        ),
      },
      {
        title: 'Saved by sharing and by the cache',
        unit: 'reqps',
        queries: [
          { query: total(m.callsSaved), legend: 'calls saved by sharing' },
          { query: total(m.cachedResults), legend: 'devices and reports from the cache' },
        ],
      },
      {
        title: 'Slots for calls',
        unit: 'short',
        queries: [
          { query: value(m.upstreamRunning, 'instance'), legend: 'running {{instance}}' },
          { query: value(m.upstreamWaiting, 'instance'), legend: 'waiting {{instance}}' },
        ],
      },
      {
        title: 'Sign-in',
        unit: 'short',
        queries: [
          { query: rate(m.signIns, 'outcome'), legend: '{{outcome}} per second' },
          { query: `min(${m.signInsLeft.name}{${FILTER}})`, legend: 'failures left' },
        ],
      },
      { title: 'Open circuit breakers', unit: 'short', queries: one(value(m.breakerOpen, 'account'), '{{account}}') },
    ],
  },
  {
    title: 'Asynchronous reports',
    panels: [
      { title: 'Callback requests', unit: 'reqps', queries: one(rate(m.callbacks, 'outcome'), '{{outcome}}') },
      {
        title: 'Callback messages',
        unit: 'reqps',
        queries: [
          { query: rate(m.callbackMessages, 'kind'), legend: '{{kind}}' },
          { query: total(m.deadLetters), legend: 'dead letters' },
        ],
      },
      { title: 'Spool in use', unit: 'none', queries: one(value(m.spoolInUse, 'instance'), '{{instance}}') },
      // Every replica counts the same database.
      {
        title: 'Reports by status',
        unit: 'short',
        queries: [
          ...one(`max by (status) (${m.reports.name}{${FILTER}})`, '{{status}}'),
          ...one(`max by (status) (${m.fleetReports.name}{${FILTER}})`, 'fleet reports: {{status}}'),
        ],
      },
      {
        title: 'Age of the oldest open report',
        unit: 's',
        queries: one(`max(${m.oldestOpenReport.name}{${FILTER}})`, 'oldest'),
      },
    ],
  },
  {
    title: 'Record',
    panels: [
      // Every replica knows the same days; what is due, only those that have recorded.
      { title: 'Days', unit: 'short', queries: one(`max by (state) (${m.recordDays.name}{${FILTER}})`, '{{state}}') },
      { title: 'By callback', unit: 'none', queries: one(value(m.recordListening, 'instance'), '{{instance}}') },
      {
        title: 'Age of the last day',
        unit: 's',
        queries: one(`time() - max(${m.recordedAt.name}{${FILTER}})`, 'last'),
      },
    ],
  },
  {
    title: 'Database',
    panels: [
      { title: 'Duration by kind', unit: 's', queries: durations(m.storeDuration, 'kind') },
      { title: 'Uses by kind', unit: 'reqps', queries: one(rate(count(m.storeDuration), 'kind'), '{{kind}}') },
      { title: 'Errors', unit: 'reqps', queries: one(rate(m.storeErrors, 'kind, code'), '{{kind}} {{code}}') },
      {
        title: 'Connections',
        unit: 'short',
        queries: [
          { query: value(m.storeConnections, 'pool, state'), legend: '{{pool}} {{state}}' },
          { query: value(m.storeWaiting, 'pool'), legend: '{{pool}} waiting' },
        ],
      },
    ],
  },
  {
    title: 'Process',
    panels: [
      {
        title: 'Event-loop delay',
        unit: 's',
        queries: one(`max by (statistic) (${m.eventLoopDelay.name}{${FILTER}})`, '{{statistic}}'),
      },
      { title: 'CPU cores used', unit: 'short', queries: one(rate(m.cpu, 'instance'), '{{instance}}') },
      { title: 'Memory', unit: 'bytes', queries: one(value(m.memory, 'instance, kind'), '{{instance}} {{kind}}') },
      { title: 'Open handles', unit: 'short', queries: one(value(m.handles, 'instance'), '{{instance}}') },
      {
        title: 'Uptime',
        unit: 's',
        queries: one(`time() - max by (instance) (${m.startTime.name}{${FILTER}})`, '{{instance}}'),
      },
      { title: 'Versions', unit: 'short', queries: one(value(m.build, 'version, node'), '{{version}} on {{node}}') },
    ],
  },
];
