import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'graphql';
import { parse as parseYaml } from 'yaml';
import { FORWARDED_HEADERS } from '../gateway.mjs';
import { composers } from '../support/composers.mjs';
import { toSubgraphs } from '../supergraph.mjs';

const root = new URL('../../../', import.meta.url);
const page = readFileSync(new URL('docs/federation.md', root), 'utf8');
const blocks = [...page.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, language, text]) => ({ language, text }));
const ofLanguage = (language) => blocks.filter((block) => block.language === language).map(({ text }) => text);

const [reports] = toSubgraphs({ reportsUrl: 'http://127.0.0.1:4000/graphql', fleetUrl: '' });
const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';

test('every code block of docs/federation.md is in a language that is checked here', () => {
  assert.deepEqual(
    blocks.map(({ language }) => language),
    ['sh', 'graphql', 'graphql', 'yaml', 'yaml', 'yaml', 'yaml'],
  );
});

test('the commands of docs/federation.md are scripts of the package', () => {
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  const names = ofLanguage('sh').map((text) => /^npm run (\S+)$/.exec(text.trim())[1]);
  assert.deepEqual(
    names.map((name) => name in scripts),
    names.map(() => true),
  );
});

for (const [composer, compose] of Object.entries(composers)) {
  test(`each schema in docs/federation.md composes with the reports by ${composer} without a complaint`, () => {
    for (const text of ofLanguage('graphql')) {
      const query = text.includes('type Query') ? '' : 'type Query { vehicle: Vehicle }';
      const typeDefs = parse(`${LINK} ${text} ${query}`);
      const { complaints, api } = compose([reports, { name: 'other', url: 'http://127.0.0.1:4001/graphql', typeDefs }]);
      assert.deepEqual(complaints, []);
      assert.ok(api.getType('Device').getFields().usage);
    }
  });
}

test('the settings for routers in docs/federation.md name this subgraph, forward what the example forwards, and find the API', () => {
  const [apollo, byCallback, composing, cosmo] = ofLanguage('yaml').map((text) => parseYaml(text));
  const forwarded = apollo.headers.subgraphs.reports.request.map(({ propagate }) => propagate.named);
  assert.deepEqual(forwarded, FORWARDED_HEADERS);
  const named = cosmo.headers.subgraphs.reports.request.map(({ op, named: name }) => [op, name.toLowerCase()]);
  assert.deepEqual(
    named,
    FORWARDED_HEADERS.map((name) => ['propagate', name]),
  );
  const [subgraph] = composing.subgraphs;
  assert.equal(subgraph.name, 'reports');
  assert.ok(existsSync(new URL(subgraph.schema.file, root)));
  const { path } = apollo.subscription.mode.passthrough.subgraphs.reports;
  assert.equal(new URL(subgraph.routing_url).pathname, path);
  const { callback } = byCallback.subscription.mode;
  const { port, pathname } = new URL(callback.public_url);
  assert.equal(pathname, callback.path);
  assert.ok(callback.listen.endsWith(`:${port}`));
  assert.deepEqual(callback.subgraphs, ['reports']);
  assert.ok(page.includes(`SUBSCRIPTION_CALLBACK_ALLOWED\` here to\n\`${callback.public_url}\``));
  // Both wait longer than this server does for the platform.
  const waits = [
    apollo.traffic_shaping.subgraphs.reports.timeout,
    cosmo.traffic_shaping.subgraphs.reports.request_timeout,
  ];
  for (const wait of waits) assert.ok(Number.parseInt(wait) > 45, wait);
  assert.ok(Number.parseInt(apollo.traffic_shaping.router.timeout) > Number.parseInt(waits[0]));
});
