import { expect, it } from 'vitest';
import { isAccountNumber } from '../../src/domain/account.ts';
import { toFleetReport, type FleetReport } from '../../src/async-reports/fleet.ts';
import type { ReportStore } from '../../src/async-reports/store/store.ts';
import { ACCOUNT, toImei, toImeis, toRequest, toUsage } from '../support/store/messages.ts';
import { DAY, describeStores, HOUR, NOON } from '../support/store/stores.ts';

const KEY = { accountNumber: ACCOUNT, idempotencyKey: 'a-key' };

/** Stores an upload of 3 parts with 10 devices each, as the content of a list. */
async function upload(store: ReportStore, id: string, owner = ''): Promise<void> {
  const list = { id, accountNumber: null, owner, principal: 'anne', expiresAtMs: NOON + HOUR };
  expect(await store.fleets.createList(list, 10, 200)).toBe(true);
  const imeis = toImeis(30);
  for (const part of [1, 2, 3])
    await store.fleets.savePart(`upload-${id}`, part, imeis.slice(part * 10 - 10, part * 10).join('\n'), 10);
  expect(await store.fleets.finishList(id, `upload-${id}`, 30, NOON + 2 * HOUR)).toBe(true);
}

const toFleet = (id: string, listId: string, key = KEY) => ({
  ...{ id, accountNumber: ACCOUNT, owner: '', keyOwner: '', principal: 'anne', listId, key },
  ...{ inputJson: '{}', inputFingerprint: 'a', partsPerMinute: 60 },
});

async function find(store: ReportStore, id: string): Promise<FleetReport> {
  const fleet = await store.fleets.find(id);
  if (fleet === null) throw new Error('there is no such fleet report');
  return toFleetReport(fleet);
}

describeStores('fleet reports in the store', (bench) => {
  it('are made from a list once, by one idempotency key, however many ask at once', async () => {
    const stores = [await bench.open(), await bench.open()];
    const [store] = stores;
    if (store === undefined || !isAccountNumber(ACCOUNT)) throw new Error('no store');
    await upload(store, 'a');
    const outcomes = await Promise.all(
      stores.flatMap((each, at) => [1, 2, 3].map((n) => each.fleets.add(toFleet(`f-${at}-${n}`, 'a'), 10))),
    );
    expect(outcomes.filter(({ kind }) => kind === 'added')).toHaveLength(1);
    expect(new Set(outcomes.map((outcome) => ('id' in outcome ? outcome.id : outcome.kind))).size).toBe(1);
    const other = { ...KEY, idempotencyKey: 'another' };
    expect(await store.fleets.add(toFleet('g', 'a', other), 10)).toEqual({ kind: 'no-list' });
    await upload(store, 'b');
    expect(await store.fleets.add(toFleet('g', 'b', other), 1)).toEqual({ kind: 'too-many' });
    // The key is free again.
    expect(await store.fleets.add(toFleet('g', 'b', other), 10)).toEqual({ kind: 'added', id: 'g' });
  });

  it('have one upload of several, and belong to whoever created the list', async () => {
    const store = await bench.open();
    await upload(store, 'a', 'anne');
    expect(await store.fleets.finishList('a', 'upload-late', 1, NOON + HOUR)).toBe(false);
    expect(await store.fleets.add(toFleet('f', 'a'), 10)).toEqual({ kind: 'no-list' });
    expect(await store.fleets.add({ ...toFleet('f', 'a'), keyOwner: 'anne' }, 10)).toMatchObject({ kind: 'added' });
  });

  it('note each part before and after its request, and send none that was cancelled', async () => {
    const store = await bench.open();
    await upload(store, 'a');
    await store.fleets.add(toFleet('f', 'a'), 10);
    expect(await find(store, 'f')).toMatchObject({ status: 'QUEUED', requestedDevices: 30 });
    expect(await store.fleets.beginPart('f', 1)).toEqual({ imeis: toImeis(10), attempt: 0, isCancelled: false });
    await store.fleets.repeatPart('f', 1, { atMs: NOON, reason: 'UNCERTAIN', devices: 10 });
    expect(await store.fleets.beginPart('f', 1)).toMatchObject({ attempt: 1 });
    await store.add(toRequest('t', 10));
    await store.fleets.acceptPart('f', 1, 't');
    expect(await store.fleets.beginPart('f', 1)).toBeNull();
    await store.fleets.beginPart('f', 2);
    await store.fleets.cancel('f');
    // Another server can only find out whether the second part was accepted.
    expect(await store.fleets.beginPart('f', 2)).toMatchObject({ isCancelled: true });
    expect(await store.fleets.beginPart('f', 3)).toBeNull();
    expect(await find(store, 'f')).toMatchObject({ status: 'CANCELLED', cancelledAtMs: NOON });
    expect(await store.fleets.imeisOf('f', 1)).toEqual([]);
    expect(await store.fleets.imeisOf('f', 3)).toEqual(toImeis(30).slice(20));
    expect(await store.fleets.openIds()).toEqual(['f']);
    await store.fleets.close('f');
    expect(await store.fleets.openIds()).toEqual([]);
    expect(await store.fleets.countByStatus(NOON)).toMatchObject({ CANCELLED: 1, QUEUED: 0 });
  });

  it('lose a device that is erased, in lists and in parts that were not sent', async () => {
    const store = await bench.open();
    await upload(store, 'a');
    await upload(store, 'b');
    await store.fleets.add(toFleet('f', 'a'), 10);
    expect(await store.eraseDevice(toImei(20))).toMatchObject({ lists: 2, rows: 0 });
    expect(await find(store, 'f')).toMatchObject({ requestedDevices: 29 });
    expect(await store.fleets.imeisOf('f', 3)).toEqual(toImeis(30).slice(21));
    expect(await store.eraseDevice(toImei(20))).toMatchObject({ lists: 0 });
  });

  it('go with their parts after the retention, and lists when they expire', async () => {
    const store = await bench.open();
    await upload(store, 'a');
    await upload(store, 'b');
    await store.fleets.savePart('unfinished', 1, toImei(1), 1);
    await store.fleets.add(toFleet('f', 'a'), 10);
    await store.fleets.beginPart('f', 1);
    await store.add(toRequest('t', 10, { acceptedAtMs: NOON + HOUR }));
    await store.fleets.acceptPart('f', 1, 't');
    await store.recordMessages([toUsage('t', 0)]);
    expect(await store.fleets.removeExpired()).toEqual({ fleets: 0, deviceLists: 0 });
    bench.nowMs = NOON + 3 * HOUR;
    expect(await store.fleets.removeExpired()).toEqual({ fleets: 0, deviceLists: 1 });
    bench.nowMs = NOON + 30 * DAY + 1;
    expect(await store.fleets.removeExpired()).toEqual({ fleets: 1, deviceLists: 0 });
    expect(await store.fleets.find('f')).toBeNull();
    expect(await store.find('t', null)).toBeNull();
    await store.removeExpired();
    expect(await store.eraseDevice(toImei(1))).toMatchObject({ lists: 0, reports: 0 });
  });
});
