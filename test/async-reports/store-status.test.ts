import { expect, it } from 'vitest';
import { ASYNC_REPORT_STATUSES } from '../../src/async-reports/async-report.ts';
import { ACCOUNT, OTHER_ACCOUNT, toError, toImei, toRequest, toUsage } from '../support/store/messages.ts';
import { DAY, describeStores, HOUR, MINUTE, NOON } from '../support/store/stores.ts';

describeStores('a stored report', (bench) => {
  it('is QUEUED when it is accepted, and visible to its account only', async () => {
    const store = await bench.open();
    const added = await store.add(toRequest('a', 4));
    expect(added).toEqual({
      txid: 'a',
      accountNumber: ACCOUNT,
      owner: '',
      inputJson: '{"devices":4}',
      status: 'QUEUED',
      requestedAtMs: NOON,
      updatedAtMs: NOON,
      completedAtMs: null,
      expiresAtMs: NOON + DAY,
      expectedDevices: 4,
      receivedDevices: 0,
      failedDevices: 0,
      errorRows: 0,
      hasResults: false,
      missingDevices: 4,
      unexpectedDevices: 0,
      progress: 0,
      revision: 1,
      nextChangeAtMs: NOON + DAY,
    });
    expect(await store.find('a', ACCOUNT)).toEqual(added);
    expect(await store.find('a', null)).toEqual(added);
    expect(await store.find('a', OTHER_ACCOUNT)).toBeNull();
    expect(await store.find('b', ACCOUNT)).toBeNull();
    expect(await store.find('a\0', ACCOUNT)).toBeNull();
  });

  it('is RECEIVING until every device is in usage or errors, and then COMPLETED for good', async () => {
    const store = await bench.open();
    await store.add(toRequest('a', 4));
    await store.recordMessages([
      toUsage('a', 0, { receivedAtMs: NOON + 1 }),
      toError('a', 1, { receivedAtMs: NOON + 2 }),
    ]);
    expect(await store.find('a', null)).toMatchObject({
      status: 'RECEIVING',
      updatedAtMs: NOON + 2,
      receivedDevices: 1,
      failedDevices: 1,
      missingDevices: 2,
      progress: 0.5,
      revision: 2,
    });
    await store.recordMessages([
      toUsage('a', 3, { receivedAtMs: NOON + 4 }),
      toUsage('a', 2, { receivedAtMs: NOON + 3 }),
    ]);
    bench.nowMs = NOON + 2 * DAY;
    expect(await store.find('a', null)).toMatchObject({
      status: 'COMPLETED',
      updatedAtMs: NOON + 4,
      completedAtMs: NOON + 4,
      missingDevices: 0,
      progress: 1,
      nextChangeAtMs: null,
    });
  });

  it('is COMPLETED at once if the platform says so, and still accepts messages', async () => {
    const store = await bench.open();
    const added = await store.add(toRequest('a', 2, { status: 'COMPLETED' }));
    expect(added).toMatchObject({ status: 'COMPLETED', completedAtMs: NOON, missingDevices: 2, progress: 0 });
    await store.recordMessages([toUsage('a', 1, { receivedAtMs: NOON + 1 })]);
    expect(await store.find('a', null)).toMatchObject({
      status: 'COMPLETED',
      completedAtMs: NOON,
      updatedAtMs: NOON + 1,
      progress: 0.5,
    });
  });

  it('is COMPLETED once nothing has arrived for the quiet time, for a whole account', async () => {
    const store = await bench.open();
    await store.add(toRequest('a', null));
    bench.nowMs = NOON + HOUR;
    expect(await store.find('a', null)).toMatchObject({ status: 'QUEUED', progress: null, expectedDevices: null });
    await store.recordMessages([toUsage('a', 0, { receivedAtMs: NOON + HOUR })]);
    bench.nowMs = NOON + HOUR + 14 * MINUTE;
    await store.recordMessages([toUsage('a', 1, { receivedAtMs: bench.nowMs })]);
    const quietAtMs = bench.nowMs + 15 * MINUTE;
    bench.nowMs = quietAtMs - 1;
    expect(await store.find('a', null)).toMatchObject({
      status: 'RECEIVING',
      completedAtMs: null,
      updatedAtMs: quietAtMs - 15 * MINUTE,
      nextChangeAtMs: quietAtMs,
    });
    bench.nowMs = quietAtMs;
    expect(await store.find('a', null)).toMatchObject({
      status: 'COMPLETED',
      completedAtMs: quietAtMs,
      updatedAtMs: quietAtMs,
      nextChangeAtMs: null,
    });
  });

  it('stays COMPLETED when another message arrives, and accepts it, for a whole account', async () => {
    const store = await bench.open();
    await store.add(toRequest('a', null));
    await store.recordMessages([toUsage('a', 0)]);
    bench.nowMs = NOON + HOUR;
    await store.recordMessages([toUsage('a', 1, { receivedAtMs: NOON + HOUR })]);
    expect(await store.find('a', null)).toMatchObject({
      status: 'COMPLETED',
      completedAtMs: NOON + 15 * MINUTE,
      updatedAtMs: NOON + HOUR,
      receivedDevices: 2,
    });
  });

  it('expires if devices are missing, accepts late messages, and is COMPLETED when the last device arrives', async () => {
    const store = await bench.open();
    await store.add(toRequest('a', 2));
    await store.recordMessages([toUsage('a', 0)]);
    bench.nowMs = NOON + DAY - 1;
    expect(await store.find('a', null)).toMatchObject({ status: 'RECEIVING', updatedAtMs: NOON });
    bench.nowMs = NOON + DAY;
    expect(await store.find('a', null)).toMatchObject({
      status: 'EXPIRED',
      updatedAtMs: NOON + DAY,
      completedAtMs: null,
      nextChangeAtMs: null,
    });
    bench.nowMs = NOON + 2 * DAY;
    await store.recordMessages([toUsage('a', 1, { receivedAtMs: bench.nowMs })]);
    expect(await store.find('a', null)).toMatchObject({ status: 'COMPLETED', completedAtMs: NOON + 2 * DAY });
  });

  it('is EXPIRED if nothing has arrived, until something does, for a whole account', async () => {
    const store = await bench.open();
    await store.add(toRequest('a', null));
    bench.nowMs = NOON + DAY;
    expect(await store.find('a', null)).toMatchObject({ status: 'EXPIRED' });
    await store.recordMessages([toUsage('a', 0, { receivedAtMs: NOON + DAY })]);
    expect(await store.find('a', null)).toMatchObject({ status: 'RECEIVING' });
    bench.nowMs += 15 * MINUTE;
    expect(await store.find('a', null)).toMatchObject({ status: 'COMPLETED' });
  });

  it('is listed under exactly the status that it shows, at any moment', async () => {
    const store = await bench.open();
    const shapes = { listed: 2, sole: 1, account: null };
    for (const [shape, devices] of Object.entries(shapes)) {
      await store.add(toRequest(`${shape} silent`, devices));
      await store.add(toRequest(`${shape} done`, devices, { status: 'COMPLETED' }));
      await store.add(toRequest(`${shape} usage`, devices));
      await store.add(toRequest(`${shape} error`, devices));
      await store.add(toRequest(`${shape} nameless`, devices));
      await store.recordMessages([
        toUsage(`${shape} usage`, 0),
        toError(`${shape} error`, 1),
        toError(`${shape} nameless`, null),
      ]);
    }
    const seen = new Set<string>();
    for (const afterMs of [0, 15 * MINUTE - 1, 15 * MINUTE, DAY - 1, DAY, 2 * DAY]) {
      bench.nowMs = NOON + afterMs;
      const all = await store.list({ accountNumber: ACCOUNT, owner: '', status: null }, { first: 100, after: null });
      expect(all.rows).toHaveLength(15);
      for (const status of ASYNC_REPORT_STATUSES) {
        const filter = { accountNumber: ACCOUNT, owner: '', status };
        const listed = await store.list(filter, { first: 100, after: null });
        const shown = all.rows.filter(({ node }) => node.status === status);
        expect(listed.rows).toEqual(shown);
        expect(await store.count(filter)).toBe(shown.length);
        if (shown.length > 0) seen.add(status);
      }
    }
    expect([...seen].sort()).toEqual([...ASYNC_REPORT_STATUSES].sort());
  });

  it('can be added again with its own lease, and with no other', async () => {
    const store = await bench.open();
    const acquire = async (idempotencyKey: string) => {
      const request = { accountNumber: ACCOUNT, idempotencyKey, inputFingerprint: idempotencyKey, leaseMs: MINUTE };
      const outcome = await store.acquire(request);
      if (outcome.kind !== 'acquired') throw new Error(outcome.kind);
      return outcome.lease;
    };
    const [lease, other] = [await acquire('one'), await acquire('other')];
    const added = await store.add(toRequest('a', 2, { lease }));
    expect(await store.add(toRequest('a', 2, { lease }))).toEqual(added);
    await expect(store.add(toRequest('a', 2, { lease: other }))).rejects.toMatchObject({ code: 'TXID_TAKEN' });
    expect(await store.add(toRequest('b', 1, { lease: other }))).toMatchObject({ txid: 'b' });
  });

  it('can be added once, and to one account only', async () => {
    const store = await bench.open();
    await store.add(toRequest('a', 2));
    await store.recordMessages([toUsage('a', 0)]);
    const again = await store.add(toRequest('a', 3, { acceptedAtMs: NOON + 1 }));
    expect(again).toMatchObject({ expectedDevices: 2, receivedDevices: 1, requestedAtMs: NOON });
    await expect(store.add(toRequest('a', 2, { accountNumber: OTHER_ACCOUNT }))).rejects.toMatchObject({
      code: 'TXID_TAKEN',
    });
    expect(await store.missing('a', { first: 10, after: null })).toMatchObject({ rows: [{ node: toImei(1) }] });
  });
});
