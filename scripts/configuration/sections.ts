import type { Setting } from './settings.ts';

// A file of its own: both documents have the same sections.
/** Settings that belong together: a table in docs/configuration.md, and a part of .env.example. */
export interface Section {
  /** Marks the place of the table. */
  readonly id: string;
  /** The heading in .env.example. */
  readonly title: string;
  readonly names: readonly string[];
}

/** Settings that belong together, as they are documented. */
export interface DocumentedSection {
  readonly id: string;
  readonly title: string;
  readonly settings: readonly Setting[];
}

/** What the generated files are made from. */
export interface Documented {
  readonly sections: readonly DocumentedSection[];
  /** Those that can be read from files. */
  readonly secrets: readonly string[];
}

/** Every setting, in the order of the documents. A new one has to be added here. */
export const SECTIONS: readonly Section[] = [
  {
    id: 'server',
    title: 'Server',
    names: [
      'HOST',
      'PORT',
      'REQUEST_TIMEOUT_MS',
      'KEEP_ALIVE_TIMEOUT_SECONDS',
      'SHUTDOWN_DELAY_SECONDS',
      'SHUTDOWN_SECONDS',
      'TRUST_PROXY',
      'COMPRESSION',
      'ACCESS_LOG',
      'LOG_FORMAT',
      'LOG_LEVEL',
      'METRICS_PORT',
      'METRICS_HOST',
      'NODE_ENV',
    ],
  },
  {
    id: 'production',
    title: 'What responses reveal (on in development, off in production)',
    names: ['REPORT_UPSTREAM_COST', 'GRAPHIQL', 'OVERVIEW_PAGE', 'INTROSPECTION', 'SUGGESTIONS'],
  },
  { id: 'mcp', title: 'Tools for models', names: ['MCP'] },
  { id: 'federation', title: 'Federation', names: ['FEDERATED_TRACES'] },
  {
    id: 'documents',
    title: 'Documents by id',
    names: ['APQ', 'APQ_MAX_BYTES', 'TRUSTED_DOCUMENTS', 'TRUSTED_DOCUMENTS_MODE'],
  },
  { id: 'plans', title: 'Plans', names: ['PLANS_FILE'] },
  {
    id: 'thingspace',
    title: 'ThingSpace',
    names: [
      'THINGSPACE_CLIENT_ID',
      'THINGSPACE_CLIENT_SECRET',
      'THINGSPACE_USERNAME',
      'THINGSPACE_PASSWORD',
      'THINGSPACE_ACCOUNT_NUMBER',
      'THINGSPACE_BASE_URL',
      'THINGSPACE_REPEAT_IN_HEADERS',
      'THINGSPACE_CREDENTIALS',
      'SIMULATOR',
    ],
  },
  {
    id: 'authentication',
    title: 'Authentication',
    names: [
      'AUTH_MODE',
      'AUTH_JWKS_URL',
      'AUTH_PUBLIC_KEY',
      'AUTH_ISSUER',
      'AUTH_AUDIENCE',
      'AUTH_ALGORITHMS',
      'AUTH_CLOCK_SKEW_SECONDS',
      'AUTH_ACCOUNTS_CLAIM',
      'AUTH_SCOPES_CLAIM',
      'AUTH_ALLOW_ANONYMOUS',
      'ALLOWED_HOSTS',
    ],
  },
  { id: 'browsers', title: 'Browsers', names: ['CORS_ORIGINS'] },
  { id: 'routers', title: 'Routers', names: ['SUBSCRIPTION_CALLBACK_ALLOWED'] },
  {
    id: 'calls',
    title: 'Calls to ThingSpace',
    names: [
      'UPSTREAM_CALL_TIMEOUT_MS',
      'UPSTREAM_TOTAL_TIMEOUT_MS',
      'UPSTREAM_RETRIES',
      'UPSTREAM_CONCURRENCY',
      'UPSTREAM_CALLS_PER_SECOND',
      'UPSTREAM_BREAKER_FAILURES',
      'UPSTREAM_MAX_ANSWER_BYTES',
      'UPSTREAM_BATCH_WINDOW_MS',
    ],
  },
  { id: 'proxies', title: 'Outbound proxies', names: ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'] },
  { id: 'cache', title: 'Cache', names: ['CACHE_UNSETTLED_SECONDS', 'CACHE_MAX_BYTES', 'SETTLE_AFTER_HOURS'] },
  {
    id: 'operations',
    title: 'Limits of an operation',
    names: [
      'MAX_UPSTREAM_CALLS',
      'MAX_UPSTREAM_BYTES',
      'MAX_COMPUTED_ROWS',
      'MAX_RESPONSE_BYTES',
      'MAX_STORE_READS',
      'OPERATION_TIMEOUT_MS',
      'MAX_DEPTH',
      'MAX_FIELDS',
      'MAX_ROOT_FIELDS',
      'MAX_ALIASES',
      'MAX_DIRECTIVES',
      'MAX_DOCUMENT_BYTES',
      'MAX_TOKENS',
      'PREPARED_OPERATIONS_MAX_BYTES',
    ],
  },
  {
    id: 'clients',
    title: 'Limits per client',
    names: [
      'RATE_LIMIT_PER_MINUTE',
      'CPU_SHARE_PER_PRINCIPAL',
      'MAX_SUBSCRIPTIONS_PER_CALLER',
      'MAX_SOCKETS_PER_CALLER',
      'SUBSCRIPTION_BYTES_PER_SECOND',
    ],
  },
  {
    id: 'async-reports',
    title: 'Asynchronous reports',
    names: [
      'PUBLIC_URL',
      'CALLBACK_SECRET',
      'CALLBACK_SECRET_PREVIOUS',
      'CALLBACK_USERNAME',
      'CALLBACK_PASSWORD',
      'CALLBACK_PASSWORD_PREVIOUS',
      'CALLBACK_HMAC_SECRET',
      'CALLBACK_HMAC_HEADER',
      'CALLBACK_ALLOWED_IPS',
      'CALLBACK_QUIET_MINUTES',
      'CALLBACK_DEADLINE_HOURS',
      'CALLBACK_UNKNOWN_MAX_BYTES',
      'CALLBACK_SPOOL_DIR',
      'CALLBACK_SPOOL_MAX_BYTES',
      'DOWNLOAD_LINK_MINUTES',
    ],
  },
  {
    id: 'fleets',
    title: 'Fleet reports',
    names: ['FLEET_PARTS_PER_MINUTE', 'FLEET_REPEAT_AFTER_SECONDS', 'DEVICE_LIST_MINUTES'],
  },
  { id: 'store', title: 'Store of asynchronous reports', names: ['DATA_DIR', 'DATABASE_URL', 'RETENTION_DAYS'] },
  {
    id: 'record',
    title: 'Record of daily usage',
    names: ['RECORD', 'RECORD_TIME_ZONE', 'RECORD_MONTHS', 'RECORD_CALLS_PER_HOUR'],
  },
  {
    id: 'traces',
    title: 'Traces',
    names: [
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_EXPORTER_OTLP_PROTOCOL',
      'OTEL_EXPORTER_OTLP_HEADERS',
      'OTEL_TRACES_SAMPLER',
      'OTEL_TRACES_SAMPLER_ARG',
      'OTEL_SERVICE_NAME',
      'OTEL_RESOURCE_ATTRIBUTES',
    ],
  },
];
