import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';
import { describe, expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const read = (name: string): Promise<string> => readFile(new URL(name, ROOT), 'utf8');

interface Resource {
  readonly kind: string;
  readonly spec: Record<string, unknown>;
}

interface Container {
  readonly image: string;
  readonly env: readonly { readonly name: string }[];
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
}

interface Probe {
  readonly httpGet: { readonly path: string };
}

interface Pod {
  readonly enableServiceLinks: boolean;
  readonly terminationGracePeriodSeconds: number;
  readonly containers: readonly [Container];
}

describe('the files for a deployment', () => {
  test('set only variables that docs/configuration.md has', async () => {
    const configuration = await read('docs/configuration.md');
    const texts = await Promise.all(['Dockerfile', 'deploy/kubernetes/server.yaml', 'docs/deployment.md'].map(read));
    const [dockerfile = '', manifest = '', page = ''] = texts;
    const names = new Set([
      ...[...dockerfile.matchAll(/^ENV (.*)$/gm)].flatMap(([, pairs = '']) =>
        pairs.split(' ').map((pair) => pair.split('=')[0]),
      ),
      ...[...manifest.matchAll(/\{ name: ([A-Z_]+),/g)].map(([, name]) => name),
      ...[...page.matchAll(/--from-literal ([A-Z_]+)=/g)].map(([, name]) => name),
    ]);
    expect(names.size).toBeGreaterThan(12);
    // Node.js and its packages know this one.
    names.delete('NODE_ENV');
    expect([...names].filter((name = '') => !configuration.includes(`\`${name}\``))).toEqual([]);
  });

  test('run the version of the package, probe paths that exist, and leave time for a shutdown', async () => {
    const { version } = JSON.parse(await read('package.json')) as { version: string };
    const documents = parseAllDocuments(await read('deploy/kubernetes/server.yaml'));
    expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
    const resources = documents.map((document) => document.toJS() as Resource);
    expect(resources.map(({ kind }) => kind)).toEqual([
      'Service',
      'StatefulSet',
      'PodDisruptionBudget',
      'HorizontalPodAutoscaler',
    ]);
    const { spec: pod } = resources[1]?.spec['template'] as { spec: Pod };
    const [container] = pod.containers;
    expect(container.image).toBe(`device-reports-graphql:${version}`);
    expect([container.livenessProbe.httpGet.path, container.readinessProbe.httpGet.path]).toEqual([
      '/livez',
      '/readyz',
    ]);
    expect(pod.enableServiceLinks).toBe(false);
    // By default, SHUTDOWN_DELAY_SECONDS is 5 and SHUTDOWN_SECONDS 60; the hook before takes 3.
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(5 + 60 + 3);
  });
});
