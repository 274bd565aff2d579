import { expect, it } from 'vitest';
import { createMessageWriter } from '../../src/async-reports/message-writer.ts';
import type { ReceivedMessage } from '../../src/async-reports/async-report.ts';
import type { RecordOutcome } from '../../src/async-reports/store/store.ts';
import { StoreError } from '../../src/async-reports/store/store-error.ts';
import { fc } from '../support/fast-check.ts';
import { readAll, toImei, toImeis, toRequest, toUsage } from '../support/store/messages.ts';
import { describeStores } from '../support/store/stores.ts';

const OPTIONS = { maxMessagesPerCommit: 100, maxMessagesWaiting: 1_000 };

interface Commit {
  readonly messages: readonly ReceivedMessage[];
  readonly room: string | undefined;
  /** Ends the commit, with an error or with the transactions that it refused. */
  readonly end: (error?: Error, refused?: readonly string[]) => void;
}

/** A store whose commits end when the test says so. */
function createSlowStore() {
  const commits: Commit[] = [];
  let arrived: () => void = () => undefined;
  return {
    commits,
    recordMessages: (messages: readonly ReceivedMessage[], room?: string) =>
      new Promise<RecordOutcome>((resolve, reject) => {
        const end = (error?: Error, refused: readonly string[] = []): void => {
          if (error === undefined)
            resolve({ fresh: messages.length, repeated: 0, unknown: 0, refused: new Set(refused) });
          else reject(error);
        };
        commits.push({ messages, room, end });
        arrived();
      }),
    /** Resolves with the commit of this number (from 0) once it has begun. */
    async commit(number: number): Promise<Commit> {
      for (;;) {
        const commit = commits[number];
        if (commit !== undefined) return commit;
        await new Promise<void>((resolve) => (arrived = resolve));
      }
    },
  };
}

const devicesOf = ({ messages }: Commit): (string | null)[] => messages.map(({ imei }) => imei);

it('the writer commits messages of one tick together, and those that arrive during a commit with the next one', async () => {
  const store = createSlowStore();
  const writer = createMessageWriter(store, OPTIONS);
  const settled: number[] = [];
  const write = (device: number): Promise<unknown> =>
    writer.write([toUsage('a', device)]).then(() => settled.push(device));
  const first = [write(0), write(1)];
  const one = await store.commit(0);
  expect(devicesOf(one)).toEqual([toImei(0), toImei(1)]);
  const second = [write(2), write(3), write(4)];
  await new Promise((resolve) => setImmediate(resolve));
  expect(settled).toEqual([]);
  expect(store.commits).toHaveLength(1);
  one.end();
  await Promise.all(first);
  expect(settled).toEqual([0, 1]);
  const two = await store.commit(1);
  expect(devicesOf(two)).toEqual([toImei(2), toImei(3), toImei(4)]);
  two.end();
  await Promise.all(second);
  expect(settled).toEqual([0, 1, 2, 3, 4]);
});

it('the writer rejects the writes whose commit failed, and no others', async () => {
  const store = createSlowStore();
  const writer = createMessageWriter(store, OPTIONS);
  const failing = [writer.write([toUsage('a', 0)]), writer.write([toUsage('a', 1)])];
  const one = await store.commit(0);
  const succeeding = writer.write([toUsage('a', 2)]);
  one.end(new StoreError('FULL'));
  const outcomes = await Promise.allSettled(failing);
  expect(outcomes).toMatchObject(failing.map(() => ({ status: 'rejected', reason: { code: 'FULL' } })));
  (await store.commit(1)).end();
  await succeeding;
});

it('the writer spreads many writes over several commits, but never splits one write', async () => {
  const store = createSlowStore();
  const writer = createMessageWriter(store, { ...OPTIONS, maxMessagesPerCommit: 4 });
  const large = toImeis(9).map((_, device) => toUsage('large', device));
  const writes = [
    writer.write([toUsage('a', 0), toUsage('a', 1)]),
    writer.write([toUsage('a', 2), toUsage('a', 3)]),
    writer.write(large),
    writer.write([toUsage('a', 4)]),
  ];
  const sizes: number[] = [];
  for (let number = 0; number < 3; number += 1) {
    const commit = await store.commit(number);
    sizes.push(commit.messages.length);
    commit.end();
  }
  await Promise.all(writes);
  expect(sizes).toEqual([4, 9, 1]);
});

it('the writer rejects a write at once if too many messages wait, and accepts writes again when there is room', async () => {
  const store = createSlowStore();
  const writer = createMessageWriter(store, { ...OPTIONS, maxMessagesWaiting: 3 });
  const under = writer.write([toUsage('a', 0)]);
  const one = await store.commit(0);
  const waiting = [writer.write([toUsage('a', 1), toUsage('a', 2)]), writer.write([toUsage('a', 3)])];
  await expect(writer.write([toUsage('a', 4)])).rejects.toMatchObject({ name: 'StoreError', code: 'OVERLOADED' });
  one.end();
  const two = await store.commit(1);
  const large = writer.write(toImeis(50).map((_, device) => toUsage('large', device)));
  two.end();
  (await store.commit(2)).end();
  await Promise.all([under, ...waiting, large]);
  expect(store.commits.map(({ messages }) => messages.length)).toEqual([1, 3, 50]);
});

it('the writer rejects only writes that were refused whole, and stores the rest of one that was stored in part', async () => {
  const store = createSlowStore();
  const writer = createMessageWriter(store, OPTIONS);
  const [known, unknown, mixed] = [
    writer.write([toUsage('known', 0)]),
    writer.write([toUsage('unknown', 1)]),
    writer.write([toUsage('known', 2), toUsage('unknown', 3)]),
  ];
  (await store.commit(0)).end(undefined, ['unknown']);
  await known;
  await expect(unknown).rejects.toMatchObject({ name: 'StoreError', code: 'UNKNOWN_FULL' });
  const rest = await store.commit(1);
  expect(rest).toMatchObject({ messages: [{ txid: 'unknown', imei: toImei(3) }], room: 'unlimited' });
  rest.end();
  await mixed;
});

describeStores('the writer', (bench) => {
  it('stores everything that it acknowledges, in fewer commits than writes', async () => {
    const store = await bench.open();
    let runs = 0;
    const rule = fc.asyncProperty(
      fc.array(fc.array(fc.nat(60), { maxLength: 5 }), { maxLength: 40 }),
      async (writes) => {
        const txid = `written ${(runs += 1)}`;
        await store.add(toRequest(txid, 61));
        const writer = createMessageWriter(store, { maxMessagesPerCommit: 50, maxMessagesWaiting: 1_000 });
        await Promise.all(writes.map((devices) => writer.write(devices.map((device) => toUsage(txid, device)))));
        const usage = await readAll((page) => store.usage(txid, 'IMEI', page), 100);
        const devices = [...new Set(writes.flat())].sort((a, b) => a - b);
        expect(usage.map(({ imei }) => imei)).toEqual(devices.map(toImei));
        const revision = (await store.find(txid, null))?.revision ?? 0;
        expect(revision).toBeLessThanOrEqual(1 + Math.ceil(writes.flat().length / 45));
      },
    );
    await fc.assert(rule, { numRuns: 20 });
  });
});
