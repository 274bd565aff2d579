import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createShutdown, type Shutdown } from '../../src/http/shutdown.ts';
import { createLog } from '../../src/log.ts';
import { createManualClock, type ManualClock } from '../support/fakes/manual-clock.ts';

interface Served {
  readonly url: string;
  readonly clock: ManualClock;
  readonly shutdown: Shutdown;
  /** Resolves when the listener has been called. */
  readonly called: Promise<void>;
  readonly logged: readonly string[];
}

async function serve(listener: RequestListener): Promise<Served> {
  const clock = createManualClock();
  const logged: string[] = [];
  let onCall: () => void = () => undefined;
  const called = new Promise<void>((resolve) => (onCall = resolve));
  const shutdown = createShutdown({
    after: clock.after,
    monotonic: clock.monotonic,
    maxWaitMs: 10_000,
    log: createLog('info', { write: (line) => void logged.push(line) }),
  });
  const tracked = shutdown.track((request, response) => {
    onCall();
    listener(request, response);
  });
  const server = createServer(tracked).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, clock, shutdown, called, logged };
}

const NO_DELAY = { delayMs: 0, stopListening: null };

describe('a shutdown', () => {
  test('is over at once if nothing is in progress', async () => {
    const { url, clock, shutdown } = await serve((_, response) => void response.end('done'));
    expect(await (await fetch(url)).text()).toBe('done');
    expect(shutdown.hasBegun()).toBe(false);
    await shutdown.run(NO_DELAY);
    expect(shutdown.hasBegun()).toBe(true);
    expect(clock.waiting()).toBe(0);
  });

  test('answers new requests during its delay, and closes each connection after its response', async () => {
    const { url, clock, shutdown } = await serve((_, response) => void response.end('done'));
    expect((await fetch(url)).headers.get('connection')).toBe('keep-alive');
    let listens = true;
    const over = shutdown.run({ delayMs: 5_000, stopListening: () => (listens = false) });
    for (let times = 0; times < 3; times += 1) {
      const response = await fetch(url);
      expect([await response.text(), response.headers.get('connection')]).toEqual(['done', 'close']);
    }
    expect([listens, shutdown.signal.aborted]).toEqual([true, false]);
    clock.letGo();
    await over;
    expect([listens, shutdown.signal.aborted]).toEqual([false, true]);
    expect(shutdown.signal.reason).toMatchObject({ code: 'SERVER_SHUTTING_DOWN', details: { retryAfterSeconds: 1 } });
  });

  test('closes the connections of requests that came before it, too', async () => {
    let answer: () => void = () => undefined;
    const { url, shutdown, called } = await serve((_, response) => {
      answer = () => void response.end('done');
    });
    const open = fetch(url);
    await called;
    const over = shutdown.run(NO_DELAY);
    answer();
    const response = await open;
    expect([await response.text(), response.headers.get('connection')]).toEqual(['done', 'close']);
    await over;
  });

  test('waits for requests in progress, while later requests to a server of somebody else get 503', async () => {
    let answer: () => void = () => undefined;
    const { url, clock, shutdown, called } = await serve((_, response) => {
      answer = () => void response.end('done');
    });
    const open = fetch(url);
    await called;
    const over = shutdown.run(NO_DELAY);
    const later = await fetch(url);
    expect([later.status, later.headers.get('connection'), later.headers.get('retry-after')]).toEqual([
      503,
      'close',
      '1',
    ]);
    answer();
    expect(await (await open).text()).toBe('done');
    await over;
    expect(clock.waiting()).toBe(0);
  });

  test('does not wait for requests whose clients have gone', async () => {
    const { url, shutdown, called } = await serve(() => undefined);
    const leaving = new AbortController();
    const open = fetch(url, { signal: leaving.signal });
    await called;
    const over = shutdown.run(NO_DELAY);
    leaving.abort();
    await expect(open).rejects.toThrow();
    await over;
  });

  test('waits for what is held, and breaks off everything that takes too long', async () => {
    const { url, clock, shutdown, called, logged } = await serve(() => undefined);
    const open = fetch(url);
    await called;
    const brokenOff: string[] = [];
    const release = shutdown.hold(() => brokenOff.push('released'));
    shutdown.hold(() => brokenOff.push('held'));
    const over = shutdown.run(NO_DELAY);
    release();
    expect(brokenOff).toEqual([]);
    clock.letGo();
    await over;
    expect(brokenOff).toEqual(['held']);
    await expect(open).rejects.toThrow();
    expect(logged.join('')).toContain('"requests":2,"msg":"broke off requests that took longer than SHUTDOWN_SECONDS"');
  });
});
