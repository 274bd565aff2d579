import { SECONDS, type MetricDefinitions } from './metric-definition.ts';

/** The metrics of what callers ask for. */
export const API_METRICS = {
  operationDuration: {
    name: 'device_reports_operation_duration_seconds',
    type: 'histogram',
    help: 'Time of queries and mutations from their start to their result, by name and result (ok or error).',
    labels: ['name', 'result'],
    buckets: SECONDS,
  },
  operationErrors: {
    name: 'device_reports_operation_errors_total',
    type: 'counter',
    help: 'Queries and mutations with errors, by name and the code of the first error.',
    labels: ['name', 'code'],
  },
  otherRequests: {
    name: 'device_reports_other_requests_total',
    type: 'counter',
    help: 'Requests to the API that ran no operation, such as rejected ones, and downloads, by HTTP status.',
    labels: ['kind', 'status'],
  },
  subscriptions: {
    name: 'device_reports_subscriptions',
    type: 'gauge',
    help: 'Open subscriptions, by transport.',
    labels: ['transport'],
  },
  subscriptionEvents: {
    name: 'device_reports_subscription_events_total',
    type: 'counter',
    help: 'Events of subscriptions, by transport.',
    labels: ['transport'],
  },
  subscriptionEnds: {
    name: 'device_reports_subscription_ends_total',
    type: 'counter',
    help: 'Ended subscriptions, by OK or the code of what ended them.',
    labels: ['code'],
  },
  documents: {
    name: 'device_reports_documents',
    type: 'gauge',
    help: 'Prepared documents in memory: cached ones, and trusted ones.',
    labels: ['kind'],
  },
  documentBytes: {
    name: 'device_reports_document_bytes',
    type: 'gauge',
    help: 'Approximate memory of prepared documents, in bytes.',
    labels: ['kind'],
  },
  documentMisses: {
    name: 'device_reports_document_misses_total',
    type: 'counter',
    help: 'Documents that had to be parsed because they were not in memory.',
    labels: [],
  },
} as const satisfies MetricDefinitions;
