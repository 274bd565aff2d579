import { expect, it } from 'vitest';
import { fc } from '../support/fast-check.ts';
import { readAll, toError, toImeis, toRequest, toUsage } from '../support/store/messages.ts';
import { DAY, describeStores } from '../support/store/stores.ts';

/** Room for a few transactions with one message each. */
const SMALL = { unknownMaxBytes: 3_000 };
const NOTHING = { first: 10, after: null };

describeStores('messages of unknown transactions', (bench) => {
  it('are refused beyond the bound, while what is stored stays and known transactions are not affected', async () => {
    const store = await bench.open(SMALL);
    await store.add(toRequest('known', 20));
    const refused: string[] = [];
    for (let number = 0; number < 20; number += 1) {
      const txid = `unknown ${number}`;
      const outcome = await store.recordMessages([toUsage('known', number), toUsage(txid, 0)]);
      refused.push(...outcome.refused);
      expect(outcome).toMatchObject(
        outcome.refused.has(txid) ? { fresh: 1, repeated: 0, unknown: 0 } : { fresh: 2, repeated: 0, unknown: 1 },
      );
    }
    const accepted = 20 - refused.length;
    expect(accepted).toBe(4);
    expect(await store.deadLetterCounts()).toMatchObject({
      unknownMessages: accepted,
      storedUnknownTransactions: accepted,
    });
    expect(await store.find('known', null)).toMatchObject({ status: 'COMPLETED', receivedDevices: 20 });
    expect(await store.add(toRequest('unknown 0', 1))).toMatchObject({ status: 'COMPLETED' });
    expect(await store.add(toRequest('unknown 19', 1))).toMatchObject({ status: 'QUEUED', receivedDevices: 0 });
  });

  it('make room when their report is accepted, and when they expire', async () => {
    const store = await bench.open(SMALL);
    const fill = async (name: string): Promise<number> => {
      const messages = Array.from({ length: 10 }, (_, number) => toUsage(`${name} ${number}`, 0));
      return 10 - (await store.recordMessages(messages)).refused.size;
    };
    expect(await fill('a')).toBe(4);
    expect(await fill('b')).toBe(0);
    await store.add(toRequest('a 0', 1));
    await store.add(toRequest('a 3', 1));
    expect(await fill('c')).toBe(2);
    bench.nowMs += 31 * DAY;
    await store.removeExpired();
    expect(await store.deadLetterCounts()).toMatchObject({ storedUnknownBytes: 0, storedUnknownTransactions: 0 });
    expect(await fill('d')).toBe(4);
  });

  it('take no more than the bound, whatever their number and size, and all that was accepted is there', async () => {
    const unknownMaxBytes = 20_000;
    const store = await bench.open({ unknownMaxBytes });
    const message = fc.record({
      txid: fc.nat(40),
      device: fc.nat(30),
      text: fc.option(fc.string({ maxLength: 300, unit: 'grapheme' })),
    });
    const accepted = new Map<string, Set<string | null>>();
    const rule = fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 20 }), async (batch) => {
      const messages = batch.map(({ txid, device, text }) =>
        text === null
          ? toUsage(`t${txid}`, device)
          : toError(`t${txid}`, device, { errorMessage: text, errorResponse: null }),
      );
      const { refused } = await store.recordMessages(messages);
      for (const { txid, imei } of messages) {
        if (!refused.has(txid)) accepted.set(txid, (accepted.get(txid) ?? new Set()).add(imei));
      }
      const { storedUnknownBytes, storedUnknownTransactions } = await store.deadLetterCounts();
      expect(storedUnknownBytes).toBeLessThanOrEqual(unknownMaxBytes);
      expect(storedUnknownTransactions).toBe(accepted.size);
    });
    await fc.assert(rule, { numRuns: 60 });
    for (const [txid, imeis] of accepted) {
      await store.add(toRequest(txid, null));
      const usage = await readAll((page) => store.usage(txid, null, page), 100);
      const errors = await readAll((page) => store.errors(txid, page), 100);
      expect(new Set([...usage, ...errors].map(({ imei }) => imei))).toEqual(imeis);
    }
  });

  it('stay within the bound if they arrive at two stores at once', async () => {
    const [one, other] = [await bench.open(SMALL), await bench.open(SMALL)];
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, number) =>
        (number % 2 === 0 ? one : other).recordMessages([toUsage(`t${number}`, 0)]),
      ),
    );
    expect(outcomes.filter(({ refused }) => refused.size === 0)).toHaveLength(4);
    expect(await one.deadLetterCounts()).toMatchObject({ storedUnknownTransactions: 4, unknownMessages: 4 });
  });

  it('are stored beyond the bound on demand, and count only once however often they come', async () => {
    const store = await bench.open(SMALL);
    const many = toImeis(50).map((_, device) => toUsage('large', device));
    expect((await store.recordMessages(many)).refused).toEqual(new Set(['large']));
    expect(await store.recordMessages(many, 'unlimited')).toMatchObject({ fresh: 50, refused: new Set() });
    const { storedUnknownBytes } = await store.deadLetterCounts();
    for (let times = 0; times < 3; times += 1) await store.recordMessages(many, 'unlimited');
    expect(await store.deadLetterCounts()).toMatchObject({ storedUnknownBytes, unknownMessages: 50 });
    await store.add(toRequest('large', 50));
    expect((await store.usage('large', null, NOTHING)).rows).toHaveLength(10);
    expect(await store.find('large', null)).toMatchObject({ status: 'COMPLETED' });
  });
});
