import { afterAll, describe, expect, test } from 'vitest';
import { createReportCache } from '../../src/reports/batching/report-cache.ts';
import { toAborts } from '../../src/domain/wait-for.ts';
import { createOperation, NO_LIMITS } from '../../src/reports/operation.ts';
import { PATHS } from '../support/world/admin.ts';
import { fc } from '../support/fast-check.ts';
import { AggregatedReportDocument } from '../support/graphql/graphql.ts';
import { startWorld, type World } from '../support/world/world.ts';

const SETTLED = { startDate: '2026-11-01', endDate: '2026-11-10' };

interface Entry {
  readonly key: string;
  readonly approximateBytes: number;
  readonly isFinal: boolean;
  readonly sequence: number;
  readonly isOutdated: boolean;
}

test('the cache holds no more bytes than its maximum, and under each key the value whose call was sent last, or none', () => {
  const anyEntry = fc.record({
    key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'),
    approximateBytes: fc.integer({ min: 1, max: 400 }),
    isFinal: fc.boolean(),
    isOutdated: fc.boolean(),
  });
  // The calls end in any order.
  const ended = fc
    .uniqueArray(fc.integer({ min: 1, max: 1_000 }), { maxLength: 60 })
    .chain((sequences) =>
      fc
        .array(anyEntry, { minLength: sequences.length, maxLength: sequences.length })
        .map((entries) => entries.map((entry, at) => ({ ...entry, sequence: sequences[at] ?? 0 }))),
    );
  fc.assert(
    fc.property(ended, fc.integer({ min: 1, max: 1_000 }), (all, maxBytes) => {
      const cache = createReportCache<Entry>({
        maxBytes,
        unsettledMs: 10,
        clock: { now: () => 5, monotonic: () => 5 },
        toFetchedAtMs: ({ isFinal }) => (isFinal ? 0 : 1),
        toSequence: ({ sequence }) => sequence,
        toBytes: ({ approximateBytes }) => approximateBytes,
        recheckAfterMs: null,
        staysSettled: false,
      });
      const user = createOperation(
        toAborts(() => new AbortController().signal),
        true,
        NO_LIMITS,
      );
      const find = (key: string) => cache.get(key, user);
      for (const each of all) {
        if (each.isOutdated) cache.outdate(each.key, each.sequence);
        else cache.set(each.key, each, each.isFinal);
      }
      const held = new Set(all.map(({ key }) => find(key)).filter((cached) => cached !== undefined));
      expect(sum([...held].map(({ key, approximateBytes }) => key.length + approximateBytes))).toBeLessThanOrEqual(
        maxBytes,
      );
      const newest = [...all].sort((one, other) => other.sequence - one.sequence);
      for (const cached of held) {
        expect(cached).toBe(newest.find(({ key }) => key === cached.key));
        expect(cached.isOutdated).toBe(false);
      }
      const [last] = newest;
      const isLastToEnd = last !== undefined && last === all.at(-1) && !last.isOutdated;
      if (isLastToEnd && last.key.length + last.approximateBytes <= maxBytes) expect(find(last.key)).toBe(last);
    }),
  );
});

describe('a cache of a few bytes', () => {
  const worlds: World[] = [];
  afterAll(() => Promise.all(worlds.map((world) => world.close())));

  const open = async (options: Parameters<typeof startWorld>[0]): Promise<World> => {
    const world = await startWorld(options);
    worlds.push(world);
    return world;
  };
  const ask = async (world: World, imei: string[]) => {
    const { extensions, errors } = await world.query(AggregatedReportDocument, { input: { imei, ...SETTLED } });
    expect(errors).toEqual([]);
    return extensions['upstream'];
  };

  test('evicts the least recently requested devices', async () => {
    // A quarter of it is for the usage of devices, about ten of them.
    const world = await open({ config: { cacheMaxBytes: 4 * 5_500, batchWindowMs: 0 } });
    const meters = world.devices('meter', 100);
    await ask(world, meters);
    expect(await ask(world, meters.slice(-5))).toMatchObject({ calls: 0, cached: 5 });
    expect(await ask(world, meters.slice(0, 5))).toMatchObject({ calls: 1, cached: 0 });
    expect(await ask(world, meters.slice(-5))).toMatchObject({ calls: 0, cached: 5 });
  });

  test('shares nothing with the cache of another application', async () => {
    const config = { cacheMaxBytes: 2 ** 20, batchWindowMs: 0 };
    const world = await open({ config });
    const meters = world.devices('meter', 10);
    await ask(world, meters);
    const other = await open({ config, simulatorOf: world });
    await world.admin.forgetCalls();
    expect(await ask(other, meters)).toMatchObject({ calls: 1, cached: 0 });
    expect(await world.admin.calls(PATHS.aggregate)).toHaveLength(1);
    expect(await ask(world, meters)).toMatchObject({ calls: 0, cached: 10 });
  });

  test('stores nothing if its maximum is 0', async () => {
    const world = await open({ config: { cacheMaxBytes: 0, batchWindowMs: 0 } });
    const meters = world.devices('meter', 10);
    for (let times = 0; times < 2; times += 1) {
      expect(await ask(world, meters)).toMatchObject({ calls: 1, cached: 0 });
    }
  });
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
