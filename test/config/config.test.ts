import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig, VARIABLES } from '../../src/config/config.ts';
import { fc } from '../support/fast-check.ts';

const CREDENTIALS = {
  THINGSPACE_CLIENT_ID: 'id-5f1c',
  THINGSPACE_CLIENT_SECRET: 'secret-8a2e',
  THINGSPACE_USERNAME: 'user-77b0',
  THINGSPACE_PASSWORD: 'password-d4c9',
};

/** The lines of the error, one for each fault. */
function complaintsOf(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    const [title, ...lines] = (error as ConfigError).message.split('\n');
    expect(title).toBe('The configuration is not valid:');
    return lines.map((line) => line.trim());
  }
  return [];
}

const BAD: Record<string, readonly string[]> = {
  PORT: ['-1', '65536', '80.5', 'http', ' 80', '1e3', '0x50'],
  METRICS_PORT: ['-1', '65536', 'on', '9464/tcp'],
  KEEP_ALIVE_TIMEOUT_SECONDS: ['0', '3601', '65s'],
  SHUTDOWN_DELAY_SECONDS: ['-1', '301', '5s'],
  SHUTDOWN_SECONDS: ['0', '3601', '1m'],
  REQUEST_TIMEOUT_MS: ['0', '999', '300001', '30s'],
  THINGSPACE_BASE_URL: [
    'thingspace.verizon.com/api',
    'ftp://thingspace.verizon.com',
    'https://',
    'https://user:hunter2@thingspace.verizon.com/api',
    'https://thingspace.verizon.com/api?key=hunter2',
    'https://thingspace.verizon.com/api#top',
    'https://thing space.com',
  ],
  THINGSPACE_ACCOUNT_NUMBER: ['0844021539 00001', '1_2', 'A'.repeat(65)],
  THINGSPACE_REPEAT_IN_HEADERS: ['yes', '1', 'TRUE'],
  UPSTREAM_CALL_TIMEOUT_MS: ['0', '600001', '15s'],
  UPSTREAM_TOTAL_TIMEOUT_MS: ['0', '-5'],
  UPSTREAM_RETRIES: ['11', 'two'],
  UPSTREAM_CONCURRENCY: ['0', '1001'],
  UPSTREAM_CALLS_PER_SECOND: ['-1', '10001', 'off'],
  UPSTREAM_BREAKER_FAILURES: ['-1', '1001', 'off'],
  UPSTREAM_MAX_ANSWER_BYTES: ['1023', '64MB'],
  MAX_UPSTREAM_CALLS: ['0', '100001'],
  MAX_DEPTH: ['0', '1001'],
  MAX_FIELDS: ['0', '1000001'],
  MAX_ROOT_FIELDS: ['0', 'all'],
  MAX_ALIASES: ['-1', '100001'],
  MAX_DIRECTIVES: ['-1', '1.5'],
  MAX_TOKENS: ['0', '1000001'],
  OPERATION_TIMEOUT_MS: ['0', '3600001'],
  MAX_SUBSCRIPTIONS_PER_CALLER: ['-1', '1000001'],
  UPSTREAM_BATCH_WINDOW_MS: ['1001', '-1'],
  CACHE_UNSETTLED_SECONDS: ['3601', '1.5'],
  CACHE_MAX_BYTES: ['17179869185', 'x'],
  SETTLE_AFTER_HOURS: ['23', '4321', '2d'],
  REPORT_UPSTREAM_COST: ['on'],
  GRAPHIQL: ['off', '0'],
  OVERVIEW_PAGE: ['off', '1'],
  INTROSPECTION: ['no'],
  SUGGESTIONS: ['never'],
  APQ: ['on', '1'],
  APQ_MAX_BYTES: ['0', '65535', '1073741825', '8MiB'],
  TRUSTED_DOCUMENTS_MODE: ['ONLY', 'true', 'warn'],
  RATE_LIMIT_PER_MINUTE: ['-1', '1.5', '1000001'],
  LOG_LEVEL: ['verbose', 'INFO'],
  LOG_FORMAT: ['pretty', 'JSON'],
  ACCESS_LOG: ['on'],
  PUBLIC_URL: ['reports.example.com', 'https://user:hunter2@reports.example.com'],
  CALLBACK_SECRET: ['short', 'with space hunter2', 'slash/hunter2'],
  CALLBACK_SECRET_PREVIOUS: ['short', 'with space hunter2', 'slash/hunter2'],
  CALLBACK_HMAC_HEADER: ['X Signature', 'X:Signature'],
  CALLBACK_ALLOWED_IPS: ['10.0.0.0/33', 'example.com', '1.2.3', '::1/129', '1.2.3.4/8/8'],
  TRUST_PROXY: ['yes', '10', '-1'],
  DATABASE_URL: ['mysql://user:hunter2@host/database', 'postgres'],
  RETENTION_DAYS: ['0', '3651'],
  CALLBACK_QUIET_MINUTES: ['0', '1441'],
  CALLBACK_DEADLINE_HOURS: ['0', '721'],
  CALLBACK_SPOOL_MAX_BYTES: ['0', '1048575', '17179869185', '64MiB'],
  CALLBACK_UNKNOWN_MAX_BYTES: ['0', '1048575', '17179869185', '64MiB'],
  DOWNLOAD_LINK_MINUTES: ['0', '10081'],
  FLEET_PARTS_PER_MINUTE: ['0', '601'],
  FLEET_REPEAT_AFTER_SECONDS: ['4', '86401'],
  DEVICE_LIST_MINUTES: ['0', '1441'],
  AUTH_MODE: ['JWT', 'off'],
  AUTH_ALLOW_ANONYMOUS: ['yes'],
  ALLOWED_HOSTS: ['https://hunter2.example', 'hunter2:4000', '*.hunter2.example', 'a..b', ','],
  AUTH_ALGORITHMS: ['HS256', 'none', 'RS256,HS512', ' '],
  AUTH_CLOCK_SKEW_SECONDS: ['301', '-1'],
  THINGSPACE_CREDENTIALS: ['client', 'CALLER'],
  SIMULATOR: ['yes', '1', 'TRUE'],
};

