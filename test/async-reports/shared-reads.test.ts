import path from 'node:path';
import SqliteFile from 'libsql';
import { afterEach, describe, expect, test } from 'vitest';
import { createReadQueue, type ReadQueue } from '../../src/async-reports/reads/read-queue.ts';
import type { ReportReads } from '../../src/async-reports/reads/report-reads.ts';
import { createSharedReads } from '../../src/async-reports/reads/shared-reads.ts';
import { SQLITE_FILE_NAME } from '../../src/async-reports/store/sqlite-file.ts';
import { createDeferred, type Deferred } from '../../src/domain/deferred.ts';
import { fc } from '../support/fast-check.ts';
import { subscribe } from '../support/event-stream.ts';
import { imeisOf, startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';

const REPORT = { txid: 'a', receivedDevices: 10_000, errorRows: 0, unexpectedDevices: 0, missingDevices: 0 };
const flush = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

type Page = Awaited<ReturnType<ReportReads['usage']>>;

/** A source whose pages of usage are answered by the test. */
function createRig(queue: Partial<Parameters<typeof createReadQueue>[0]> = {}) {
  const begun: { readonly after: string | null; readonly page: Deferred<Page> }[] = [];
  const source = {
    usage(_report: unknown, _order: unknown, { after }: { readonly after: string | null }) {
      const page = createDeferred<Page>();
      begun.push({ after, page });
      return page.promise;
    },
  } as unknown as ReportReads;
  const readQueue: ReadQueue = createReadQueue({
    concurrentReads: 2,
    concurrentReadsPerPrincipal: 1,
    maxWaitingPerPrincipal: 1_000,
    ...queue,
  });
  const openState = createSharedReads(source, readQueue);
  const ask = (state: ReturnType<typeof openState>, principal: string, after: string | null, signal?: AbortSignal) =>
    state({ principal, signal: () => signal ?? new AbortController().signal, trace: null }).usage(REPORT, null, {
      first: 1,
      after,
    });
  const toPage = (name: string, rows = 1): Page => ({
    rows: Array.from({ length: rows }, () => ({ cursor: name, node: {} as Page['rows'][number]['node'] })),
    hasNextPage: false,
  });
  const answerAll = async (rows = 1): Promise<void> => {
    for (const { after, page } of begun) page.resolve(toPage(String(after), rows));
    await flush();
  };
  return { begun, readQueue, openState, ask, toPage, answerAll };
}

describe('the reads that the watchers of a state share', () => {
  test('are made once for all, in the first turn that comes to any of them', async () => {
    const { begun, readQueue, openState, ask, answerAll } = createRig();
    const state = openState();
    // All turns of anne are taken, for as long as the test wants.
    const busy = createDeferred<undefined>();
    void readQueue.run('anne', new AbortController().signal, () => busy.promise);
    const ofAnne = ask(state, 'anne', 'x');
    await flush();
    expect(begun).toHaveLength(0);
    const ofBert = ask(state, 'bert', 'x');
    await flush();
    expect(begun).toHaveLength(1);
    await answerAll();
    expect(await ofAnne).toEqual(await ofBert);
    expect(await ask(state, 'carl', 'x')).toEqual(await ofBert);
    busy.resolve(undefined);
    await flush();
    expect(begun).toHaveLength(1);
    // Another state has other rows.
    void ask(openState(), 'anne', 'x');
    await flush();
    expect(begun).toHaveLength(2);
  });

  test('fail for the one whose queue is full or whose client left, and for no other', async () => {
    const { begun, readQueue, openState, ask, answerAll } = createRig({ maxWaitingPerPrincipal: 1 });
    const state = openState();
    const busy = createDeferred<undefined>();
    for (const principal of ['anne', 'bert', 'carl'])
      void readQueue.run(principal, new AbortController().signal, () => busy.promise).catch(() => null);
    const leaving = new AbortController();
    const ofAnne = ask(state, 'anne', 'x', leaving.signal);
    const again = ask(state, 'anne', 'x');
    const ofBert = ask(state, 'bert', 'x');
    leaving.abort(new Error('gone'));
    await expect(ofAnne).rejects.toThrow('gone');
    await expect(again).rejects.toThrow('waiting already');
    busy.resolve(undefined);
    await flush();
    expect(begun).toHaveLength(1);
    await answerAll();
    expect((await ofBert).rows).toHaveLength(1);
  });

  test('are made again after a failure', async () => {
    const { begun, openState, ask, toPage } = createRig();
    const state = openState();
    const failing = [ask(state, 'anne', 'x'), ask(state, 'bert', 'x')];
    await flush();
    begun[0]?.page.reject(new Error('the database is away'));
    for (const each of failing) await expect(each).rejects.toThrow('the database is away');
    const next = ask(state, 'anne', 'x');
    await flush();
    begun[1]?.page.resolve(toPage('x'));
    expect(await next).toEqual(toPage('x'));
  });

  test('are stored up to a number of bytes, whatever pages are asked for', async () => {
    const { begun, openState, ask, answerAll } = createRig({ concurrentReads: 500, concurrentReadsPerPrincipal: 500 });
    const state = openState();
    const pages = Array.from({ length: 200 }, (_, each) => String(each));
    const readAll = async (): Promise<number> => {
      const before = begun.length;
      const all = pages.map((after) => ask(state, 'anne', after));
      await flush();
      await answerAll(1_000);
      await Promise.all(all);
      return begun.length - before;
    };
    expect(await readAll()).toBe(200);
    // 200,000 rows take 50 MB. A third of them is stored, which a second round pushes out before it is asked for.
    expect(await readAll()).toBeGreaterThan(100);
  });

  test('have the same results as reads of one’s own, whoever asks, leaves and fails when', async () => {
    const step = fc.record({
      principal: fc.constantFrom('anne', 'bert'),
      after: fc.constantFrom('x', 'y', 'z'),
      leaves: fc.boolean(),
      then: fc.constantFrom('nothing' as const, 'answer' as const, 'fail' as const),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const { begun, openState, ask, toPage } = createRig();
        const state = openState();
        let settled = 0;
        const settle = async (by: 'answer' | 'fail'): Promise<void> => {
          for (const { after, page } of begun.slice(settled))
            if (by === 'answer') page.resolve(toPage(String(after)));
            else page.reject(new Error('failed'));
          settled = begun.length;
          await flush();
        };
        const all: Promise<void>[] = [];
        for (const { principal, after, leaves, then } of steps) {
          const controller = new AbortController();
          const asked = ask(state, principal, after, controller.signal);
          all.push(
            asked.then(
              (page) => expect(page).toEqual(toPage(after)),
              (error: unknown) => expect(['gone', 'failed']).toContain((error as Error).message),
            ),
          );
          await flush();
          if (leaves) controller.abort(new Error('gone'));
          if (then !== 'nothing') await settle(then);
        }
        for (let rounds = 0; rounds < 20; rounds += 1) await settle('answer');
        await Promise.all(all);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a read that failed for one subscription', () => {
  let at: AsyncWorld;
  afterEach(() => at.close());

  test('is made again for the next, while the report is watched on', async () => {
    at = await startAsyncWorld();
    const [a = ''] = imeisOf(2);
    const txid = await at.request(imeisOf(2));
    await at.post(usageOf(txid, a, 7));
    const follow = (fields: string) =>
      subscribe<{ data: unknown; errors?: { extensions: object }[] }>(
        at.world.url,
        `subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) { ${fields} } }`,
        { txid },
      );
    const run = (statement: string): void => {
      const file = new SqliteFile(path.join(at.world.dataDir, SQLITE_FILE_NAME));
      file.exec(statement);
      file.close();
    };
    const watching = await follow('status');
    expect(await watching.next()).toMatchObject({ data: { aggregatedReportProgress: { status: 'RECEIVING' } } });
    run('ALTER TABLE device_rows RENAME TO elsewhere');
    const failed = await follow('totals { devices } usage { nodes { imei } }');
    expect((await failed.next())?.errors?.[0]?.extensions).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await failed.abort();
    run('ALTER TABLE elsewhere RENAME TO device_rows');
    const next = await follow('totals { devices } usage { nodes { imei } }');
    expect(await next.next()).toEqual({
      data: { aggregatedReportProgress: { totals: { devices: 1 }, usage: { nodes: [{ imei: a }] } } },
    });
    await Promise.all([watching, next].map((events) => events.abort()));
  });
});
