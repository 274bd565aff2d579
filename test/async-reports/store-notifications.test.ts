import { describe, expect, it, vi } from 'vitest';
import { toRequest, toUsage } from '../support/store/messages.ts';
import { describeStores, useStoreBench } from '../support/store/stores.ts';

/** How long a notification may take on a busy machine. Less than the heartbeat, after which PostgreSQL may notify all watchers. */
const SOON = { timeout: 10_000, interval: 5 };

describeStores('the store', (bench) => {
  it('notifies every watcher of a report, on the store that committed and on another', async () => {
    const [one, other] = [await bench.open(), await bench.open()];
    await one.add(toRequest('a', 3));
    const [near, far] = [vi.fn(), vi.fn()];
    one.subscribe('a', near);
    one.subscribe('a', near);
    other.subscribe('a', far);
    await vi.waitFor(async () => {
      // On PostgreSQL a new watcher is also notified when LISTEN begins. Only later notifications count here.
      await one.recordMessages([toUsage('a', 0)]);
      expect((await other.find('a', null))?.revision).toBe(2);
    }, SOON);
    for (const [device, store] of [one, other].entries()) {
      near.mockClear();
      far.mockClear();
      await store.recordMessages([toUsage('a', device + 1)]);
      await vi.waitFor(() => {
        expect(near.mock.calls.length).toBeGreaterThanOrEqual(2);
        expect(far.mock.calls.length).toBeGreaterThanOrEqual(1);
      }, SOON);
    }
    expect(await other.find('a', null)).toMatchObject({ status: 'COMPLETED', revision: 4 });
  });

  it('notifies a watcher of a report that is added after its messages', async () => {
    const [one, other] = [await bench.open(), await bench.open()];
    const reported = vi.fn();
    other.subscribe('a', reported);
    await one.recordMessages([toUsage('a', 0)]);
    await vi.waitFor(() => expect(reported).toHaveBeenCalled(), SOON);
    reported.mockClear();
    await one.add(toRequest('a', 1));
    await vi.waitFor(() => expect(reported).toHaveBeenCalled(), SOON);
  });

  it('notifies a watcher on the same store of its own report only, and not after it has left', async () => {
    const store = await bench.open();
    const [reported, left, sentinel] = [vi.fn(), vi.fn(), vi.fn()];
    store.subscribe('a', reported);
    const abort = store.subscribe('b', left);
    store.subscribe('c', sentinel);
    const until = async (txid: string, device: number): Promise<void> => {
      sentinel.mockClear();
      await store.recordMessages([toUsage(txid, device), toUsage('c', device)]);
      await vi.waitFor(() => expect(sentinel).toHaveBeenCalled(), SOON);
    };
    await until('b', 0);
    expect(left).toHaveBeenCalled();
    abort();
    abort();
    reported.mockClear();
    left.mockClear();
    await until('b', 1);
    expect(left).not.toHaveBeenCalled();
    expect(reported).not.toHaveBeenCalled();
  });

  it('does not notify of a repeated message, nor of a failed commit', async () => {
    const store = await bench.open();
    await store.add(toRequest('a', 2));
    await store.recordMessages([toUsage('a', 0)]);
    const [reported, sentinel] = [vi.fn(), vi.fn()];
    store.subscribe('sentinel', sentinel);
    await vi.waitFor(async () => {
      await store.recordMessages([toUsage('sentinel', Math.floor(performance.now() * 100))]);
      expect(sentinel).toHaveBeenCalled();
    }, SOON);
    store.subscribe('a', reported);
    const failing = [toUsage('a', 1), toUsage('a name that cannot be kept \0', 0)];
    await expect(store.recordMessages(failing)).rejects.toMatchObject({ name: 'StoreError', code: 'FAILED' });
    await store.recordMessages([toUsage('a', 0)]);
    sentinel.mockClear();
    await store.recordMessages([toUsage('sentinel', 0)]);
    await vi.waitFor(() => expect(sentinel).toHaveBeenCalled(), SOON);
    expect(reported).not.toHaveBeenCalled();
    expect(await store.find('a', null)).toMatchObject({ receivedDevices: 1, revision: 2 });
  });
});

describe('the store on PostgreSQL', () => {
  const bench = useStoreBench('PostgreSQL');

  it('notifies every watcher after it lost its connection, and of every later commit', async () => {
    const [store, other] = [await bench.open(), await bench.open()];
    await store.add(toRequest('a', 3));
    const reported = vi.fn();
    store.subscribe('a', reported);
    await vi.waitFor(async () => {
      await store.recordMessages([toUsage('a', Math.floor(performance.now() * 100))]);
      expect(reported).toHaveBeenCalled();
    }, SOON);
    await bench.dropConnections();
    reported.mockClear();
    await vi.waitFor(() => expect(reported).toHaveBeenCalled(), SOON);
    expect(bench.failures.map(({ code }) => code)).toContain('UNAVAILABLE');
    reported.mockClear();
    await other.recordMessages([toUsage('a', 0)]);
    await vi.waitFor(() => expect(reported).toHaveBeenCalled(), SOON);
    expect(await store.find('a', null)).toMatchObject({ status: 'RECEIVING' });
  });
});
