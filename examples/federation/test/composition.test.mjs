import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composeServices as composeByApollo } from '@apollo/composition';
import { composeServices as composeByGuild } from '@theguild/federation-composition';
import { buildSchema, parse } from 'graphql';
import { composeSupergraph, reportsSdl, toSubgraphs } from '../supergraph.mjs';

const urls = { reportsUrl: 'http://127.0.0.1:4000/graphql', fleetUrl: 'http://127.0.0.1:4001/graphql' };
const alone = [{ name: 'reports', url: urls.reportsUrl, typeDefs: parse(reportsSdl) }];

for (const [who, subgraphs] of [
  ['the reports alone', alone],
  ['the reports and the fleet', toSubgraphs(urls)],
]) {
  test(`${who} compose with Apollo's composer without an error or a hint`, () => {
    const { errors = [], hints = [], supergraphSdl } = composeByApollo(subgraphs);
    assert.deepEqual([...errors, ...hints].map(String), []);
    assert.ok(buildSchema(supergraphSdl).getType('Device'));
  });

  test(`${who} compose with The Guild's composer without an error`, () => {
    const { errors = [], supergraphSdl } = composeByGuild(subgraphs);
    assert.deepEqual(errors.map(String), []);
    assert.ok(buildSchema(supergraphSdl).getType('Device'));
  });
}

test('the supergraph has the directives for cost, list size, tags and keys', () => {
  const supergraph = composeSupergraph(urls);
  assert.match(supergraph, /sessionsReport\([^)]*\)[^\n]*@cost\(weight: 100\)/);
  assert.match(supergraph, /@listSize\([^)]*slicingArguments: \["first"\]/);
  assert.match(supergraph, /@tag\(name: "asynchronous"\)/);
  assert.match(supergraph, /@join__type\(graph: REPORTS, key: "accountNumber imei"\)/);
});
