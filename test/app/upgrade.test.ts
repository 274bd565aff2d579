import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RecordingPlatform } from '../support/fakes/recording-platform.ts';
import { findFreePort } from '../support/free-port.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import { buildChanged, buildServer, type BuiltServer, type StartedServer } from '../support/world/built-server.ts';
import {
  bytesOf,
  createBuiltClient,
  ENVIRONMENT,
  startAcceptingPlatform,
  type BuiltClient,
} from '../support/world/built-world.ts';

const NEXT_VERSION = '99.0.0';
/** A step that only adds, at the end of the list. */
const NEXT_STEP = `
  {
    compatibleFrom: 4,
    actions: ["ALTER TABLE requests ADD COLUMN label TEXT NOT NULL DEFAULT ''", 'CREATE INDEX requests_by_label ON requests (label)'],
  },
];
`;
const TOTALS =
  'query ($txid: ID!) { aggregatedReportRequest(txid: $txid) { status receivedDevices totals { bytesTransferred } } }';
const DEVICES = 12;

const imeisOf = (report: number): string[] =>
  Array.from({ length: DEVICES }, (_, at) => String(350_000_000_000_000 + report * DEVICES + at));

describe('two servers of this version and of the next one', { timeout: 120_000 }, () => {
  let before: BuiltServer;
  let next: BuiltServer;
  let platform: RecordingPlatform;
  let folder: string;
  beforeAll(async () => {
    before = await buildServer();
    next = await buildChanged({
      'package.json': (text) => text.replace(/"version": "[^"]+"/, `"version": "${NEXT_VERSION}"`),
      'src/async-reports/store/schema-steps.ts': (text) => text.replace(/\n\];\n/, NEXT_STEP),
    });
    platform = await startAcceptingPlatform();
    folder = await mkdtemp(path.join(tmpdir(), 'upgrade-'));
  }, 180_000);
  afterAll(async () => {
    await platform.close();
    await rm(folder, { recursive: true, force: true });
    await before.remove();
    await next.remove();
  });

  test.each(['SQLite', 'PostgreSQL'] as const)(
    'share one %s while they are upgraded and rolled back one by one, and lose nothing',
    async (kind) => {
      const environment = {
        ...ENVIRONMENT,
        DATA_DIR: path.join(folder, kind),
        THINGSPACE_BASE_URL: platform.url,
        ...(kind === 'PostgreSQL' ? { DATABASE_URL: await createDatabase() } : {}),
      };
      const ports = [await findFreePort(), await findFreePort()];
      const running = new Map<number, StartedServer>();
      const start = async (build: BuiltServer, port: number): Promise<void> => {
        const server = build.start({ ...environment, PORT: String(port) });
        running.set(port, server);
        await server.address('API');
      };
      const stop = async (port: number): Promise<void> => {
        const server = running.get(port);
        server?.process.kill('SIGTERM');
        expect(await server?.exited()).toBe(0);
        expect(server?.complaints()).not.toMatch(/"level":[56]0/);
      };
      const clientOf = (port: number): BuiltClient => createBuiltClient(`http://127.0.0.1:${port}/graphql`);
      const versionOf = async (port: number): Promise<unknown> =>
        ((await (await fetch(`http://127.0.0.1:${port}/version`)).json()) as { version: unknown }).version;

      for (const port of ports) await start(before, port);
      const [own] = await Promise.all(ports.map(versionOf));
      const reports = [await clientOf(ports[0] ?? 0).request(imeisOf(0))];
      let posted = 0;
      const work = async (): Promise<void> => {
        for (const port of ports) {
          const client = clientOf(port);
          const at = reports.length;
          reports.push(await client.request(imeisOf(at)));
          expect(await client.post(reports[0] ?? '', imeisOf(0)[posted] ?? '')).toBe(200);
          posted += 1;
          for (const imei of imeisOf(at)) expect(await client.post(reports[at] ?? '', imei)).toBe(200);
        }
      };
      await work();
      const seen: unknown[][] = [];
      for (const build of [next, before]) {
        for (const port of ports) {
          await stop(port);
          await start(build, port);
          seen.push(await Promise.all(ports.map(versionOf)));
          await work();
        }
      }
      expect(seen).toEqual([
        [NEXT_VERSION, own],
        [NEXT_VERSION, NEXT_VERSION],
        [own, NEXT_VERSION],
        [own, own],
      ]);
      for (const imei of imeisOf(0).slice(posted)) await clientOf(ports[1] ?? 0).post(reports[0] ?? '', imei);
      for (const port of ports) {
        for (const [at, txid] of reports.entries()) {
          const bytesTransferred = imeisOf(at).reduce((sum, imei) => sum + bytesOf(imei), 0);
          expect(await clientOf(port).query(TOTALS, { txid })).toEqual({
            aggregatedReportRequest: { status: 'COMPLETED', receivedDevices: DEVICES, totals: { bytesTransferred } },
          });
        }
        await stop(port);
      }
    },
  );
});
