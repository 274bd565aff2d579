import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { toVehicles } from '../fleet/inventory.mjs';
import { startFleet } from '../fleet/server.mjs';
import { startGateway } from '../gateway.mjs';
import { startReports } from '../../reports.mjs';
import { composeSupergraph } from '../supergraph.mjs';
import { ask } from '../ask.mjs';
import { subscribe } from '../subscribe.mjs';
import { startWatchingProxy } from '../support/watching-proxy.mjs';

const CALLBACK_SECRET = 'known-to-the-test';
const PROGRESS = `subscription ($txid: ID!) {
  aggregatedReportProgress(txid: $txid) {
    status
    receivedDevices
    usage { nodes { bytesTransferred device { imei vehicle { name } } } }
  }
}`;

let reports, proxy, fleet, gateway, vehicles;

before(async () => {
  reports = await startReports({ CALLBACK_SECRET });
  // The simulator loses all messages, so that the test decides when one arrives.
  await disturb({ lose: 1 });
  proxy = await startWatchingProxy(reports.url);
  vehicles = toVehicles(reports.devices).slice(0, 2);
  fleet = await startFleet(vehicles);
  gateway = await startGateway(composeSupergraph({ reportsUrl: proxy.url, fleetUrl: fleet.url }));
});

after(async () => {
  for (const started of [gateway, fleet, proxy, reports]) await started?.close();
});

test('a subscription works through Hive Gateway to its end, with fields of other subgraphs', async () => {
  const txid = await placeReport();
  const states = [];
  for await (const { data, errors } of subscribe(gateway.url, PROGRESS, { txid })) {
    assert.equal(errors, undefined);
    states.push(data.aggregatedReportProgress);
    if (states.length <= vehicles.length) await deliver(txid, vehicles[states.length - 1]);
  }
  const nodes = vehicles.map(({ imei, name }, index) => ({
    bytesTransferred: 1_000 + index,
    device: { imei, vehicle: { name } },
  }));
  assert.deepEqual(states, [
    { status: 'QUEUED', receivedDevices: 0, usage: { nodes: [] } },
    { status: 'RECEIVING', receivedDevices: 1, usage: { nodes: nodes.slice(0, 1) } },
    { status: 'COMPLETED', receivedDevices: 2, usage: { nodes } },
  ]);
  await proxy.until(0);
});

test('when a client disconnects from Hive Gateway, its subscription at the device reports ends; others continue', async () => {
  const txid = await placeReport();
  const first = subscribe(gateway.url, PROGRESS, { txid });
  const second = subscribe(gateway.url, PROGRESS, { txid });
  assert.equal((await first.next()).value.data.aggregatedReportProgress.status, 'QUEUED');
  assert.equal((await second.next()).value.data.aggregatedReportProgress.status, 'QUEUED');
  assert.equal(proxy.streams.size, 2);

  await first.return();
  await proxy.until(1);
  await deliver(txid, vehicles[0]);
  assert.equal((await second.next()).value.data.aggregatedReportProgress.status, 'RECEIVING');
  await second.return();
  await proxy.until(0);
});

test('the headers of the client and the CSRF header are forwarded', async () => {
  proxy.requests.length = 0;
  const headers = { Authorization: 'Bearer of-the-caller', 'Cache-Control': 'no-cache', 'Idempotency-Key': 'once' };
  const first = await placeReport(headers);
  assert.equal(await placeReport(headers), first);
  const following = subscribe(gateway.url, PROGRESS, { txid: first }, headers);
  await following.next();
  await following.return();
  assert.deepEqual(
    proxy.requests.map(({ method, headers: sent }) => [
      method,
      sent.authorization,
      sent['cache-control'],
      sent['idempotency-key'],
      sent['apollo-require-preflight'],
    ]),
    ['POST', 'POST', 'GET'].map((method) => [method, 'Bearer of-the-caller', 'no-cache', 'once', 'true']),
  );
});

test('messages of the simulator arrive through the gateway', async () => {
  await disturb({});
  const txid = await placeReport();
  let last;
  for await (const { data } of subscribe(gateway.url, PROGRESS, { txid })) last = data.aggregatedReportProgress;
  assert.equal(last.status, 'COMPLETED');
  assert.equal(last.receivedDevices, vehicles.length);
});

function disturb(how) {
  return fetch(`${reports.adminUrl}/callbacks/faults`, { method: 'POST', body: JSON.stringify(how) });
}

async function placeReport(headers) {
  const { data, errors } = await ask(
    gateway.url,
    'mutation ($input: RequestAggregatedReportInput!) { requestAggregatedReport(input: $input) { txid } }',
    { input: { imei: vehicles.map(({ imei }) => imei) } },
    headers,
  );
  assert.equal(errors, undefined);
  return data.requestAggregatedReport.txid;
}

/** Sends the callback message of one device of the report, as the platform would. */
async function deliver(txid, { imei }) {
  const bytesTransferred = 1_000 + vehicles.findIndex((vehicle) => vehicle.imei === imei);
  const response = await fetch(new URL(`/callbacks/device-reports/${CALLBACK_SECRET}`, reports.url), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ txid, usage: [{ imei, numberOfSessions: 1, bytesTransferred }], errors: [] }),
  });
  assert.ok(response.ok, `the message got status ${response.status}`);
}
