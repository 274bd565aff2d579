import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { imeisOf, startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';
import { subscribe, type EventStream } from '../support/event-stream.ts';

interface Progress {
  readonly data?: {
    readonly aggregatedReportProgress: {
      readonly status: string;
      readonly receivedDevices: number;
      readonly progress: number | null;
      readonly totals?: { readonly bytesTransferred: number };
    };
  };
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

const PROGRESS = `subscription ($txid: ID!) {
  aggregatedReportProgress(txid: $txid) { status receivedDevices progress totals { bytesTransferred } }
}`;

describe('the progress of an asynchronous report', () => {
  let at: AsyncWorld;

  beforeEach(async () => {
    at = await startAsyncWorld();
  });
  afterEach(() => at.close());

  const follow = (txid: string, query = PROGRESS): Promise<EventStream<Progress>> =>
    subscribe<Progress>(at.world.url, query, { txid });
  const stateOf = (event: Progress | null) => event?.data?.aggregatedReportProgress;

  test('starts with the current state, reports each change, and ends with COMPLETED', async () => {
    const [a = '', b = ''] = imeisOf(2);
    const txid = await at.request([a, b]);
    const events = await follow(txid);
    expect(stateOf(await events.next())).toMatchObject({ status: 'QUEUED', progress: 0 });
    await at.post(usageOf(txid, a, 7));
    expect(stateOf(await events.next())).toEqual({
      status: 'RECEIVING',
      receivedDevices: 1,
      progress: 0.5,
      totals: { bytesTransferred: 7 },
    });
    await at.post(usageOf(txid, b, 8));
    expect(stateOf(await events.next())).toMatchObject({ status: 'COMPLETED', totals: { bytesTransferred: 15 } });
    expect(await events.next()).toBe(null);
    expect((await (await follow(txid)).all()).map((event) => stateOf(event)?.status)).toEqual(['COMPLETED']);
  });

  test('ends with EXPIRED when the deadline passes, even if no message arrives', async () => {
    const txid = await at.request(imeisOf(2));
    const events = await follow(txid);
    expect(stateOf(await events.next())?.status).toBe('QUEUED');
    at.world.clock.advance(24 * 3_600_000);
    expect(stateOf(await events.next())?.status).toBe('EXPIRED');
    expect(await events.next()).toBe(null);
  });

  test('ends with COMPLETED after the quiet time, for a whole account', async () => {
    const txid = await at.request([], { allDevices: true });
    const events = await follow(txid);
    expect(stateOf(await events.next())?.status).toBe('QUEUED');
    await at.post(usageOf(txid, imeisOf(1)[0] ?? ''));
    expect(stateOf(await events.next())?.status).toBe('RECEIVING');
    at.world.clock.advance(15 * 60_000);
    expect(stateOf(await events.next())?.status).toBe('COMPLETED');
    expect(await events.next()).toBe(null);
  });

  test('is sent at most four times a second, however many messages arrive, and never goes back', async () => {
    const imeis = imeisOf(400);
    const txid = await at.request(imeis);
    const startedAtMs = performance.now();
    const all = follow(txid).then((events) => events.all());
    for (const imei of imeis) await at.post(usageOf(txid, imei));
    const received = (await all).map((event) => stateOf(event)?.receivedDevices ?? -1);
    const seconds = (performance.now() - startedAtMs) / 1_000;
    expect(received).toEqual([...received].sort((a, b) => a - b));
    expect(received.at(-1)).toBe(400);
    expect(received.length).toBeLessThanOrEqual(seconds * 4 + 2);
  });

  test('is an error if the account does not have the report, or an argument is not valid', async () => {
    const [event, ...others] = await (await follow('nobody')).all();
    expect(others).toEqual([]);
    expect(event?.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    const txid = await at.request(imeisOf(1));
    const ofOther = PROGRESS.replace('(txid: $txid)', '(txid: $txid, accountNumber: "0742644905-00001")');
    expect((await (await follow(txid, ofOther)).all())[0]?.errors).toMatchObject([
      { extensions: { code: 'NOT_FOUND' } },
    ]);
    const bad = PROGRESS.replace('status', 'usage(first: 0) { totalCount }');
    expect((await (await follow(txid, bad)).all())[0]?.errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  test('is read once per change for any number of watchers, and no longer after they have left', async () => {
    const [a = '', b = ''] = imeisOf(2);
    const txid = await at.request([a, b]);
    const watchers = await Promise.all(Array.from({ length: 100 }, () => follow(txid)));
    await Promise.all(watchers.map((events) => events.next()));
    expect(at.world.countWatches()).toBe(1);
    await at.post(usageOf(txid, a));
    const seen = await Promise.all(watchers.map((events) => events.next()));
    expect(new Set(seen.map((event) => stateOf(event)?.receivedDevices))).toEqual(new Set([1]));
    await Promise.all(watchers.slice(1).map((events) => events.abort()));
    expect(at.world.countWatches()).toBe(1);
    await watchers[0]?.abort();
    await expect.poll(() => at.world.countWatches(), { timeout: 10_000 }).toBe(0);
  });

  test('ends with an error when the server stops, and does not delay that', async () => {
    const txid = await at.request(imeisOf(2));
    const events = await follow(txid);
    expect(stateOf(await events.next())?.status).toBe('QUEUED');
    const closing = at.world.close();
    expect(await events.next()).toMatchObject({ errors: [{ extensions: { code: 'SERVER_SHUTTING_DOWN' } }] });
    expect(await events.next()).toBe(null);
    await closing;
    await at.platform.close();
    at = await startAsyncWorld();
  });

  test('is also sent by another server with the same database, which did not start the report', async () => {
    const neighbour = await startAsyncWorld({ platformOf: at, config: { dataDir: at.world.dataDir } });
    const [a = ''] = imeisOf(1);
    const txid = await at.request(imeisOf(2));
    const events = await subscribe<Progress>(neighbour.world.url, PROGRESS, { txid });
    expect(stateOf(await events.next())?.status).toBe('QUEUED');
    await at.post(usageOf(txid, a));
    expect(stateOf(await events.next())?.receivedDevices).toBe(1);
    await events.abort();
    await neighbour.close();
  });
});
