import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../ask.mjs';
import { toVehicles } from '../fleet/inventory.mjs';
import { startFleet } from '../fleet/server.mjs';
import { findFreePort } from '../../find-free-port.mjs';
import { startReports } from '../../reports.mjs';
import { subscribe } from '../subscribe.mjs';
import { composeSupergraph } from '../supergraph.mjs';
import { startCallbackGateway } from '../support/callback-gateway.mjs';
import { startWatchingProxy } from '../support/watching-proxy.mjs';

const CALLBACK_SECRET = 'known-to-the-test';
const HEARTBEAT_MS = 1_000;
const PROGRESS = `subscription ($txid: ID!) {
  aggregatedReportProgress(txid: $txid) { status usage { nodes { bytesTransferred device { vehicle { name } } } } }
}`;

let reports, proxy, fleet, gateway, vehicles;

before(async () => {
  const port = await findFreePort();
  const SUBSCRIPTION_CALLBACK_ALLOWED = `http://127.0.0.1:${port}/callback`;
  reports = await startReports({ CALLBACK_SECRET, SUBSCRIPTION_CALLBACK_ALLOWED, MAX_SUBSCRIPTIONS_PER_CALLER: '1' });
  // The simulator loses all messages, so that the test decides when one arrives.
  await fetch(`${reports.adminUrl}/callbacks/faults`, { method: 'POST', body: JSON.stringify({ lose: 1 }) });
  proxy = await startWatchingProxy(reports.url);
  vehicles = toVehicles(reports.devices).slice(0, 2);
  fleet = await startFleet(vehicles);
  const supergraph = composeSupergraph({ reportsUrl: proxy.url, fleetUrl: fleet.url });
  gateway = await startCallbackGateway(supergraph, port, HEARTBEAT_MS);
});

after(async () => {
  for (const started of [gateway, fleet, proxy, reports]) await started?.close();
});

test('Hive Gateway follows a report to its end by HTTP callbacks, with fields of other subgraphs', async () => {
  const txid = await placeReport();
  const states = [];
  for await (const { data, errors } of subscribe(gateway.url, PROGRESS, { txid })) {
    assert.equal(errors, undefined);
    states.push(data.aggregatedReportProgress);
    // Without heartbeats in time, the gateway would end the subscription.
    if (states.length === 1) await sleep(2.5 * HEARTBEAT_MS);
    if (states.length <= vehicles.length) await deliver(txid, vehicles[states.length - 1]);
  }
  const nodes = vehicles.map(({ name }, at) => ({ bytesTransferred: 1_000 + at, device: { vehicle: { name } } }));
  assert.deepEqual(states, [
    { status: 'QUEUED', usage: { nodes: [] } },
    { status: 'RECEIVING', usage: { nodes: nodes.slice(0, 1) } },
    { status: 'COMPLETED', usage: { nodes } },
  ]);
  assert.ok(proxy.requests.some(({ headers }) => headers.accept?.includes('callbackSpec=1.0')));
  assert.equal(proxy.streams.size, 0);
});

test('an error because of which a subscription does not start reaches the client of Hive Gateway', async () => {
  const events = subscribe(gateway.url, PROGRESS, { txid: 'nobody' });
  const { value } = await events.next();
  assert.equal(value.errors[0].extensions.code, 'NOT_FOUND');
});

test('when its client leaves, Hive Gateway does not know the subscription any more, and it ends', async () => {
  const txid = await placeReport();
  const first = subscribe(gateway.url, PROGRESS, { txid });
  assert.equal((await first.next()).value.data.aggregatedReportProgress.status, 'QUEUED');
  const ask = async () => {
    const events = subscribe(gateway.url, PROGRESS, { txid });
    const { value } = await events.next();
    await events.return();
    return value.errors?.[0].extensions.code ?? value.data.aggregatedReportProgress.status;
  };
  assert.equal(await ask(), 'TOO_MANY_SUBSCRIPTIONS');
  await first.return();
  let answer;
  for (let beats = 0; beats < 10 && answer !== 'QUEUED'; beats += 1) {
    await sleep(HEARTBEAT_MS);
    answer = await ask();
  }
  assert.equal(answer, 'QUEUED');
});

async function placeReport() {
  const { data, errors } = await ask(
    gateway.url,
    'mutation ($input: RequestAggregatedReportInput!) { requestAggregatedReport(input: $input) { txid } }',
    { input: { imei: vehicles.map(({ imei }) => imei) } },
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
