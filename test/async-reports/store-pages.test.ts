import { expect, it } from 'vitest';
import { orderUsage, USAGE_ORDERS } from '../../src/domain/usage-order.ts';
import { toPercentiles, toUsageTotals } from '../../src/domain/usage-totals.ts';
import type { ReportStore } from '../../src/async-reports/store/store.ts';
import type { DeviceUsage } from '../../src/domain/device-usage.ts';
import { fc } from '../support/fast-check.ts';
import {
  ACCOUNT,
  OTHER_ACCOUNT,
  readAll,
  toError,
  toImei,
  toImeis,
  toRequest,
  toUsage,
} from '../support/store/messages.ts';
import { describeStores, NOON } from '../support/store/stores.ts';

const EVERYTHING = { first: 1000, after: null };
const LARGEST = 2 ** 53 - 1;

const usageRows = fc.uniqueArray(
  fc.record({
    device: fc.nat(40),
    numberOfSessions: fc.option(fc.nat(3)),
    bytesTransferred: fc.option(fc.oneof(fc.nat(4), fc.constant(2 ** 40))),
  }),
  { selector: ({ device }) => device, maxLength: 25 },
);

async function readUsage(store: ReportStore, txid: string): Promise<DeviceUsage[]> {
  return readAll((page) => store.usage(txid, null, page), 1000);
}

