import { expect, it } from 'vitest';
import type { KeyOutcome, KeyRequest } from '../../src/async-reports/idempotency.ts';
import { ACCOUNT, OTHER_ACCOUNT, toRequest } from '../support/store/messages.ts';
import { DAY, describeStores, MINUTE, NOON } from '../support/store/stores.ts';

const KEY_REQUEST: KeyRequest = {
  accountNumber: ACCOUNT,
  idempotencyKey: 'first of March',
  inputFingerprint: 'every device',
  leaseMs: MINUTE,
};

function toLease(outcome: KeyOutcome) {
  if (outcome.kind !== 'acquired') throw new Error(`not acquired but ${outcome.kind}`);
  return outcome.lease;
}

describeStores('the store of idempotency keys', (bench) => {
  it('lets one of many concurrent requests acquire a key, across two stores', async () => {
    const stores = [await bench.open(), await bench.open()] as const;
    for (let round = 0; round < 10; round += 1) {
      const request = { ...KEY_REQUEST, idempotencyKey: `round ${round}` };
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, (_, at) => stores[at % 2 === 0 ? 0 : 1].acquire(request)),
      );
      const kinds = outcomes.map(({ kind }) => kind).sort();
      expect(kinds).toEqual(['acquired', ...Array<string>(11).fill('pending')]);
    }
  });

  it('separates keys by account, and reports a conflict if the input differs, before and after the report is stored', async () => {
    const store = await bench.open();
    const lease = toLease(await store.acquire(KEY_REQUEST));
    expect(await store.acquire({ ...KEY_REQUEST, inputFingerprint: 'one device' })).toEqual({ kind: 'conflict' });
    expect(await store.acquire({ ...KEY_REQUEST, accountNumber: OTHER_ACCOUNT })).toMatchObject({ kind: 'acquired' });
    await store.add(toRequest('a', 1, { lease }));
    expect(await store.acquire(KEY_REQUEST)).toEqual({ kind: 'done', txid: 'a' });
    expect(await store.acquire({ ...KEY_REQUEST, inputFingerprint: 'one device' })).toEqual({ kind: 'conflict' });
  });

  it('frees a key whose call certainly started nothing, and notifies its watchers on another store', async () => {
    const stores = [await bench.open(), await bench.open()] as const;
    const lease = toLease(await stores[0].acquire(KEY_REQUEST));
    const reported = new Promise<void>((resolve) => stores[1].watchKey(KEY_REQUEST, resolve));
    await stores[0].release(lease);
    await reported;
    expect(await stores[1].acquire(KEY_REQUEST)).toMatchObject({ kind: 'acquired' });
    // The first lease has ended: releasing it again frees nothing.
    await stores[0].release(lease);
    expect(await stores[0].acquire(KEY_REQUEST)).toMatchObject({ kind: 'pending' });
  });

  it('never frees a key whose call may have reached the platform', async () => {
    const store = await bench.open();
    const late = toLease(await store.acquire(KEY_REQUEST));
    bench.nowMs += MINUTE - 1;
    expect(await store.acquire(KEY_REQUEST)).toEqual({ kind: 'pending', leaseEndsAtMs: NOON + MINUTE });
    bench.nowMs += 1;
    expect(await store.acquire(KEY_REQUEST)).toEqual({ kind: 'uncertain', acquiredAtMs: NOON });
    await store.add(toRequest('late answer', 1, { lease: late }));
    expect(await store.acquire(KEY_REQUEST)).toEqual({ kind: 'done', txid: 'late answer' });
  });

  it('reports a key as uncertain at once if its call failed without a response', async () => {
    const store = await bench.open();
    const lease = toLease(await store.acquire(KEY_REQUEST));
    await store.abandon(lease);
    expect(await store.acquire(KEY_REQUEST)).toEqual({ kind: 'uncertain', acquiredAtMs: NOON });
    await store.add(toRequest('a', 1, { lease }));
    expect(await store.acquire(KEY_REQUEST)).toEqual({ kind: 'done', txid: 'a' });
    await store.abandon(lease);
    await store.release(lease);
    expect(await store.acquire(KEY_REQUEST)).toEqual({ kind: 'done', txid: 'a' });
  });

  it('accepts keys of any length, with any characters', async () => {
    const store = await bench.open();
    const keys = ['', 'a', 'a\0', 'a\0b', '🛰'.repeat(10_000), "'; --"];
    for (const idempotencyKey of keys) {
      expect(await store.acquire({ ...KEY_REQUEST, idempotencyKey })).toMatchObject({ kind: 'acquired' });
    }
  });

  it('rejects every key once it is closed', async () => {
    const store = await bench.open();
    await store.close();
    await expect(store.acquire(KEY_REQUEST)).rejects.toMatchObject({ name: 'StoreError', code: 'CLOSED' });
  });

  it('deletes keys after the retention period', async () => {
    const store = await bench.open();
    await store.acquire(KEY_REQUEST);
    bench.nowMs += 30 * DAY;
    expect(await store.removeExpired()).toMatchObject({ claims: 0 });
    bench.nowMs += 1;
    expect(await store.removeExpired()).toMatchObject({ claims: 1 });
    expect(await store.acquire(KEY_REQUEST)).toMatchObject({ kind: 'acquired' });
  });
});
