import { parseAllDocuments } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import {
  findUnknownSettings,
  readImageEnvironment,
  readRepositoryFile,
} from '../support/deployment/deployment-files.ts';
import { findTypeFaults } from '../support/deployment/published-types.ts';
import { startWorld, type World } from '../support/world/world.ts';

interface Resource {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: Record<string, unknown>;
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
  readonly periodSeconds: number;
  readonly failureThreshold?: number;
}

interface Container {
  readonly image: string;
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly envFrom: readonly { readonly secretRef: { readonly name: string } }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly lifecycle: { readonly preStop: { readonly exec: { readonly command: readonly string[] } } };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Pod {
  readonly enableServiceLinks: boolean;
  readonly terminationGracePeriodSeconds: number;
  readonly containers: readonly [Container];
}

interface Selector {
  readonly matchLabels: Record<string, string>;
}

/** What docs/deployment.md puts into the secret. */
const SECRETS = {
  THINGSPACE_CLIENT_ID: 'id-5f1c',
  THINGSPACE_CLIENT_SECRET: 'secret-8a2e',
  THINGSPACE_USERNAME: 'user-77b0',
  THINGSPACE_PASSWORD: 'password-d4c9',
  THINGSPACE_ACCOUNT_NUMBER: '0844021539-00001',
  CALLBACK_SECRET: 'a-secret-of-the-callback-path',
  DATABASE_URL: 'postgres://reports:password-d4c9@postgres:5432/reports',
};

describe('the manifests for Kubernetes', () => {
  let resources: Resource[];
  let world: World;
  beforeAll(async () => {
    const documents = parseAllDocuments(await readRepositoryFile('deploy/kubernetes/server.yaml'));
    expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
    resources = documents.map((document) => document.toJS() as Resource);
    world = await startWorld();
  });
  afterAll(() => world.close());

  const find = (kind: string): Resource => {
    const [found, ...others] = resources.filter((each) => each.kind === kind);
    if (found === undefined || others.length > 0) throw new Error(`there is not one ${kind}`);
    return found;
  };
  const podTemplate = () =>
    find('StatefulSet').spec['template'] as { metadata: { labels: object; annotations: object }; spec: Pod };
  const container = (): Container => podTemplate().spec.containers[0];

  test('have only fields of the types that Kubernetes publishes', { timeout: 60_000 }, async () => {
    expect(await findTypeFaults(resources)).toEqual([]);
    const broken = resources.map(({ kind, spec, ...others }) => ({ kind, ...others, spec: { ...spec, replica: '2' } }));
    expect(await findTypeFaults(broken)).toHaveLength(broken.length);
  });

  test('set variables that the server knows and accepts, and docs/deployment.md all secrets', async () => {
    const set = Object.fromEntries(container().env.map(({ name, value }) => [name, value]));
    expect(container().envFrom).toEqual([{ secretRef: { name: 'device-reports' } }]);
    const page = await readRepositoryFile('docs/deployment.md');
    const literals = [...page.matchAll(/--from-literal ([A-Z_]+)=/g)].map(([, name = '']) => name);
    expect(literals.sort()).toEqual(Object.keys(SECRETS).sort());
    const { NODE_ENV, ...ofImage } = await readImageEnvironment();
    expect(await findUnknownSettings(Object.keys({ ...ofImage, ...set, ...SECRETS }))).toEqual([]);
    const config = readConfig({ NODE_ENV, ...ofImage, ...set, ...SECRETS });
    expect([config.server.host, config.graphql.isProduction]).toEqual(['0.0.0.0', true]);
    // Without the secret, it must not start with made-up data.
    expect(() => readConfig({ NODE_ENV, ...ofImage, ...set })).toThrow('The configuration is not valid');
  });

  test('ask probes that the server answers, on the port that it listens on', async () => {
    const { PORT } = await readImageEnvironment();
    const { ports, startupProbe, livenessProbe, readinessProbe } = container();
    const metricsPort = Number(container().env.find(({ name }) => name === 'METRICS_PORT')?.value);
    expect(ports).toEqual([
      { name: 'http', containerPort: Number(PORT) },
      { name: 'metrics', containerPort: metricsPort },
    ]);
    expect(podTemplate().metadata.annotations).toMatchObject({
      'prometheus.io/port': String(metricsPort),
      'prometheus.io/path': '/metrics',
    });
    const { ports: exposed } = find('Service').spec as { ports: { name: string; targetPort: string }[] };
    expect(exposed.map(({ targetPort }) => targetPort)).toEqual(['http']);
    for (const { httpGet } of [startupProbe, livenessProbe, readinessProbe]) {
      expect(httpGet.port).toBe('http');
      expect((await fetch(new URL(httpGet.path, world.url))).status).toBe(200);
    }
    // A draining server is not ready, but must not be killed for it.
    const delaySeconds = 60;
    const stopped = world.shutDown(delaySeconds * 1_000);
    const statuses = await Promise.all(
      [livenessProbe, readinessProbe].map(
        async ({ httpGet }) => (await fetch(new URL(httpGet.path, world.url))).status,
      ),
    );
    expect(statuses).toEqual([200, 503]);
    world.clock.advance(delaySeconds * 1_000);
    await stopped;
  });

  test('leave a pod enough time to leave the Service, to drain and to stop', () => {
    const { enableServiceLinks, terminationGracePeriodSeconds } = podTemplate().spec;
    expect(enableServiceLinks).toBe(false);
    const { lifecycle, readinessProbe } = container();
    const [sleep, preStopSeconds] = lifecycle.preStop.exec.command;
    expect(sleep).toBe('sleep');
    const { shutdown, upstream } = readConfig({});
    const stopSeconds = (shutdown.shutdownDelayMs + shutdown.shutdownMs + upstream.totalTimeoutMs) / 1_000;
    expect(terminationGracePeriodSeconds).toBeGreaterThan(Number(preStopSeconds) + stopSeconds);
    // The Service notices within the time in which the server still takes requests.
    const { periodSeconds, failureThreshold = 3 } = readinessProbe;
    expect(periodSeconds * failureThreshold).toBeLessThan(shutdown.shutdownDelayMs / 1_000);
    const disrupted = find('PodDisruptionBudget').spec as { maxUnavailable: number; selector: Selector };
    expect(disrupted.maxUnavailable).toBeLessThan(find('StatefulSet').spec['replicas'] as number);
  });

  test('mean the same pods, and keep the folder that the image writes to', async () => {
    const { labels } = podTemplate().metadata;
    const { name } = find('StatefulSet').metadata;
    const { selector, serviceName, replicas, volumeClaimTemplates } = find('StatefulSet').spec as {
      selector: Selector;
      serviceName: string;
      replicas: number;
      volumeClaimTemplates: { metadata: { name: string } }[];
    };
    expect([selector.matchLabels, find('Service').spec['selector']]).toEqual([labels, labels]);
    expect((find('PodDisruptionBudget').spec['selector'] as Selector).matchLabels).toEqual(labels);
    expect(find('Service').metadata.name).toBe(serviceName);
    const scaled = find('HorizontalPodAutoscaler').spec as { scaleTargetRef: object; minReplicas: number };
    expect(scaled.scaleTargetRef).toEqual({ apiVersion: 'apps/v1', kind: 'StatefulSet', name });
    expect(scaled.minReplicas).toBe(replicas);
    const { DATA_DIR } = await readImageEnvironment();
    expect(container().volumeMounts.map(({ mountPath }) => mountPath)).toEqual([DATA_DIR]);
    expect(volumeClaimTemplates.map(({ metadata }) => metadata.name)).toEqual(
      container().volumeMounts.map((mount) => mount.name),
    );
    const { version } = JSON.parse(await readRepositoryFile('package.json')) as { version: string };
    expect(container().image).toBe(`device-reports-graphql:${version}`);
  });
});