const ALONE: readonly (readonly [name: string, value: string])[] = [
  ...Object.keys(CREDENTIALS).map((name) => [name, 'hunter2'] as const),
  ['THINGSPACE_BASE_URL', 'https://thingspace.verizon.com/api'],
  ['THINGSPACE_ACCOUNT_NUMBER', '0844021539-00001'],
];

describe('the configuration', () => {
  test('works with nothing set: it uses the simulator, on this machine only', () => {
    expect(readConfig({})).toMatchObject({
      server: { host: '127.0.0.1', port: 4_000, logLevel: 'info' },
      platform: {
        baseUrl: 'https://thingspace.verizon.com/api',
        credentials: null,
        accountNumber: null,
        repeatInHeaders: true,
      },
      upstream: {
        callTimeoutMs: 15_000,
        totalTimeoutMs: 45_000,
        retries: 2,
        concurrency: 20,
        maxResponseBytes: 8_388_608,
      },
      limits: { maxUpstreamCalls: 100 },
      graphql: { graphiql: true },
    });
  });

  test('serves metrics at the address of the server, and not at its port', () => {
    const toMetrics = (environment: Record<string, string>) => readConfig(environment).metrics;
    expect(toMetrics({})).toEqual({ metricsPort: null, metricsHost: '127.0.0.1' });
    expect(toMetrics({ HOST: '::1', METRICS_PORT: '9464' })).toEqual({ metricsPort: 9_464, metricsHost: '::1' });
    expect(complaintsOf({ METRICS_PORT: '4000' })).toEqual(['METRICS_PORT: Set it to another port than PORT.']);
    expect(complaintsOf({ METRICS_PORT: '0', PORT: '0' })).toEqual([]);
  });

  test('has the values of the variables', () => {
    expect(
      readConfig({
        ...CREDENTIALS,
        HOST: '0.0.0.0',
        AUTH_ALLOW_ANONYMOUS: 'true',
        PORT: '0',
        THINGSPACE_BASE_URL: 'http://127.0.0.1:4010/api//',
        THINGSPACE_ACCOUNT_NUMBER: '0844021539-00001',
        THINGSPACE_REPEAT_IN_HEADERS: 'false',
        UPSTREAM_RETRIES: '0',
        MAX_UPSTREAM_CALLS: '100000',
        CACHE_UNSETTLED_SECONDS: '7',
        GRAPHIQL: 'false',
        LOG_LEVEL: 'silent',
      }),
    ).toMatchObject({
      server: { host: '0.0.0.0', port: 0, logLevel: 'silent' },
      platform: {
        baseUrl: 'http://127.0.0.1:4010/api',
        credentials: {
          clientId: 'id-5f1c',
          clientSecret: 'secret-8a2e',
          username: 'user-77b0',
          password: 'password-d4c9',
        },
        accountNumber: '0844021539-00001',
        repeatInHeaders: false,
      },
      upstream: { retries: 0 },
      cache: { cacheUnsettledMs: 7_000 },
      limits: { maxUpstreamCalls: 100_000 },
      graphql: { graphiql: false },
    });
  });

  test('treats an empty variable as not set', () => {
    const names = [
      ...Object.keys(BAD),
      ...Object.keys(CREDENTIALS),
      'HOST',
      'NODE_ENV',
      'DATA_DIR',
      'CALLBACK_SPOOL_DIR',
    ];
    expect(readConfig(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(readConfig({}));
  });

  test.each(Object.entries(BAD))(
    'names %s once if it is invalid, says what to set, and hides its value',
    (name, values) => {
      for (const value of values) {
        const about = complaintsOf({ ...CREDENTIALS, [name]: value });
        expect(about).toEqual([expect.stringMatching(new RegExp(`^${name}: Set it to `))]);
        expect(about.join()).not.toContain('hunter2');
      }
    },
  );

  test('names every invalid variable and every missing credential at once', () => {
    const environment = Object.fromEntries(Object.entries(BAD).map(([name, values]) => [name, values[0] ?? '']));
    const named = complaintsOf(environment).map((line) => line.split(':')[0]);
    expect(named.sort()).toEqual([...Object.keys(BAD), ...Object.keys(CREDENTIALS)].sort());
  });

  test('has one line for each fault, however many variables are bad or missing', () => {
    const someBad = fc
      .subarray(Object.entries(BAD))
      .chain((entries) =>
        fc.record(Object.fromEntries(entries.map(([name, values]) => [name, fc.constantFrom(...values)]))),
      );
    fc.assert(
      fc.property(someBad, fc.subarray(Object.entries(CREDENTIALS)), (bad, credentials) => {
        const environment = { ...Object.fromEntries(credentials), ...bad };
        const pointsToPlatform =
          credentials.length > 0 || 'THINGSPACE_BASE_URL' in bad || 'THINGSPACE_ACCOUNT_NUMBER' in bad;
        const missing = pointsToPlatform ? Object.keys(CREDENTIALS).filter((name) => !(name in environment)) : [];
        const named = complaintsOf(environment).map((line) => line.split(':')[0]);
        expect(named.sort()).toEqual([...Object.keys(bad), ...missing].sort());
      }),
    );
  });

  test('applies every rule about several variables even if others are invalid', () => {
    const named = complaintsOf({
      ...CREDENTIALS,
      HOST: '0.0.0.0',
      AUTH_ISSUER: 'https://login.example.com/',
      AUTH_ALGORITHMS: 'none',
      AUTH_ALLOW_ANONYMOUS: 'yes',
      CALLBACK_PASSWORD: 'alone',
      CALLBACK_ALLOWED_IPS: 'example.com',
      PORT: 'http',
    }).map((line) => line.split(':')[0]);
    expect(named.sort()).toEqual(
      [
        'AUTH_ALGORITHMS',
        'AUTH_ALLOW_ANONYMOUS',
        'AUTH_ISSUER',
        'AUTH_MODE',
        'CALLBACK_ALLOWED_IPS',
        'CALLBACK_USERNAME',
        'PORT',
      ].sort(),
    );
    const asCallers = { ...CREDENTIALS, THINGSPACE_CREDENTIALS: 'caller', AUTH_MODE: 'jwt', THINGSPACE_BASE_URL: 'x' };
    expect(
      complaintsOf(asCallers)
        .map((line) => line.split(':')[0])
        .sort(),
    ).toEqual(
      [
        ...Object.keys(CREDENTIALS),
        'THINGSPACE_BASE_URL',
        'AUTH_MODE',
        'AUTH_JWKS_URL',
        'AUTH_ISSUER',
        'AUTH_AUDIENCE',
      ].sort(),
    );
  });

  test.each(ALONE)('names each missing credential if only %s of the platform’s variables is set', (name, value) => {
    const missing = Object.keys(CREDENTIALS).filter((each) => each !== name);
    const complaints = complaintsOf({ [name]: value });
    expect(complaints.map((line) => line.split(':')[0])).toEqual(missing);
    for (const line of complaints) expect(line).toContain(`Set it as well, or unset ${name} to use the simulator.`);
    expect(complaints.join()).not.toContain('hunter2');
  });

  test.each([
    ['GRAPHIQL', 'graphiql'],
    ['OVERVIEW_PAGE', 'overviewPage'],
    ['INTROSPECTION', 'introspection'],
    ['SUGGESTIONS', 'suggestions'],
    ['REPORT_UPSTREAM_COST', 'reportCost'],
  ] as const)('turns %s off in production unless it is set, and on elsewhere', (name, key) => {
    expect(readConfig({}).graphql[key]).toBe(true);
    expect(readConfig({ NODE_ENV: 'test' }).graphql[key]).toBe(true);
    for (const environment of ['production', 'Production', 'prod', 'staging']) {
      expect(readConfig({ NODE_ENV: environment, SIMULATOR: 'true' }).graphql[key]).toBe(false);
    }
    expect(readConfig({ NODE_ENV: 'production', SIMULATOR: 'true', [name]: 'true' }).graphql[key]).toBe(true);
    expect(readConfig({ [name]: 'false' }).graphql[key]).toBe(false);
  });
});

describe('the time to stop', () => {
  test('is a minute, or as long as an operation may take if that is longer', () => {
    expect(readConfig({}).shutdown).toEqual({ shutdownDelayMs: 5_000, shutdownMs: 60_000 });
    expect(readConfig({ OPERATION_TIMEOUT_MS: '90001' }).shutdown.shutdownMs).toBe(91_000);
    expect(readConfig({ OPERATION_TIMEOUT_MS: '1000', SHUTDOWN_SECONDS: '1' }).shutdown.shutdownMs).toBe(1_000);
  });

  test('is not shorter than an operation', () => {
    expect(complaintsOf({ OPERATION_TIMEOUT_MS: '1001', SHUTDOWN_SECONDS: '1' })).toEqual([
      'SHUTDOWN_SECONDS: Set it to 2 or more, the time of an operation, or lower OPERATION_TIMEOUT_MS.',
    ]);
    expect(complaintsOf({ SHUTDOWN_SECONDS: '59' })).toEqual([expect.stringContaining('Set it to 60 or more')]);
    expect(complaintsOf({ OPERATION_TIMEOUT_MS: 'long', SHUTDOWN_SECONDS: '1' })).toEqual([
      expect.stringMatching(/^OPERATION_TIMEOUT_MS: /),
    ]);
  });
});

describe('.env.example', () => {
  test('has every variable once, commented out, with a description and its default', async () => {
    const read = (name: string): Promise<string> => readFile(new URL(`../../${name}`, import.meta.url), 'utf8');
    const example = (await read('.env.example')).split('\n');
    const known = [...new Set(VARIABLES.map(([name]) => name))].filter((name) => name === name.toUpperCase());
    const entries = example.flatMap((line, at) => {
      const [, name, value] = /^# ([A-Z][A-Z0-9_]+)=(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [{ name, value: value ?? '', about: example[at - 1] ?? '' }];
    });
    expect(known.length).toBeGreaterThan(30);
    expect(entries.map(({ name }) => name).sort()).toEqual(known.sort());
    for (const { about } of entries) expect(about).toMatch(/^# [A-Z].*\.$/);
    expect(example.every((line) => line === '' || line.startsWith('#'))).toBe(true);
    for (const { name = '', about } of entries.filter(({ value }) => /^\d+$/.test(value))) {
      if (['TRUST_PROXY', 'CPU_SHARE_PER_PRINCIPAL', 'OTEL_TRACES_SAMPLER_ARG'].includes(name)) continue;
      const [, min = '', max = ''] = / \((\d+) to (\d+)\)\.$/.exec(about) ?? [];
      expect(() => readConfig({ [name]: String(Number(max) + 1) })).toThrow(
        `${name}: Set it to a whole number from ${min} to ${max}.`,
      );
    }
    const defaults = Object.fromEntries(
      entries.filter(({ name }) => name !== 'THINGSPACE_BASE_URL').map(({ name, value }) => [name, value]),
    );
    expect(readConfig(defaults)).toEqual(readConfig({}));
    expect(entries).toContainEqual(
      expect.objectContaining({ name: 'THINGSPACE_BASE_URL', value: readConfig({}).platform.baseUrl }),
    );
  });
});
