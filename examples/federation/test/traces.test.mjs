import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { after, before, test } from 'node:test';
import { Trace } from '@apollo/usage-reporting-protobuf';
import { toVehicles } from '../fleet/inventory.mjs';
import { startFleet } from '../fleet/server.mjs';
import { toLastWeek } from '../last-week.mjs';
import { startReports } from '../../reports.mjs';
import { startApolloGateway } from '../support/apollo-gateway.mjs';
import { ask } from '../ask.mjs';
import { composeSupergraph } from '../supergraph.mjs';

const ASKING = { 'apollo-federation-include-trace': 'ftv1' };

let reports, fleet, gateway, vehicles;

before(async () => {
  reports = await startReports();
  vehicles = toVehicles(reports.devices).slice(0, 2);
  fleet = await startFleet(vehicles.map((vehicle) => ({ ...vehicle, depot: 'Yard' })));
  gateway = await startApolloGateway(composeSupergraph({ reportsUrl: reports.url, fleetUrl: fleet.url }));
});

after(async () => {
  for (const started of [gateway, fleet, reports]) await started?.close();
});

test("Apollo Gateway builds the trace of this subgraph into its own, with the fields of each device and an error's code", async () => {
  const { startDate, endDate } = toLastWeek(Date.now());
  const query = `query ($startDate: ReportDate!, $endDate: ReportDate!) {
    vehicles(depot: "Yard") { device { usage(startDate: $startDate, endDate: $endDate) { bytesTransferred } } }
    device(imei: "12") { imei }
  }`;
  const { data, extensions } = await ask(gateway.url, query, { startDate, endDate }, ASKING);
  assert.ok(data.vehicles.every(({ device }) => device.usage.bytesTransferred > 0));

  const fetches = findFetches(Trace.decode(Buffer.from(extensions.ftv1, 'base64')).queryPlan);
  const ofReports = fetches.filter(({ serviceName }) => serviceName === 'reports');
  assert.deepEqual(
    ofReports.map(({ traceParsingFailed }) => traceParsingFailed),
    [false, false],
  );
  const fields = ofReports.flatMap(({ trace }) => toFields(trace.root));
  assert.deepEqual(fields.map(({ path }) => path).sort(), [
    '_entities',
    '_entities.0.usage',
    '_entities.0.usage.bytesTransferred',
    '_entities.1.usage',
    '_entities.1.usage.bytesTransferred',
    'device',
  ]);
  const took = (path) => fields.find((field) => field.path === path).took;
  assert.ok(took('_entities.0.usage') > 0, 'the call to the platform takes time');
  const errors = fields.flatMap(({ path, errors: own }) => own.map(({ message }) => [path, message]));
  assert.deepEqual(errors, [['device', 'BAD_USER_INPUT']]);
});

test('Apollo Gateway asks for no trace if its client does not', async () => {
  const { extensions } = await ask(gateway.url, `{ device(imei: "${vehicles[0].imei}") { imei } }`);
  assert.equal(extensions, undefined);
});

/** Every fetch in a query plan. */
function findFetches(node) {
  if (node.fetch) return [node.fetch];
  if (node.flatten) return findFetches(node.flatten.node);
  return (node.sequence ?? node.parallel).nodes.flatMap(findFetches);
}

function toFields(node, above = []) {
  const path = node.id === undefined ? above : [...above, node[node.id]];
  const own =
    node.type === '' ? [] : [{ path: path.join('.'), took: node.endTime - node.startTime, errors: node.error }];
  return [...own, ...node.child.flatMap((child) => toFields(child, path))];
}
