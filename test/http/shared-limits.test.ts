import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { subscribe, type EventStream } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { createDatabase, dropConnections } from '../support/postgres/shared-postgres.ts';
import { imeisOf, startAsyncWorld, type AsyncWorld } from '../support/world/async-world.ts';
import type { Settings } from '../support/world/settings.ts';

const PROGRESS = 'subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) { status } }';

describe('two servers on one PostgreSQL', () => {
  let databaseUrl: string;
  const worlds: AsyncWorld[] = [];
  const begun: EventStream<unknown>[] = [];
  beforeEach(async () => {
    databaseUrl = await createDatabase();
  });
  afterEach(async () => {
    await Promise.all(begun.splice(0).map((events) => events.abort()));
    for (const world of worlds.splice(0).reverse()) await world.close();
  });

  const open = async (config: Settings): Promise<readonly [AsyncWorld, AsyncWorld]> => {
    const one = await startAsyncWorld({ config: { databaseUrl, ...config } });
    worlds.push(one);
    const other = await startAsyncWorld({ config: { databaseUrl, ...config }, platformOf: one });
    worlds.push(other);
    return [one, other];
  };
  const statusOf = async ({ world }: AsyncWorld): Promise<number> => (await world.query('{ __typename }')).status;
  const follow = async ({ world }: AsyncWorld, txid: string): Promise<EventStream<unknown> | null> => {
    const events = await subscribe(world.url, PROGRESS, { txid }).catch(() => null);
    if (events === null) return null;
    begun.push(events);
    await events.next();
    return events;
  };

  test('count the requests of a caller together, and exchange them within about a second', async () => {
    const [one, other] = await open({ rateLimitPerMinute: 30 });
    for (let sent = 0; sent < 30; sent += 1) expect(await statusOf(one)).toBe(200);
    expect(await statusOf(one)).toBe(429);
    let accepted = 0;
    await expect
      .poll(
        async () => {
          const status = await statusOf(other);
          accepted += status === 200 ? 1 : 0;
          return status;
        },
        { timeout: 15_000, interval: 250 },
      )
      .toBe(429);
    expect(accepted).toBeGreaterThan(0);
    expect(accepted).toBeLessThan(30);
  });

  test('go on counting alone while PostgreSQL is away', async () => {
    const [one] = await open({ rateLimitPerMinute: 20 });
    for (let sent = 0; sent < 10; sent += 1) expect(await statusOf(one)).toBe(200);
    await dropConnections(databaseUrl);
    for (let sent = 0; sent < 10; sent += 1) expect(await statusOf(one)).toBe(200);
    expect(await statusOf(one)).toBe(429);
  });

  test('count the open subscriptions of a caller together, until they end', async () => {
    const [one, other] = await open({ subscriptionsPerPrincipal: 3 });
    const txid = await one.request(imeisOf(2));
    const first = await follow(one, txid);
    await follow(one, txid);
    await follow(other, txid);
    // Until the servers have exchanged what is open, either of them accepts more.
    const tryAt = async (server: AsyncWorld): Promise<string> => {
      const events = await follow(server, txid);
      await events?.abort();
      return events === null ? 'rejected' : 'accepted';
    };
    await eventually(() => tryAt(other)).toBe('rejected');
    await eventually(() => tryAt(one)).toBe('rejected');
    await first?.abort();
    await eventually(() => tryAt(other)).toBe('accepted');
    await eventually(() => tryAt(one)).toBe('accepted');
  });

  test('store nothing that says who calls', async () => {
    const [one] = await open({ rateLimitPerMinute: 100, subscriptionsPerPrincipal: 5 });
    const txid = await one.request(imeisOf(2));
    await follow(one, txid);
    const client = new pg.Client(databaseUrl);
    await client.connect();
    const read = async (): Promise<string[]> => {
      const { rows } = await client.query<{ key: string }>(
        'SELECT key FROM caller_rates UNION ALL SELECT key FROM open_subscriptions',
      );
      return rows.map(({ key }) => key);
    };
    await eventually(async () => (await read()).length).toBe(2);
    for (const key of await read()) expect(key).toMatch(/^[\w-]{43}$/);
    await client.end();
  });
});
