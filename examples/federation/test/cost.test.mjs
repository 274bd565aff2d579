import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startFleet } from '../fleet/server.mjs';
import { startGateway } from '../gateway.mjs';
import { startReports } from '../../reports.mjs';
import { composeSupergraph } from '../supergraph.mjs';
import { ask } from '../ask.mjs';

const CALL = 100;
const DEVICE = 10;
const IMEI = '709312034493372';

let reports, fleet, gateway;

before(async () => {
  reports = await startReports();
  fleet = await startFleet([]);
  gateway = await startGateway(composeSupergraph({ reportsUrl: reports.url, fleetUrl: fleet.url }), {
    maxCost: 20_000,
  });
});

after(async () => {
  for (const started of [gateway, fleet, reports]) await started?.close();
});

for (const [what, query, cost] of [
  [
    'the sessions of a device: a call, the report, and one row per assumed session',
    `{ sessionsReport(input: { imei: "${IMEI}" }) { sessions { numBytes } } }`,
    CALL + 1 + 100,
  ],
  [
    'an aggregated report: a call, the report, and the requested rows',
    `{ aggregatedReport(input: { imei: "${IMEI}" }) { usage(first: 7) { imei } } }`,
    CALL + 1 + 7,
  ],
  [
    'devices with usage: per assumed device a tenth of a call, the device, and its usage',
    `{ devices(imei: "${IMEI}") { usage { imei } } }`,
    100 * (DEVICE + 1 + 1),
  ],
  [
    'a page of requests: no call, the connection, and the requested rows',
    '{ aggregatedReportRequests(first: 3) { nodes { txid } } }',
    1 + 3,
  ],
]) {
  test(`Hive Gateway estimates ${what}`, async () => {
    const { errors, extensions } = await ask(gateway.url, query);
    assert.equal(errors, undefined);
    assert.equal(extensions.cost.estimated, cost);
  });
}

test('Hive Gateway rejects an operation that costs too much, before any upstream call', async () => {
  const before = await countCalls();
  const { data, errors } = await ask(
    gateway.url,
    `{ ${['a', 'b'].map((alias) => `${alias}: devices(imei: "${IMEI}") { sessionsReport { sessions { numBytes } } }`).join(' ')} }`,
  );
  assert.deepEqual(data, { a: null, b: null });
  assert.equal(errors[0].extensions.code, 'COST_ESTIMATED_TOO_EXPENSIVE');
  assert.equal(await countCalls(), before);
});

async function countCalls() {
  const response = await fetch(`${reports.adminUrl}/calls`);
  const { calls } = await response.json();
  return calls.length;
}
