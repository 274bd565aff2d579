import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { buildSchema, isSpecifiedScalarType, parse } from 'graphql';
import { fleetSdl } from '../fleet/server.mjs';
import { composers, findCosmoConfiguration } from '../support/composers.mjs';
import { composeSupergraph, reportsSdl, toSubgraphs } from '../supergraph.mjs';

const urls = { reportsUrl: 'http://127.0.0.1:4000/graphql', fleetUrl: 'http://127.0.0.1:4001/graphql' };
const alone = [{ name: 'reports', url: urls.reportsUrl, typeDefs: parse(reportsSdl) }];
const plainApi = toFields(buildSchema(readFileSync(new URL('../../../schema/api.graphql', import.meta.url), 'utf8')));

for (const [composer, compose] of Object.entries(composers)) {
  test(`${composer} composes the reports alone without a complaint, into the API of a server without federation`, () => {
    const { complaints, api } = compose(alone);
    assert.deepEqual(complaints, []);
    assert.deepEqual(toFields(api), plainApi);
  });

  test(`${composer} composes the reports and the fleet without a complaint, into the fields of both`, () => {
    const { complaints, api } = compose(toSubgraphs(urls));
    assert.deepEqual(complaints, []);
    const ofFleet = [
      'Device.vehicle: Vehicle',
      'Query.depots: [String!]!',
      'Query.vehicles(depot: String!): [Vehicle!]!',
    ];
    const ofVehicle = ['depot: String!', 'device: Device!', 'id: ID!', 'name: String!'].map(
      (field) => `Vehicle.${field}`,
    );
    assert.deepEqual(toFields(api), [...plainApi, ...ofFleet, ...ofVehicle].sort());
  });

  test(`${composer} rejects a fleet with a device of another shape`, () => {
    const typeDefs = parse(fleetSdl.replace('imei: ID!', 'imei: ID!\n  usage: Int'));
    const { complaints, api } = compose([...alone, { name: 'fleet', url: urls.fleetUrl, typeDefs }]);
    assert.equal(api, null);
    assert.match(complaints.join('\n'), /Device\.usage|usage/);
  });
}

test('the supergraph has the directives for cost, list size, tags and keys', () => {
  const supergraph = composeSupergraph(urls);
  assert.match(supergraph, /sessionsReport\([^)]*\)[^\n]*@cost\(weight: 100\)/);
  assert.match(supergraph, /@listSize\([^)]*slicingArguments: \["first"\]/);
  assert.match(supergraph, /@tag\(name: "asynchronous"\)/);
  assert.match(supergraph, /@join__type\(graph: REPORTS, key: "accountNumber imei"\)/);
});

test("Cosmo's routers learn the keys, the costs and the list sizes", () => {
  const { keysOf, weightOf, slicingOf } = findCosmoConfiguration(toSubgraphs(urls), 'reports');
  assert.deepEqual(keysOf('Device'), ['imei', 'accountNumber imei']);
  assert.deepEqual(keysOf('AggregatedReportRequest'), ['txid']);
  assert.equal(weightOf('Query.sessionsReport'), 100);
  assert.equal(weightOf('Device.usage'), 10);
  assert.deepEqual(slicingOf('AggregatedReportRequest.usage'), ['first']);
});

/** Returns every field of a schema with its arguments and its type, sorted. */
function toFields(schema) {
  return Object.values(schema.getTypeMap())
    .filter((type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type) && 'getFields' in type)
    .flatMap((type) => Object.values(type.getFields()).map((field) => `${type.name}.${toSignature(field)}`))
    .sort();
}

function toSignature({ name, args = [], type }) {
  const list = args.map((arg) => `${arg.name}: ${arg.type}`).sort();
  return `${name}${list.length === 0 ? '' : `(${list.join(', ')})`}: ${type}`;
}
