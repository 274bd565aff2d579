import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../src/config/config.ts';
import { fc } from '../support/fast-check.ts';

const complaintsOf = (environment: Record<string, string>): string[] => {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError)
      return error.message
        .split('\n')
        .slice(1)
        .map((line) => line.trim());
    throw error;
  }
  return [];
};
const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('a variable that is not a setting', () => {
  test.each([
    ['THINGSPACE_PASWORD', 'THINGSPACE_PASSWORD'],
    ['THINGSPACE_PASSWORD_FIEL', 'THINGSPACE_PASSWORD_FILE'],
    ['thingspace_username', 'THINGSPACE_USERNAME'],
    ['DATABSE_URL', 'DATABASE_URL'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['MAX_UPSTREAM_CALL', 'MAX_UPSTREAM_CALLS'],
    ['RATE_LIMIT_PER_MIN', 'RATE_LIMIT_PER_MINUTE'],
    ['max_subscriptions', 'MAX_SUBSCRIPTIONS_PER_CALLER'],
    ['UPSTREAM_CALLS', 'UPSTREAM_CALLS_PER_SECOND'],
    ['MAX_UPSTREAM', 'MAX_UPSTREAM_CALLS'],
    ['RATE_LIMIT', null],
    ['AUTH_MDOE', 'AUTH_MODE'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['RATE_LIMITS_PER_MINUTES', 'RATE_LIMIT_PER_MINUTE'],
    ['TRUSTED_DOCUMENTS_MODES', 'TRUSTED_DOCUMENTS_MODE'],
  ])('%s is reported with the nearest name %s, and without its value', (name, nearest) => {
    const lines = complaintsOf({ [name]: 'hunter2' });
    if (nearest === null) expect(lines).toEqual([]);
    else
      expect(lines).toEqual([
        `${name}: There is no such setting. Did you mean ${nearest}? Correct the name, or unset it.`,
      ]);
    expect(lines.join()).not.toContain('hunter2');
  });

  test.each(['THINGSPACE_TOKEN', 'AUTH_JWKS', 'CALLBACK_URL', 'UPSTREAM_SPEED', 'CORS_METHODS', 'SHUTDOWN_GRACE'])(
    '%s is reported because of its prefix, however far it is from every name',
    (name) => {
      const [line = '', ...others] = complaintsOf({ [name]: 'hunter2' });
      expect(others).toEqual([]);
      expect(line).toMatch(new RegExp(`^${name}: There is no such setting, and [A-Z]+_ begins only settings`));
      expect(line).not.toContain('hunter2');
    },
  );

  test.each([
    ['FLEET_PARTS', 'FLEET_PARTS_PER_MINUTE'],
    ['CORS_HOSTS', 'CORS_ORIGINS'],
    ['APQ_BYTES', 'APQ_MAX_BYTES'],
    ['SHUTDOWN_GRACE', 'SHUTDOWN_SECONDS'],
  ])('%s gets the nearest name with the same prefix: %s', (name, nearest) => {
    expect(complaintsOf({ [name]: 'hunter2' }).join()).toContain(`The nearest is ${nearest}.`);
  });

  test('is of no concern if it belongs to others', () => {
    const others = [
      ...['PATH', 'HOME', 'PWD', 'SHELL', 'TERM', 'LANG', 'HOSTNAME', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'TZ'],
      ...['FTP_PROXY', 'ALL_PROXY', 'all_proxy', 'ftp_proxy', 'http_proxy', 'https_proxy', 'no_proxy'],
      ...['npm_lifecycle_event', 'npm_config_cache', 'npm_package_version', 'INIT_CWD', 'PGHOST', 'PGPASSWORD'],
      ...['KUBERNETES_SERVICE_HOST', 'KUBERNETES_PORT', 'AWS_REGION', 'GITHUB_TOKEN', 'CI', 'XDG_DATA_DIRS', 'DEBUG'],
      ...['SIMULATOR_PORT', 'SIMULATOR_HOST', 'SIMULATOR_VERSION', 'SIMULATOR_CALLBACK_RETRY_SECONDS'],
    ];
    const values = Object.fromEntries(others.map((name) => [name, 'http://127.0.0.1:1']));
    expect(complaintsOf({ ...values, no_proxy: 'localhost' })).toEqual([]);
  });

  test('is found whatever single typing error made it of a long name', async () => {
    const example = await read('.env.example');
    const names = [...example.matchAll(/^# ([A-Z][A-Z0-9_]{7,})=/gm)].map(([, name = '']) => name);
    const known = new Set([...names, 'http_proxy', 'https_proxy', 'no_proxy']);
    const typos = fc
      .record({
        name: fc.constantFrom(...names),
        at: fc.nat(),
        kind: fc.constantFrom('insert', 'remove', 'replace', 'swap'),
        letter: fc.constantFrom('A', 'B', 'C', 'X', 'Y', 'Z', '_'),
      })
      .map(({ name, at, kind, letter }) => {
        const position = at % (name.length - 1);
        const [before, after] = [name.slice(0, position), name.slice(position)];
        if (kind === 'insert') return before + letter + after;
        if (kind === 'remove') return before + after.slice(1);
        if (kind === 'replace') return before + letter + after.slice(1);
        return `${before}${after[1] ?? ''}${after[0] ?? ''}${after.slice(2)}`;
      })
      .filter((typo) => !known.has(typo));
    fc.assert(
      fc.property(typos, (typo) => {
        expect(complaintsOf({ [typo]: 'hunter2' })).toEqual([expect.stringMatching(/There is no such setting/)]);
      }),
    );
  });

  test('is reported together with every other fault', () => {
    const named = complaintsOf({ PORT: 'http', AUTH_MDOE: 'jwt' }).map((line) => line.split(':')[0]);
    expect(named).toEqual(['PORT', 'AUTH_MDOE']);
  });

  test('is only looked for by the prefixes that docs/configuration.md lists, each of which has settings', async () => {
    const code = await read('src/config/unknown-variables.ts');
    const prefixes = [...code.matchAll(/^ {2}'([A-Z_]+_)',$/gm)].map(([, prefix = '']) => prefix);
    const page = await read('docs/configuration.md');
    const listed = /variables that begin with ([^.]*)\./.exec(page)?.[1] ?? '';
    expect([...listed.matchAll(/`([A-Z_]+_)`/g)].map(([, prefix]) => prefix)).toEqual(prefixes);
    for (const prefix of prefixes) expect(page).toContain(`| \`${prefix}`);
  });
});

describe('what Kubernetes sets for a Service in the namespace', () => {
  const linksOf = (service: string): Record<string, string> => ({
    [`${service}_SERVICE_HOST`]: '10.96.0.17',
    [`${service}_SERVICE_PORT`]: '80',
    [`${service}_SERVICE_PORT_HTTP_ALT`]: '80',
    [`${service}_PORT`]: 'tcp://10.96.0.17:80',
    [`${service}_PORT_80_TCP`]: 'tcp://10.96.0.17:80',
    [`${service}_PORT_80_TCP_PROTO`]: 'tcp',
    [`${service}_PORT_80_TCP_PORT`]: '80',
    [`${service}_PORT_80_TCP_ADDR`]: '10.96.0.17',
    [`${service}_PORT_53_UDP`]: 'udp://10.96.0.17:53',
  });

  test.each(['THINGSPACE_PROXY', 'AUTH', 'CALLBACK', 'DATABASE', 'UPSTREAM_BATCH', 'DEVICE_REPORTS'])(
    'is ignored for a Service called %s',
    (service) => {
      expect(readConfig(linksOf(service))).toEqual(readConfig({}));
    },
  );

  test('does not hide a misspelt setting that ends alike', () => {
    expect(complaintsOf({ THINGSPACE_PORT: '443' })).toEqual([expect.stringContaining('THINGSPACE_PORT: There is no')]);
  });
});

describe('the simulator', () => {
  const CREDENTIALS = {
    THINGSPACE_CLIENT_ID: 'id-5f1c',
    THINGSPACE_CLIENT_SECRET: 'secret-8a2e',
    THINGSPACE_USERNAME: 'user-77b0',
    THINGSPACE_PASSWORD: 'password-d4c9',
  };
  const ADVICE = `SIMULATOR: Set ${Object.keys(CREDENTIALS).join(', ')}, or set SIMULATOR to true for made-up data.`;

  test.each(['production', 'prod', 'staging', 'Production'])(
    'starts with NODE_ENV=%s only if it is asked for',
    (env) => {
      const [line = '', ...others] = complaintsOf({ NODE_ENV: env });
      expect(others).toEqual([]);
      expect(line).toBe(`${ADVICE} Production (NODE_ENV is ${env}) uses the simulator only then.`);
      expect(readConfig({ NODE_ENV: env, SIMULATOR: 'true' }).platform.credentials).toBeNull();
      expect(readConfig({ NODE_ENV: env, ...CREDENTIALS }).platform.credentials).not.toBeNull();
      expect(readConfig({ NODE_ENV: env, THINGSPACE_CREDENTIALS: 'caller' }).platform.credentials).toBeNull();
    },
  );

  test('starts in development unless it is turned off', () => {
    for (const environment of [{}, { NODE_ENV: 'development' }, { NODE_ENV: 'test' }, { SIMULATOR: 'true' }])
      expect(readConfig(environment).platform.credentials).toBeNull();
    expect(complaintsOf({ SIMULATOR: 'false' })).toEqual([ADVICE]);
    expect(readConfig({ SIMULATOR: 'false', ...CREDENTIALS }).platform.credentials).not.toBeNull();
  });

  test('excludes the real platform', () => {
    expect(complaintsOf({ SIMULATOR: 'true', ...CREDENTIALS })).toEqual([
      expect.stringMatching(/^SIMULATOR: Unset it, or unset THINGSPACE_CLIENT_ID, .*: a server has one platform\.$/),
    ]);
    expect(complaintsOf({ SIMULATOR: 'true', THINGSPACE_CREDENTIALS: 'caller' })).toEqual([
      expect.stringMatching(/^SIMULATOR: Callers send their own tokens/),
    ]);
  });
});