describeStores('a stored report', (bench) => {
  it('returns its usage in pages in every order, with unknown values last', async () => {
    const store = await bench.open();
    let runs = 0;
    const rule = fc.asyncProperty(usageRows, fc.integer({ min: 1, max: 9 }), async (devices, first) => {
      const txid = `pages ${(runs += 1)}`;
      await store.recordMessages(devices.map(({ device, ...usage }) => toUsage(txid, device, usage)));
      const arrived = await readUsage(store, txid);
      expect(arrived.map(({ imei }) => imei)).toEqual(devices.map(({ device }) => toImei(device)));
      for (const order of USAGE_ORDERS) {
        const paged = await readAll((page) => store.usage(txid, order, page), first);
        expect(paged).toEqual(orderUsage(arrived, order));
      }
    });
    await fc.assert(rule, { numRuns: 30 });
  });

  it('returns every device that had arrived once, in any order, while more arrive', async () => {
    const store = await bench.open();
    let runs = 0;
    const rule = fc.asyncProperty(
      usageRows,
      usageRows,
      fc.constantFrom(...USAGE_ORDERS, null),
      fc.integer({ min: 1, max: 4 }),
      async (devices, coming, order, first) => {
        const txid = `growing ${(runs += 1)}`;
        await store.recordMessages(devices.map(({ device, ...usage }) => toUsage(txid, device, usage)));
        const arriving = [...coming];
        const receive = async (): Promise<void> => {
          const next = arriving.splice(0, 2).map(({ device, ...usage }) => toUsage(txid, device + 100, usage));
          await store.recordMessages(next);
        };
        const paged = await readAll((page) => store.usage(txid, order, page), first, receive);
        const imeis = paged.map(({ imei }) => imei);
        expect(new Set(imeis).size).toBe(imeis.length);
        expect(imeis).toEqual(expect.arrayContaining(devices.map(({ device }) => toImei(device))));
        if (order !== null) expect(paged).toEqual(orderUsage(paged, order));
      },
    );
    await fc.assert(rule, { numRuns: 40 });
  });

  it('returns its errors in order of arrival, and its missing devices by IMEI', async () => {
    const store = await bench.open();
    await store.add(toRequest('a', 30, { expectedImeis: toImeis(30).reverse() }));
    for (const device of [9, 3, 27, 14]) await store.recordMessages([toError('a', device)]);
    const errors = await readAll((page) => store.errors('a', page), 3);
    expect(errors.map(({ imei }) => imei)).toEqual([9, 3, 27, 14].map(toImei));
    await store.recordMessages([toUsage('a', 0), toUsage('a', 3)]);
    const missing = await readAll((page) => store.missing('a', page), 4);
    const gone = new Set([0, 3, 9, 14, 27].map(toImei));
    expect(missing).toEqual(toImeis(30).filter((imei) => !gone.has(imei)));
    expect(await readAll((page) => store.errors('a', page), 2)).toHaveLength(3);
  });

  it('streams every result once, even while more arrive and usage replaces errors', async () => {
    const store = await bench.open();
    await store.add(toRequest('a', 2_500));
    const long = { errorMessage: 'The device did not answer. '.repeat(200) };
    await store.recordMessages(toImeis(2_500).map((_, at) => toError('a', at, at % 700 < 350 ? long : {})));
    await store.recordMessages([toError('a', null)]);
    const imeis: (string | null)[] = [];
    let batches = 0;
    for await (const batch of store.results('a', true)) {
      expect(batch.length).toBeLessThanOrEqual(200);
      imeis.push(...batch.map(({ imei }) => imei));
      // One device that was already read, one that was not, and one that was not requested.
      const arriving = [batches, 2_000 + batches, 5_000 + batches].map((device) => toUsage('a', device));
      if (batches < 2) await store.recordMessages(arriving);
      batches += 1;
    }
    expect(batches).toBeGreaterThan(2);
    expect(imeis).toEqual([null, ...toImeis(2_500)]);
    const none: unknown[] = [];
    for await (const batch of store.results('b', true)) none.push(batch);
    expect(none).toEqual([]);
  });

  it('has the totals and percentiles that the domain functions compute', async () => {
    const store = await bench.open();
    let runs = 0;
    const percentiles = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 5 });
    const rule = fc.asyncProperty(usageRows, percentiles, async (devices, some) => {
      const txid = `totals ${(runs += 1)}`;
      const asked = [0, 50, 95, 99, 99.9, 100, ...some];
      await store.recordMessages(devices.map(({ device, ...usage }) => toUsage(txid, device, usage)));
      await store.recordMessages([toError(txid, 90)]);
      expect(await store.totals(txid)).toEqual(toUsageTotals(devices));
      const bytes = devices.map(({ bytesTransferred }) => bytesTransferred);
      expect(await store.bytesPercentiles(txid, asked)).toEqual(toPercentiles(bytes, asked));
    });
    await fc.assert(rule, { numRuns: 30 });
  });

  it('has the nearest rank of ten thousand devices, for every percentile of two decimals', async () => {
    const store = await bench.open();
    await store.recordMessages(
      toImeis(10_000).map((_, device) => toUsage('a', device, { bytesTransferred: device + 1 })),
    );
    expect(await store.bytesPercentiles('a', [0.07])).toEqual([7]);
    const all = Array.from({ length: 10_001 }, (_, hundredths) => hundredths / 100);
    for (let from = 0; from < all.length; from += 1_000) {
      const asked = all.slice(from, from + 1_000);
      expect(await store.bytesPercentiles('a', asked)).toEqual(asked.map((_, at) => Math.max(1, from + at)));
    }
  });

  it('has the percentiles of one moment, while devices without bytes get some', async () => {
    const store = await bench.open();
    const known = toUsage('a', 0, { bytesTransferred: 10 });
    const unknown = toImeis(60).map((_, at) => toUsage('a', at + 1, { bytesTransferred: null }));
    await store.recordMessages([known, ...unknown]);
    for (const message of unknown) {
      const [largest] = await Promise.all([
        store.bytesPercentiles('a', [100]),
        store.recordMessages([{ ...message, bytesTransferred: 1 }]),
      ]);
      expect(largest).toEqual([10]);
    }
    expect(await store.bytesPercentiles('a', [50])).toEqual([1]);
  });

  it('has exact sums up to 2^53-1, and null for a sum that exceeds that', async () => {
    const store = await bench.open();
    await store.recordMessages([
      toUsage('a', 0, { bytesTransferred: LARGEST - 3 }),
      toUsage('a', 1, { bytesTransferred: 3 }),
    ]);
    expect(await store.totals('a')).toMatchObject({ bytesTransferred: LARGEST });
    expect(await store.bytesPercentiles('a', [50, 100])).toEqual([3, LARGEST - 3]);
    await store.recordMessages([toUsage('a', 2, { bytesTransferred: 1 })]);
    expect(await store.totals('a')).toMatchObject({ devices: 3, numberOfSessions: 3, bytesTransferred: null });
    await store.recordMessages(toImeis(3_000).map((_, device) => toUsage('b', device, { bytesTransferred: LARGEST })));
    expect(await store.totals('b')).toMatchObject({ devices: 3_000, bytesTransferred: null });
  });

  it('is listed newest first, and never twice while newer ones arrive', async () => {
    const store = await bench.open();
    for (let number = 0; number < 12; number += 1) {
      const acceptedAtMs = NOON + Math.floor(number / 3);
      await store.add(toRequest(`tx ${String(number).padStart(2, '0')}`, 1, { acceptedAtMs }));
    }
    await store.add(toRequest('other', 1, { accountNumber: OTHER_ACCOUNT }));
    let newer = 0;
    const listed = await readAll(
      (page) => store.list({ accountNumber: ACCOUNT, owner: '', status: null }, page),
      2,
      () => store.add(toRequest(`newer ${(newer += 1)}`, 1, { acceptedAtMs: NOON + 100 })),
    );
    const numbers = [9, 10, 11, 6, 7, 8, 3, 4, 5, 0, 1, 2];
    expect(listed.map(({ txid }) => txid)).toEqual(numbers.map((number) => `tx ${String(number).padStart(2, '0')}`));
    expect(await store.count({ accountNumber: ACCOUNT, owner: '', status: 'QUEUED' })).toBe(12 + newer);
    expect(await store.count({ accountNumber: OTHER_ACCOUNT, owner: '', status: null })).toBe(1);
  });

  it('rejects cursors that no page of the list returned', async () => {
    const store = await bench.open();
    await store.add(toRequest('a', 2));
    await store.recordMessages([toUsage('a', 0)]);
    const [row] = (await store.usage('a', 'BYTES_DESC', EVERYTHING)).rows;
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const cursors = [
      row?.cursor ?? '',
      '',
      'nonsense',
      encode(['errors']),
      encode(['errors', '1']),
      encode({}),
      'x'.repeat(9_999),
    ];
    for (const after of cursors) {
      await expect(store.errors('a', { first: 1, after })).rejects.toMatchObject({ code: 'BAD_CURSOR' });
      await expect(store.usage('a', 'BYTES_ASC', { first: 1, after })).rejects.toMatchObject({ code: 'BAD_CURSOR' });
      const list = store.list({ accountNumber: ACCOUNT, owner: '', status: null }, { first: 1, after });
      await expect(list).rejects.toMatchObject({ name: 'StoreError', code: 'BAD_CURSOR' });
    }
    const zero = encode(['missing', '\0']);
    await expect(store.missing('a', { first: 1, after: zero })).rejects.toMatchObject({ code: 'BAD_CURSOR' });
  });
});
