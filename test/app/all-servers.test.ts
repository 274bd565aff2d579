import { expect, onTestFinished, test } from 'vitest';
import { answerWith } from '../support/fakes/recording-platform.ts';
import { ServerStatusDocument } from '../support/graphql/graphql.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import { PATHS } from '../support/world/admin.ts';
import { imeisOf, startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';

const USAGE = 'query ($imei: [IMEI!]!) { aggregatedReport(input: { imei: $imei }) { usage { imei } } }';
const [A = '', B = ''] = imeisOf(2);
const DAY_MS = 86_400_000;

async function start(databaseUrl: string): Promise<AsyncWorld> {
  const at = await startAsyncWorld({ config: { databaseUrl } });
  onTestFinished(() => at.close());
  at.platform.onRequest(PATHS.aggregate, answerWith({ txid: 'a-txid', usage: [] }));
  return at;
}

async function statusOf({ world }: AsyncWorld) {
  // What other servers shared is read once a second.
  world.clock.advance(1_000);
  const { data, errors } = await world.query(ServerStatusDocument, {});
  expect(errors).toEqual([]);
  return data?.serverStatus;
}

test('the status adds up what all servers on one PostgreSQL did today, and keeps what one did that has ended', async () => {
  const databaseUrl = await createDatabase();
  const [one, other] = [await start(databaseUrl), await start(databaseUrl)];
  const txid = await one.request([A, B]);
  await one.world.query(USAGE, { imei: [A] });
  for (const imei of [A, B]) await other.world.query(USAGE, { imei: [imei] });
  await one.post(usageOf(txid, A));
  await other.post(usageOf(txid, B));
  await other.post(usageOf(txid, B));
  await statusOf(other);

  const status = await statusOf(one);
  const [made, madeByOther] = [status?.callsToday.made, (await statusOf(other))?.callsToday.made];
  expect(madeByOther).toBe(2);
  expect(status?.callbacksToday).toMatchObject({ stored: 1 });
  expect(status?.allServers).toMatchObject({
    servers: 2,
    callsToday: { made: (made ?? 0) + 2 },
    callbacksToday: { stored: 3, failed: 0 },
  });
  expect((await statusOf(other))?.allServers).toEqual((await statusOf(one))?.allServers);

  await other.post(usageOf(txid, A));
  other.world.clock.advance(1_000);
  await other.world.close();
  expect((await statusOf(one))?.allServers).toMatchObject({ callbacksToday: { stored: 4 } });
  one.world.clock.advance(DAY_MS);
  expect((await statusOf(one))?.allServers).toMatchObject({ callsToday: { made: 0 }, callbacksToday: { stored: 0 } });
});

test('a server shares its counts every ten seconds, whether or not somebody asks it', async () => {
  const databaseUrl = await createDatabase();
  const [one, other] = [await start(databaseUrl), await start(databaseUrl)];
  await other.world.query(USAGE, { imei: [A] });
  other.world.clock.advance(10_000);
  await expect
    .poll(async () => (await statusOf(one))?.allServers)
    .toMatchObject({ servers: 2, callsToday: { made: 1 } });
});

test('the sums are null while PostgreSQL does not answer, and the server shows its own counts', async () => {
  const databaseUrl = await createDatabase();
  const at = await start(databaseUrl);
  await at.world.query(USAGE, { imei: [A] });
  const { default: pg } = await import('pg');
  const client = new pg.Client(databaseUrl);
  await client.connect();
  onTestFinished(() => client.end());
  await client.query('BEGIN; LOCK TABLE server_counts IN ACCESS EXCLUSIVE MODE');
  const status = await statusOf(at);
  await client.query('ROLLBACK');
  expect(status).toMatchObject({ allServers: null, callsToday: { made: 1 } });
});
