import { expect, test } from 'vitest';
import { createReadQueue, type ReadQueueOptions } from '../../src/async-reports/reads/read-queue.ts';
import { createDeferred, type Deferred } from '../../src/domain/deferred.ts';
import { createManualSignal, GONE } from '../support/fakes/manual-signal.ts';
import { fc } from '../support/fast-check.ts';

interface Running {
  readonly principal: string;
  readonly done: Deferred<string>;
}

const LIMITS: ReadQueueOptions = { concurrentReads: 2, concurrentReadsPerPrincipal: 2, maxWaitingPerPrincipal: 1_000 };

/** A queue whose reads the test ends. */
function createRig(options: Partial<ReadQueueOptions> = {}) {
  const queue = createReadQueue({ ...LIMITS, ...options });
  const running: Running[] = [];
  /** The principals of the reads that have begun, in order. */
  const begun: string[] = [];
  const flush = () => new Promise((resolve) => setImmediate(resolve));
  return {
    running,
    begun,
    flush,
    ask(principal: string, signal: AbortSignal = new AbortController().signal): Promise<string> {
      const answer = queue.run(principal, signal, () => {
        const done = createDeferred<string>();
        running.push({ principal, done });
        begun.push(principal);
        return done.promise;
      });
      answer.catch(() => null);
      return answer;
    },
    async finish(at = 0): Promise<void> {
      running.splice(at, 1)[0]?.done.resolve('read');
      await flush();
    },
  };
}

test('a read of another principal is the next to begin, although 500 reads of the first one wait', async () => {
  const rig = createRig();
  for (let at = 0; at < 500; at += 1) void rig.ask('first');
  const other = rig.ask('other');
  expect(rig.begun).toEqual(['first', 'first']);
  await rig.finish();
  expect(rig.begun).toEqual(['first', 'first', 'other']);
  await rig.finish(1);
  expect(await other).toBe('read');
});

test('a principal whose reads are slow leaves places to others', async () => {
  const rig = createRig({ concurrentReads: 4, concurrentReadsPerPrincipal: 2 });
  for (let at = 0; at < 10; at += 1) void rig.ask('slow');
  expect(rig.begun).toEqual(['slow', 'slow']);
  const other = rig.ask('other');
  await rig.finish(2);
  expect(await other).toBe('read');
  expect(rig.begun).toEqual(['slow', 'slow', 'other']);
});

test('an aborted read that waits is rejected at once and never begins, and one that runs keeps its place until it ends', async () => {
  const rig = createRig({ concurrentReads: 1, concurrentReadsPerPrincipal: 1 });
  const { signal, abort, listeners } = createManualSignal();
  const aborted = [rig.ask('a', signal()), rig.ask('a', signal()), rig.ask('b', signal())];
  const other = rig.ask('c');
  expect(listeners()).toBe(3);
  abort();
  for (const each of aborted) await expect(each).rejects.toBe(GONE);
  await expect(rig.ask('a', signal())).rejects.toBe(GONE);
  expect(rig.begun).toEqual(['a']);
  await rig.finish();
  expect(rig.begun).toEqual(['a', 'c']);
  await rig.finish();
  expect(await other).toBe('read');
});

test('no more reads of a principal wait than the maximum, and those of others still do', async () => {
  const rig = createRig({ maxWaitingPerPrincipal: 3 });
  const asked = Array.from({ length: 6 }, () => rig.ask('a'));
  await expect(asked[5]).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', details: { limit: 3 } });
  const other = rig.ask('b');
  for (let at = 0; at < 6; at += 1) await rig.finish();
  expect(await Promise.all([...asked.slice(0, 5), other])).toHaveLength(6);
});

test('a read that fails or throws gives its place to the next', async () => {
  const queue = createReadQueue({ ...LIMITS, concurrentReads: 1, concurrentReadsPerPrincipal: 1 });
  const { signal } = new AbortController();
  const fails = queue.run('a', signal, () => Promise.reject(new Error('no')));
  const throws = queue.run('a', signal, () => {
    throw new Error('never');
  });
  const works = queue.run('a', signal, () => Promise.resolve('read'));
  await expect(fails).rejects.toThrow('no');
  await expect(throws).rejects.toThrow('never');
  expect(await works).toBe('read');
});

const step = fc.oneof(
  fc.record({ kind: fc.constant('ask' as const), principal: fc.constantFrom('a', 'b', 'c', 'd') }),
  fc.record({ kind: fc.constant('finish' as const), at: fc.nat(5) }),
  fc.record({ kind: fc.constant('abort' as const), at: fc.nat(20) }),
);

test('whoever asks, ends and aborts, places are full while reads can run, and nobody has two turns before another that waits', async () => {
  const limits = fc.record({
    concurrentReads: fc.integer({ min: 1, max: 4 }),
    perPrincipal: fc.integer({ min: 1, max: 4 }),
  });
  const rule = fc.asyncProperty(
    limits,
    fc.array(step, { maxLength: 60 }),
    async ({ concurrentReads, perPrincipal }, steps) => {
      const rig = createRig({ concurrentReads, concurrentReadsPerPrincipal: perPrincipal });
      /** The oracle: who waits, and the signals to abort them with. */
      const waiting: { principal: string; abort: () => void }[] = [];
      /** The principals that have had a turn since another one began to wait, by the one that waits. */
      const turnsSince = new Map<string, string[]>();
      const runningOf = (principal: string) => rig.running.filter((each) => each.principal === principal).length;
      const settle = (): void => {
        for (const principal of rig.begun.splice(0)) {
          const at = waiting.findIndex((each) => each.principal === principal);
          expect(at).toBeGreaterThanOrEqual(0);
          waiting.splice(at, 1);
          for (const [waiter, turns] of turnsSince) if (waiter !== principal) turns.push(principal);
          turnsSince.delete(principal);
        }
        const isReady = ({ principal }: { principal: string }) => runningOf(principal) < perPrincipal;
        const ready = new Set(waiting.filter(isReady).map(({ principal }) => principal));
        expect(rig.running.length).toBeLessThanOrEqual(concurrentReads);
        for (const { principal } of rig.running) expect(runningOf(principal)).toBeLessThanOrEqual(perPrincipal);
        if (ready.size > 0) expect(rig.running).toHaveLength(concurrentReads);
        for (const principal of ready) if (!turnsSince.has(principal)) turnsSince.set(principal, []);
        for (const [waiter, turns] of turnsSince) {
          if (!ready.has(waiter)) turnsSince.delete(waiter);
          else expect(new Set(turns).size).toBe(turns.length);
        }
      };
      for (const each of steps) {
        if (each.kind === 'ask') {
          const controller = new AbortController();
          waiting.push({ principal: each.principal, abort: () => controller.abort(GONE) });
          void rig.ask(each.principal, controller.signal);
        } else if (each.kind === 'finish') await rig.finish(each.at);
        else {
          // The newest of a principal: the oracle takes the oldest for the one that begins next.
          const chosen = waiting[each.at];
          const last = waiting.findLastIndex(({ principal }) => principal === chosen?.principal);
          if (last >= 0) waiting.splice(last, 1)[0]?.abort();
        }
        settle();
      }
      while (rig.running.length > 0) {
        await rig.finish();
        settle();
      }
      expect(waiting).toEqual([]);
    },
  );
  await fc.assert(rule);
});
