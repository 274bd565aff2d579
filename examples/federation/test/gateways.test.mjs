import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { toVehicles } from '../fleet/inventory.mjs';
import { startFleet } from '../fleet/server.mjs';
import { startGateway } from '../gateway.mjs';
import { toLastWeek } from '../last-week.mjs';
import { startReports } from '../../reports.mjs';
import { composeSupergraph } from '../supergraph.mjs';
import { startApolloGateway } from '../support/apollo-gateway.mjs';
import { ask } from '../ask.mjs';

const query = readFileSync(new URL('../operations/depot-usage.graphql', import.meta.url), 'utf8');
// Last week as of yesterday: on a Monday, sessions of Sunday can still be open, and their usage can change.
const week = toLastWeek(Date.now() - 86_400_000);
const GATEWAYS = { 'Hive Gateway': startGateway, 'Apollo Gateway': startApolloGateway };

let reports, fleet, vehicles, supergraph, expected;

before(async () => {
  // Without a cache, every query makes the same calls as the first one.
  reports = await startReports({ CACHE_MAX_BYTES: '0', MAX_UPSTREAM_CALLS: '110' });
  vehicles = toVehicles(reports.devices)
    .slice(0, 100)
    .map((vehicle) => ({ ...vehicle, depot: 'Yard' }));
  fleet = await startFleet(vehicles);
  supergraph = composeSupergraph({ reportsUrl: reports.url, fleetUrl: fleet.url });
  expected = await askReports();
});

after(async () => {
  await fleet?.close();
  await reports?.close();
});

for (const [name, start] of Object.entries(GATEWAYS)) {
  describe(`behind ${name}`, () => {
    let gateway;
    before(async () => {
      gateway = await start(supergraph);
    });
    after(() => gateway?.close());

    test('100 vehicles with usage and sessions by day are correct, with ten aggregate calls', async () => {
      await clearCalls();
      const { data, errors } = await ask(gateway.url, query, { depot: 'Yard', ...week });
      assert.equal(errors, undefined);
      assert.deepEqual(data, { vehicles: expected });
      assert.equal(await countCalls('/report/aggregate'), 10);
      assert.equal(await countCalls('/report/sessions'), 100);
    });

    test('a report resolves the vehicles of its devices', async () => {
      const imei = vehicles.slice(0, 3).map((vehicle) => vehicle.imei);
      const { data, errors } = await ask(
        gateway.url,
        `query ($input: AggregatedReportInput!) {
          aggregatedReport(input: $input) { usage { device { imei accountNumber vehicle { name } } } }
        }`,
        { input: { imei, ...week } },
      );
      assert.equal(errors, undefined);
      const account = await ask(reports.url, `{ device(imei: "${imei[0]}") { accountNumber } }`);
      const { accountNumber } = account.data.device;
      const usage = vehicles
        .slice(0, 3)
        .map((vehicle) => ({ device: { imei: vehicle.imei, accountNumber, vehicle: { name: vehicle.name } } }));
      assert.deepEqual(data, { aggregatedReport: { usage } });
    });

    test('a device that the platform rejects fails alone, and its error has the path and the code', async () => {
      const rejected = reports.devices.find(({ kind }) => kind === 'inactive').imei;
      const { data, errors } = await ask(
        gateway.url,
        `query ($imei: [IMEI!]!) { devices(imei: $imei) { usage(startDate: "${week.startDate}", endDate: "${week.endDate}") { imei } } }`,
        { imei: [rejected, vehicles[0].imei] },
      );
      assert.deepEqual(data, { devices: [{ usage: null }, { usage: { imei: vehicles[0].imei } }] });
      assert.deepEqual(
        errors.map(({ path, extensions }) => [path, extensions.code]),
        [[['devices', 0, 'usage'], 'UPSTREAM_NOT_FOUND']],
      );
    });
  });
}

/** Queries the device reports directly for the devices of the vehicles. */
async function askReports() {
  const { data, errors } = await ask(
    reports.url,
    `query ($imei: [IMEI!]!, $startDate: ReportDate!, $endDate: ReportDate!) {
      devices(imei: $imei) {
        imei
        usage(startDate: $startDate, endDate: $endDate) { numberOfSessions bytesTransferred }
        sessionsReport(startDate: $startDate, endDate: $endDate) { daily { date numberOfSessions numBytes } }
      }
    }`,
    { imei: vehicles.map(({ imei }) => imei), ...week },
  );
  assert.equal(errors, undefined);
  assert.ok(data.devices.filter(({ usage }) => usage?.bytesTransferred > 0).length > 90);
  assert.ok(data.devices.every(({ sessionsReport }) => sessionsReport.daily.length === 7));
  return vehicles
    .map(({ id, name }, index) => ({ id, name, device: data.devices[index] }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function clearCalls() {
  return fetch(`${reports.adminUrl}/calls`, { method: 'DELETE' });
}

async function countCalls(pathEnding) {
  const response = await fetch(`${reports.adminUrl}/calls`);
  const { calls } = await response.json();
  return calls.filter(({ path }) => path.endsWith(pathEnding)).length;
}
