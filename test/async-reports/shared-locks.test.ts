import { describe, expect, it } from 'vitest';
import { startRetention } from '../../src/async-reports/store/retention.ts';
import { eventually } from '../support/eventually.ts';
import { toRequest } from '../support/store/messages.ts';
import { DAY, NOON, useStoreBench } from '../support/store/stores.ts';

describe('the locks of servers on one PostgreSQL', () => {
  const bench = useStoreBench('PostgreSQL');

  it('have one holder at a time, of all servers and within each', async () => {
    const [one, other] = [(await bench.open()).locks, (await bench.open()).locks];
    const release = await one?.tryAcquire('a');
    expect(release).toBeTypeOf('function');
    expect([await other?.tryAcquire('a'), await one?.tryAcquire('a')]).toEqual([null, null]);
    expect(await other?.tryAcquire('b')).toBeTypeOf('function');
    await release?.();
    await release?.();
    await eventually(() => other?.tryAcquire('a')).toBeTypeOf('function');
  });

  it('are free when their holder has lost its connection, or has ended', async () => {
    const [one, other] = [await bench.open(), await bench.open()];
    expect(await one.locks?.tryAcquire('a')).toBeTypeOf('function');
    await bench.dropConnections();
    await eventually(() => other.locks?.tryAcquire('a').catch(() => null)).toBeTypeOf('function');
    await other.close();
    await eventually(() => one.locks?.tryAcquire('a')).toBeTypeOf('function');
    await expect(other.locks?.tryAcquire('a')).rejects.toMatchObject({ name: 'StoreError' });
  });

  it('let one server at a time remove expired data', async () => {
    const [one, other] = [await bench.open(), await bench.open()];
    await one.add(toRequest('old', 2));
    bench.nowMs = NOON + 31 * DAY;
    const release = await one.locks?.tryAcquire('retention');
    const hours: (() => void)[] = [];
    const removed: number[] = [];
    const retention = startRetention({
      store: other,
      after: (_, work) => {
        hours.push(work);
        return () => undefined;
      },
      onRemoved: ({ requests }) => removed.push(requests),
      onFailure: (error) => expect.fail(String(error)),
    });
    await eventually(() => hours.length).toBe(1);
    expect(removed).toEqual([]);
    await release?.();
    await eventually(() => {
      hours.pop()?.();
      return removed;
    }).toContain(1);
    await retention.close();
  });

  it('are not there on SQLite, which belongs to one server', async () => {
    const store = await bench.open({ databaseUrl: null });
    expect(store.locks).toBeNull();
  });
});
