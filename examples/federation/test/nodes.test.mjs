import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parse } from 'graphql';
import { ask } from '../ask.mjs';
import { startFleet } from '../fleet/server.mjs';
import { startGateway } from '../gateway.mjs';
import { toLastWeek } from '../last-week.mjs';
import { nodesSdl, startNodes, toGlobalId } from '../nodes/server.mjs';
import { startReports } from '../../reports.mjs';
import { composers } from '../support/composers.mjs';
import { compose, toSubgraphs } from '../supergraph.mjs';

const typeDefs = parse(nodesSdl);
const subgraphs = [
  ...toSubgraphs({ reportsUrl: 'http://127.0.0.1:4000/graphql', fleetUrl: 'http://127.0.0.1:4001/graphql' }),
  { name: 'nodes', url: 'http://127.0.0.1:4002/graphql', typeDefs },
];

/** A subgraph that has nodes of its own. */
const SECOND = {
  name: 'second',
  url: 'http://127.0.0.1:4003/graphql',
  typeDefs: parse(`
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    type Query { node(id: ID!): Node }
    interface Node { id: ID! }
    type Driver implements Node @key(fields: "id") { id: ID! }
  `),
};

for (const [composer, composeBy] of Object.entries(composers)) {
  test(`${composer} composes a subgraph with Node and node(id) beside the reports without a complaint`, () => {
    const { complaints, api } = composeBy(subgraphs);
    assert.deepEqual(complaints, []);
    const names = ['Device', 'AggregatedReportRequest'].map((type) => api.getType(type).getInterfaces().map(String));
    assert.deepEqual(names, [['Node'], ['Node']]);
  });

  test(`${composer} rejects a second subgraph with node(id)`, () => {
    const { complaints, api } = composeBy([...subgraphs, SECOND]);
    assert.equal(api, null);
    assert.match(complaints.join('\n'), /Query\.node|"node"/);
  });
}

let reports, fleet, nodes, gateway;

before(async () => {
  reports = await startReports();
  fleet = await startFleet([]);
  nodes = await startNodes();
  const others = toSubgraphs({ reportsUrl: reports.url, fleetUrl: fleet.url });
  gateway = await startGateway(compose([...others, { name: 'nodes', url: nodes.url, typeDefs }]));
});

after(async () => {
  for (const started of [gateway, nodes, fleet, reports]) await started?.close();
});

test('node(id) finds a device with its usage, and a device has its global ID, behind a gateway', async () => {
  const { imei } = reports.devices.find(({ kind }) => kind === 'meter');
  const id = toGlobalId('Device', imei);
  const { data, errors } = await ask(
    gateway.url,
    `query ($id: ID!, $imei: IMEI!, $startDate: ReportDate!, $endDate: ReportDate!) {
      node(id: $id) { id ... on Device { imei usage(startDate: $startDate, endDate: $endDate) { imei } } }
      device(imei: $imei) { id }
      none: node(id: "bm8") { id }
    }`,
    { id, imei, ...toLastWeek(Date.now()) },
  );
  assert.equal(errors, undefined);
  assert.deepEqual(data, { node: { id, imei, usage: { imei } }, device: { id }, none: null });
});
