import { expect, it } from 'vitest';
import type { ClaimOutcome, ClaimRequest } from '../../src/async-reports/idempotency.ts';
import { ACCOUNT, OTHER_ACCOUNT, toRequest } from '../support/store/messages.ts';
import { DAY, describeStores, MINUTE, NOON } from '../support/store/stores.ts';

const CLAIM: ClaimRequest = {
  accountNumber: ACCOUNT,
  idempotencyKey: 'first of March',
  inputFingerprint: 'every device',
  leaseMs: MINUTE,
};

function toHolder(outcome: ClaimOutcome) {
  if (outcome.kind !== 'claimed') throw new Error(`not claimed but ${outcome.kind}`);
  return outcome.holder;
}

describeStores('idempotency keys', (bench) => {
  it('gives a key to one of many who come at once, on two stores', async () => {
    const stores = [await bench.open(), await bench.open()] as const;
    for (let round = 0; round < 10; round += 1) {
      const claim = { ...CLAIM, idempotencyKey: `round ${round}` };
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, (_, at) => stores[at % 2 === 0 ? 0 : 1].claim(claim)),
      );
      const kinds = outcomes.map(({ kind }) => kind).sort();
      expect(kinds).toEqual(['claimed', ...Array<string>(11).fill('pending')]);
    }
  });

  it('keeps keys apart by account, and refuses a key with another input, before and after it is settled', async () => {
    const store = await bench.open();
    const holder = toHolder(await store.claim(CLAIM));
    expect(await store.claim({ ...CLAIM, inputFingerprint: 'one device' })).toEqual({ kind: 'conflict' });
    expect(await store.claim({ ...CLAIM, accountNumber: OTHER_ACCOUNT })).toMatchObject({ kind: 'claimed' });
    await store.add(toRequest('a', 1, { claim: holder }));
    expect(await store.claim(CLAIM)).toEqual({ kind: 'done', txid: 'a' });
    expect(await store.claim({ ...CLAIM, inputFingerprint: 'one device' })).toEqual({ kind: 'conflict' });
  });

  it('frees a key whose call surely started nothing, and tells who watches it on another store', async () => {
    const stores = [await bench.open(), await bench.open()] as const;
    const holder = toHolder(await stores[0].claim(CLAIM));
    const told = new Promise<void>((resolve) => stores[1].watchClaim(CLAIM, resolve));
    await stores[0].release(holder);
    await told;
    expect(await stores[1].claim(CLAIM)).toMatchObject({ kind: 'claimed' });
    // The first holder has nothing left to free.
    await stores[0].release(holder);
    expect(await stores[0].claim(CLAIM)).toMatchObject({ kind: 'pending' });
  });

  it('never gives a key away whose call may have arrived', async () => {
    const store = await bench.open();
    const late = toHolder(await store.claim(CLAIM));
    bench.nowMs += MINUTE - 1;
    expect(await store.claim(CLAIM)).toEqual({ kind: 'pending', leaseEndsAtMs: NOON + MINUTE });
    bench.nowMs += 1;
    expect(await store.claim(CLAIM)).toEqual({ kind: 'uncertain', claimedAtMs: NOON });
    await store.add(toRequest('late answer', 1, { claim: late }));
    expect(await store.claim(CLAIM)).toEqual({ kind: 'done', txid: 'late answer' });
  });

  it('calls a key uncertain at once where its call failed without an answer', async () => {
    const store = await bench.open();
    const holder = toHolder(await store.claim(CLAIM));
    await store.abandon(holder);
    expect(await store.claim(CLAIM)).toEqual({ kind: 'uncertain', claimedAtMs: NOON });
    await store.add(toRequest('a', 1, { claim: holder }));
    expect(await store.claim(CLAIM)).toEqual({ kind: 'done', txid: 'a' });
    await store.abandon(holder);
    await store.release(holder);
    expect(await store.claim(CLAIM)).toEqual({ kind: 'done', txid: 'a' });
  });

  it('takes keys of any length and character', async () => {
    const store = await bench.open();
    const keys = ['', 'a', 'a\0', 'a\0b', '🛰'.repeat(10_000), "'; --"];
    for (const idempotencyKey of keys) {
      expect(await store.claim({ ...CLAIM, idempotencyKey })).toMatchObject({ kind: 'claimed' });
    }
  });

  it('rejects once the store is closed', async () => {
    const store = await bench.open();
    await store.close();
    await expect(store.claim(CLAIM)).rejects.toMatchObject({ name: 'StoreError', code: 'CLOSED' });
  });

  it('forgets keys with their requests', async () => {
    const store = await bench.open();
    await store.claim(CLAIM);
    bench.nowMs += 30 * DAY;
    expect(await store.sweep()).toMatchObject({ claims: 0 });
    bench.nowMs += 1;
    expect(await store.sweep()).toMatchObject({ claims: 1 });
    expect(await store.claim(CLAIM)).toMatchObject({ kind: 'claimed' });
  });
});
