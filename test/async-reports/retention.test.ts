import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { readAll, toImeis, toRequest, toUsage } from '../support/store/messages.ts';
import { DAY, describeStores, NOON, useStoreBench } from '../support/store/stores.ts';

const LIMITS = { deadLetterLimits: { bodies: 3, bytes: 100 } };

describeStores('the store', (bench) => {
  it('limits the number and size of its dead letters, and counts them all', async () => {
    const store = await bench.open(LIMITS);
    expect(await store.deadLetterCounts()).toMatchObject({ deadLetters: 0, storedDeadLetters: 0 });
    for (let number = 0; number < 5; number += 1) {
      const body = `${number} äöü🛰`;
      await store.addDeadLetter({ reason: 'It is not valid JSON.', body, receivedAtMs: NOON + number });
    }
    const bodies = await store.deadLetters(10);
    expect(bodies.map(({ receivedAtMs }) => receivedAtMs - NOON)).toEqual([4, 3, 2]);
    expect(bodies[0]).toEqual({ reason: 'It is not valid JSON.', body: '4 äöü🛰', receivedAtMs: NOON + 4 });
    expect(await store.deadLetters(1)).toHaveLength(1);
    expect(await store.deadLetterCounts()).toMatchObject({ deadLetters: 5, storedDeadLetters: 3 });
    await store.addDeadLetter({ reason: 'It is not valid JSON.', body: 'x'.repeat(80), receivedAtMs: NOON });
    expect(await store.deadLetters(10)).toHaveLength(2);
    await store.addDeadLetter({ reason: 'It is not valid JSON.', body: 'y'.repeat(101), receivedAtMs: NOON });
    expect(await store.deadLetters(10)).toEqual([]);
  });

  it('stores a dead letter that is not text byte by byte', async () => {
    const store = await bench.open();
    const bodies = [Buffer.from([0, 1, 0xff]), 'a\0b', Buffer.from('äö'), Buffer.alloc(300_000, 0xfe)];
    for (const body of bodies)
      await store.addDeadLetter({ reason: 'It cannot be unpacked.', body, receivedAtMs: NOON });
    const stored = (await store.deadLetters(10)).map(({ body }) => body).toReversed();
    expect(stored).toEqual([bodies[0], Buffer.from('a\0b'), 'äö', bodies[3]]);
  });

  it('counts dead letters exactly if they arrive at two stores at once', async () => {
    const stores = [await bench.open(LIMITS), await bench.open(LIMITS)];
    const body = { reason: 'It is not valid JSON.', body: '', receivedAtMs: NOON };
    await Promise.all(Array.from({ length: 10 }, () => stores.map((store) => store.addDeadLetter(body))).flat());
    expect(await stores[0]?.deadLetterCounts()).toMatchObject({ deadLetters: 20, storedDeadLetters: 3 });
  });

  it('deletes reports, unknown transactions and dead letters with all their rows after the retention period', async () => {
    const store = await bench.open();
    await store.add(toRequest('old', 5_000));
    await store.recordMessages(toImeis(4_500).map((_, device) => toUsage('old', device)));
    await store.recordMessages([toUsage('unknown', 0), toUsage('unknown', 1)]);
    await store.addDeadLetter({ reason: 'It is not valid JSON.', body: '', receivedAtMs: NOON });
    await store.add(toRequest('younger', 2, { acceptedAtMs: NOON + 1 }));
    bench.nowMs = NOON + 30 * DAY;
    const nothing = { requests: 0, unknownTransactions: 0, bodies: 0, claims: 0 };
    expect(await store.removeExpired()).toEqual(nothing);
    bench.nowMs += 1;
    expect(await store.removeExpired()).toEqual({ ...nothing, requests: 1, unknownTransactions: 1, bodies: 1 });
    expect(await store.removeExpired()).toEqual(nothing);
    expect(await store.find('old', null)).toBeNull();
    expect(await store.find('younger', null)).toMatchObject({ status: 'EXPIRED' });
    for (const txid of ['old', 'unknown']) {
      expect(await readAll((page) => store.usage(txid, null, page), 100)).toEqual([]);
      expect(await readAll((page) => store.missing(txid, page), 100)).toEqual([]);
    }
    expect(await store.deadLetterCounts()).toMatchObject({
      storedDeadLetters: 0,
      storedUnknownTransactions: 0,
      deadLetters: 1,
    });
  });

  it('deletes many reports from two stores at once, while messages for them still arrive', async () => {
    const [one, other] = [await bench.open(), await bench.open()];
    const txids = Array.from({ length: 150 }, (_, number) => `tx ${number}`);
    for (const txid of txids) await one.add(toRequest(txid, 3));
    bench.nowMs += 31 * DAY;
    const late = txids.map((txid) => toUsage(txid, 0, { receivedAtMs: bench.nowMs }));
    const [first, second] = await Promise.all([one.removeExpired(), other.removeExpired(), one.recordMessages(late)]);
    expect(first.requests + second.requests).toBe(150);
    for (const txid of [...txids.slice(0, 5), ...txids.slice(-5)]) expect(await one.find(txid, null)).toBeNull();
    bench.nowMs += 31 * DAY;
    await one.removeExpired();
    for (const txid of txids) expect(await readAll((page) => one.usage(txid, null, page), 10)).toEqual([]);
  });
});

describe('the store on PostgreSQL', () => {
  const bench = useStoreBench('PostgreSQL');

  it('removes a large report as fast as it was stored, also if the statistics of its rows are of a time when there were few', async () => {
    const store = await bench.open();
    const client = new Client({ connectionString: bench.location().databaseUrl ?? '' });
    await client.connect();
    try {
      await store.add(toRequest('small', 1));
      await client.query('ANALYZE device_rows');
      // Otherwise PostgreSQL may look at the rows by itself meanwhile.
      await client.query('ALTER TABLE device_rows SET (autovacuum_enabled = false)');
    } finally {
      await client.end();
    }
    const startedAtMs = performance.now();
    await store.add(toRequest('large', 10_000));
    await store.recordMessages(toImeis(10_000).map((_, device) => toUsage('large', device)));
    const storedAtMs = performance.now();
    bench.nowMs = NOON + 30 * DAY + 1;
    expect(await store.removeExpired()).toMatchObject({ requests: 2 });
    expect(performance.now() - storedAtMs).toBeLessThan(2 * (storedAtMs - startedAtMs));
  });
});
