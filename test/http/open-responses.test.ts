import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createOpenResponses, type OpenResponses } from '../../src/http/open-responses.ts';
import { createManualClock, type ManualClock } from '../support/fakes/manual-clock.ts';

interface Served {
  readonly url: string;
  readonly clock: ManualClock;
  readonly responses: OpenResponses;
  /** Resolves when the listener has been called. */
  readonly called: Promise<void>;
}

async function serve(listener: RequestListener): Promise<Served> {
  const clock = createManualClock();
  let onCall: () => void = () => undefined;
  const called = new Promise<void>((resolve) => (onCall = resolve));
  const responses = createOpenResponses({
    after: clock.after,
    maxWaitMs: 10_000,
    listener(request, response) {
      onCall();
      listener(request, response);
    },
  });
  const server = createServer(responses.listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, clock, responses, called };
}

describe('the open responses of a listener', () => {
  test('are finished at once if there are none', async () => {
    const { url, clock, responses } = await serve((_, response) => void response.end('done'));
    expect(await (await fetch(url)).text()).toBe('done');
    await responses.finish();
    expect(clock.waiting()).toBe(0);
  });

  test('are waited for, while later requests get 503 on a connection that then closes', async () => {
    let answer: () => void = () => undefined;
    const { url, clock, responses, called } = await serve((_, response) => {
      answer = () => void response.end('done');
    });
    const open = fetch(url);
    await called;
    const finished = responses.finish();
    const later = await fetch(url);
    expect([later.status, later.headers.get('connection')]).toEqual([503, 'close']);
    answer();
    expect(await (await open).text()).toBe('done');
    await finished;
    expect(clock.waiting()).toBe(0);
  });

  test('are not waited for if their clients have gone', async () => {
    const { url, responses, called } = await serve(() => undefined);
    const leaving = new AbortController();
    const open = fetch(url, { signal: leaving.signal });
    await called;
    const finished = responses.finish();
    leaving.abort();
    await expect(open).rejects.toThrow();
    await finished;
  });

  test('are broken off if they take too long', async () => {
    const { url, clock, responses, called } = await serve(() => undefined);
    const open = fetch(url);
    await called;
    const finished = responses.finish();
    clock.letGo();
    await finished;
    await expect(open).rejects.toThrow();
  });
});
