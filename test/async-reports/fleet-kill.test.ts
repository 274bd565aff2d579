import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSimulator, type Simulator } from '../../src/simulator/index.ts';
import { findFreePort } from '../support/free-port.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import { createReplicaSet, type ReplicaProcess } from '../support/replicas/replica-set.ts';
import { createAdmin, PATHS } from '../support/world/admin.ts';
import { imeisOf } from '../support/world/async-world.ts';
import { buildServer, type BuiltServer } from '../support/world/built-server.ts';
import { readFleet, requestFleet, uploadList, type ShownFleet } from '../support/world/fleet-world.ts';
import { registerListener } from '../support/world/world.ts';

/** `FLEET_DEVICES=100000 FLEET_KILLS=2` at night, and then on both databases. */
const IS_SHORT = process.env['FLEET_DEVICES'] === undefined;
const DEVICES = Number(process.env['FLEET_DEVICES'] ?? 20_000);
const KILLS = Number(process.env['FLEET_KILLS'] ?? 1);
const PARTS = Math.ceil(DEVICES / 10_000);
const TIMEOUT_MS = 240_000 + DEVICES * 20;
const CALLBACK_SECRET = 'a-secret-of-the-callback-path';
const WINDOW = { startDate: '2026-11-01', endDate: '2026-11-18' };

describe('a fleet report whose server is killed', () => {
  let built: BuiltServer;
  let simulator: Simulator;
  let dataDir: string;

  beforeAll(async () => {
    built = await buildServer();
    // A message without a response comes again, late.
    simulator = await startSimulator({ now: () => Date.parse('2026-11-20T12:00:00Z'), callbackRetrySeconds: 3 });
    dataDir = await mkdtemp(path.join(tmpdir(), 'fleet-kill-'));
  }, 120_000);
  afterAll(async () => {
    await simulator.close();
    await rm(dataDir, { recursive: true, force: true });
    await built.remove();
  });

  test.each(IS_SHORT ? (['SQLite'] as const) : (['SQLite', 'PostgreSQL'] as const))(
    'is complete on %s, with each device once, and with no requests but one per 10,000 devices and those that it names',
    async (kind) => {
      const admin = createAdmin(simulator.adminUrl);
      await admin.forgetCalls();
      await admin.disturbCallbacks({ lose: 0.01, double: 0.1, delayMilliseconds: 0 });
      const port = await findFreePort();
      const replicas = await createReplicaSet(built, kind === 'PostgreSQL' ? await createDatabase() : '', {
        ...simulator.environment,
        PORT: String(port),
        CALLBACK_SECRET,
        UPSTREAM_TOTAL_TIMEOUT_MS: '5000',
        FLEET_REPEAT_AFTER_SECONDS: '8',
        SHUTDOWN_DELAY_SECONDS: '0',
        ...(kind === 'SQLite' ? { DATA_DIR: path.join(dataDir, kind) } : {}),
      });
      try {
        let server: ReplicaProcess = await replicas.start();
        await registerListener(simulator, `http://127.0.0.1:${port}/callbacks/device-reports/${CALLBACK_SECRET}`);
        const imeis = imeisOf(DEVICES);
        const { id } = await requestFleet(server, await uploadList(server, imeis), { ...WINDOW, partsPerMinute: 20 });
        for (let kill = 0; kill < KILLS; kill += 1) {
          await expect
            .poll(async () => (await readFleet(server, id)).parts.length, { timeout: TIMEOUT_MS, interval: 50 })
            .toBeGreaterThan(kill);
          await new Promise((resolve) => setTimeout(resolve, randomInt(1_500)));
          await server.kill();
          server = await replicas.start();
        }
        let fleet: ShownFleet = await readFleet(server, id);
        await expect
          .poll(
            async () => {
              fleet = await readFleet(server, id);
              return fleet.status;
            },
            { timeout: TIMEOUT_MS, interval: 500 },
          )
          .toBe('COMPLETED');
        expect(fleet).toMatchObject({
          requestedDevices: DEVICES,
          partCount: PARTS,
          rejections: [],
          missing: { totalCount: 0 },
        });
        expect(fleet.receivedDevices + fleet.failedDevices).toBe(DEVICES);

        const calls = await admin.calls(PATHS.async);
        const sizes = calls.map(({ body }) => (JSON.parse(body) as { imei: string[] }).imei.length);
        expect(Math.max(...sizes)).toBeLessThanOrEqual(10_000);
        expect(calls).toHaveLength(PARTS + fleet.repeats.length);
        const { data } = await server.query('query ($id: ID!) { fleetReport(id: $id) { download(format: JSONL) } }', {
          id,
        });
        const { download } = (data as { fleetReport: { download: string } }).fleetReport;
        const rows = (await (await fetch(download)).text()).trimEnd().split('\n');
        expect(rows.map((row) => (JSON.parse(row) as { imei: string }).imei)).toEqual(imeis);
      } finally {
        await replicas.close();
      }
    },
    TIMEOUT_MS,
  );
});
