import { afterEach, describe, expect, test } from 'vitest';
import { startCallbackRouter, type CallbackRouter } from '../support/callback-router.ts';
import { eventually } from '../support/eventually.ts';
import { PATHS } from '../support/world/admin.ts';
import { ACCOUNT, imeisOf, startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';
import type { Settings } from '../support/world/settings.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/world/token-issuer.ts';

const query = 'subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) { status receivedDevices } }';
const MUTATION = `mutation { requestAggregatedReport(input: { imei: ${JSON.stringify(imeisOf(2))}, startDate: "2026-11-01" }) { txid } }`;

let at: AsyncWorld;
let router: CallbackRouter;
let issuer: TokenIssuer | null = null;
afterEach(async () => {
  await at.close();
  await router.close();
  await issuer?.close();
  issuer = null;
});

const start = async (config: Settings = {}): Promise<void> => {
  router = await startCallbackRouter();
  at = await startAsyncWorld({ config: { subscriptionCallbackAllowed: [router.url], ...config } });
};
const follow = (txid: string, options: Parameters<CallbackRouter['subscribe']>[2] = {}) =>
  router.subscribe(at.world.url, { query, variables: { txid } }, options);
const toNext = (id: string, status: string, receivedDevices: number) => ({
  kind: 'subscription',
  action: 'next',
  id,
  payload: { data: { aggregatedReportProgress: { status, receivedDevices } } },
});
const toCode = (code: string) => ({ errors: [{ extensions: { code } }] });

describe('a subscription by HTTP callback', () => {
  test('is confirmed before it is answered, sends each event, and completes with the report', async () => {
    await start();
    const [a = '', b = ''] = imeisOf(2);
    const txid = await at.request([a, b]);
    const { id, status, protocol, body } = await follow(txid);
    expect({ status, protocol, body }).toEqual({ status: 200, protocol: 'callback/1.0', body: { data: null } });
    expect(router.checks).toMatchObject([{ kind: 'subscription', action: 'check', id }]);
    await eventually(() => router.events).toMatchObject([toNext(id, 'QUEUED', 0)]);
    await at.post(usageOf(txid, a));
    await eventually(() => router.events.length).toBe(2);
    await at.post(usageOf(txid, b));
    await eventually(() => router.events).toMatchObject([
      toNext(id, 'QUEUED', 0),
      toNext(id, 'RECEIVING', 1),
      toNext(id, 'COMPLETED', 2),
      { kind: 'subscription', action: 'complete', id },
    ]);
    expect(router.events.at(-1)).not.toHaveProperty('errors');
    expect(router.headers.map((each) => each['subscription-protocol'])).toEqual(Array(5).fill('callback/1.0'));
    await eventually(() => at.world.countWatches()).toBe(0);
  });

  test('is read from a body that begins with a byte order mark', async () => {
    await start();
    router.answer((_message, response) => void response.writeHead(204).end());
    const subscription = { callbackUrl: `${router.url}/one`, subscriptionId: 'one', verifier: 'any' };
    const variables = { txid: await at.request(imeisOf(2)) };
    const response = await fetch(at.world.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json;callbackSpec=1.0' },
      body: `\uFEFF${JSON.stringify({ query, variables, extensions: { subscription } })}`,
    });
    expect(await response.json()).toEqual({ data: null });
  });

  test('asks within every interval whether it is still wanted, and ends when it is not', async () => {
    await start();
    const { id } = await follow(await at.request(imeisOf(2)));
    await eventually(() => router.events.length).toBe(1);
    for (let beats = 2; beats <= 4; beats += 1) {
      at.world.clock.advance(4_999);
      await eventually(() => router.checks.length).toBe(beats);
      await eventually(() => at.world.countWatches()).toBe(1);
    }
    router.terminate(id);
    at.world.clock.advance(4_999);
    await eventually(() => at.world.countWatches()).toBe(0);
    expect(router.events).toHaveLength(1);
  });

  test('without heartbeats is asked about once a minute, so that one that nobody wants ends', async () => {
    await start();
    const { id } = await follow(await at.request(imeisOf(2)), { subscription: { heartbeatIntervalMs: 0 } });
    await eventually(() => router.events.length).toBe(1);
    at.world.clock.advance(59_000);
    router.terminate(id);
    expect(router.checks).toHaveLength(1);
    at.world.clock.advance(1_000);
    await eventually(() => at.world.countWatches()).toBe(0);
  });

  test('ends when the router does not know it at an event', async () => {
    await start();
    const [a = '', b = ''] = imeisOf(2);
    const txid = await at.request([a, b]);
    const { id } = await follow(txid);
    await eventually(() => router.events.length).toBe(1);
    router.terminate(id);
    await at.post(usageOf(txid, a));
    await eventually(() => at.world.countWatches()).toBe(0);
    expect(router.events).toHaveLength(2);
  });

  test.each([
    ['a status 500', 500, 3],
    ['a status 429', 429, 3],
    ['a redirect', 302, 1],
    ['a status 401', 401, 1],
  ])('that gets %s ends after a few attempts', async (_, status, attempts) => {
    await start();
    await follow(await at.request(imeisOf(2)));
    await eventually(() => router.events.length).toBe(1);
    router.checks.length = 0;
    router.answer((_message, response) => void response.writeHead(status, { Location: router.url }).end());
    at.world.clock.advance(4_999);
    await eventually(() => at.world.countWatches()).toBe(0);
    expect(router.checks).toHaveLength(attempts);
  });

  test('sends an event again that the router could not take', async () => {
    await start();
    const [a = '', b = ''] = imeisOf(2);
    const txid = await at.request([a, b]);
    const { id } = await follow(txid);
    await eventually(() => router.events.length).toBe(1);
    let failures = 0;
    router.answer((_message, response) => {
      failures += 1;
      if (failures === 2) router.answer(null);
      response.writeHead(503).end();
    });
    await at.post(usageOf(txid, a));
    await eventually(() => router.events).toMatchObject([
      toNext(id, 'QUEUED', 0),
      toNext(id, 'RECEIVING', 1),
      toNext(id, 'RECEIVING', 1),
      toNext(id, 'RECEIVING', 1),
    ]);
    expect(at.world.countWatches()).toBe(1);
  });

  test('sends no event before the one before it has been taken, and then the newest', async () => {
    await start();
    const imeis = imeisOf(4);
    const txid = await at.request(imeis);
    const held: (() => void)[] = [];
    router.answer((message, response) => {
      if (message.action === 'check') response.writeHead(204).end();
      else held.push(() => response.writeHead(200).end());
    });
    const { id } = await follow(txid);
    await eventually(() => held.length).toBe(1);
    for (const imei of imeis.slice(0, 3)) await at.post(usageOf(txid, imei));
    await eventually(async () => (await at.find(txid))?.receivedDevices).toBe(3);
    expect(router.events).toHaveLength(1);
    held.shift()?.();
    await eventually(() => router.events).toMatchObject([toNext(id, 'QUEUED', 0), toNext(id, 'RECEIVING', 3)]);
    router.answer(null);
    held.shift()?.();
  });

  test('is broken off if the router never answers', async () => {
    await start();
    const txid = await at.request(imeisOf(2));
    router.answer((message, response) => (message.action === 'check' ? void response.writeHead(204).end() : undefined));
    await follow(txid, { subscription: { heartbeatIntervalMs: 3_600_000 } });
    for (let attempts = 1; attempts <= 3; attempts += 1) {
      await eventually(() => router.events.length).toBe(attempts);
      at.world.clock.advance(10_000);
    }
    await eventually(() => at.world.countWatches()).toBe(0);
  });

  test('completes with an error when the server stops, which waits for it', async () => {
    await start();
    const { id } = await follow(await at.request(imeisOf(2)));
    await eventually(() => router.events.length).toBe(1);
    await at.world.shutDown();
    expect(router.events.at(-1)).toMatchObject({
      action: 'complete',
      id,
      errors: [{ extensions: { code: 'SERVER_SHUTTING_DOWN', retryAfterSeconds: 1 } }],
    });
  });

  test('has the access of its token, and completes with an error when that expires', async () => {
    issuer = await startTokenIssuer();
    await start({ tokens: issuer.config });
    const exp = Math.floor(at.world.clock.now() / 1_000) + 60;
    const token = await issuer.token(at.world.clock.now(), { accounts: [ACCOUNT], exp });
    const headers = { Authorization: `Bearer ${token}` };
    const { data } = await at.world.query(MUTATION, {}, { headers });
    const { txid } = (data as { requestAggregatedReport: { txid: string } }).requestAggregatedReport;
    expect(await follow(txid)).toMatchObject({ status: 401 });
    const other = await issuer.token(at.world.clock.now(), { accounts: [ACCOUNT], scope: 'listeners:manage' });
    const forbidden = await follow(txid, { headers: { Authorization: `Bearer ${other}` } });
    expect(forbidden.body).toMatchObject(toCode('FORBIDDEN'));
    const { id } = await follow(txid, { headers, subscription: { heartbeatIntervalMs: 3_600_000 } });
    await eventually(() => router.events.length).toBe(1);
    at.world.clock.advance(91_000);
    await eventually(() => router.events.at(-1)).toMatchObject({
      action: 'complete',
      id,
      ...toCode('UNAUTHENTICATED'),
    });
    expect(router.checks).toHaveLength(1);
  });

  test('has a line in the log when it has ended, which says how', async () => {
    await start({ accessLog: true });
    const toOutcomes = (): unknown[] =>
      at.world.logged
        .map((line) => JSON.parse(line) as { kind?: string; outcome?: string })
        .flatMap(({ kind, outcome }) => (kind === 'subscription' ? [outcome] : []));
    const [imei = ''] = imeisOf(1);
    const txid = await at.request([imei]);
    const { id } = await follow(txid);
    await eventually(() => router.events.length).toBe(1);
    router.terminate(id);
    at.world.clock.advance(4_999);
    await eventually(toOutcomes).toEqual(['REQUEST_CANCELLED']);
    await follow(txid);
    await at.post(usageOf(txid, imei));
    await eventually(toOutcomes).toEqual(['REQUEST_CANCELLED', 'OK']);
    expect(at.world.logged.join('')).not.toContain('/callback/');
  });

  test('counts as a subscription of its caller until it ends', async () => {
    await start({ subscriptionsPerPrincipal: 1 });
    const txid = await at.request(imeisOf(2));
    const { id } = await follow(txid);
    expect((await follow(txid)).body).toMatchObject(toCode('TOO_MANY_SUBSCRIPTIONS'));
    router.terminate(id);
    at.world.clock.advance(4_999);
    await eventually(async () => (await follow(txid)).body).toEqual({ data: null });
  });
});

describe('a request for a subscription by HTTP callback', () => {
  test('that the router does not confirm gets 400 and leaves nothing behind', async () => {
    await start();
    const txid = await at.request(imeisOf(2));
    const wrong = await follow(txid, { subscription: { verifier: 'wrong' } });
    expect(wrong).toMatchObject({ status: 400, body: toCode('SUBSCRIPTION_CALLBACK_FAILED') });
    router.answer((_message, response) => void response.writeHead(200).end('{"data":null}'));
    expect(await follow(txid)).toMatchObject({ status: 400, body: toCode('SUBSCRIPTION_CALLBACK_FAILED') });
    await eventually(() => at.world.countWatches()).toBe(0);
    expect(router.events).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['a query', { query: '{ __typename }' }, 'BAD_REQUEST'],
    ['a mutation', { query: MUTATION }, 'BAD_REQUEST'],
    ['a document that is not valid', { query: 'subscription { nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['a report that does not exist', { query, variables: { txid: 'none' } }, 'NOT_FOUND'],
  ])('runs no %s, and asks the router nothing', async (_, operation, code) => {
    await start();
    const { body } = await router.subscribe(at.world.url, operation);
    expect(body).toMatchObject(toCode(code));
    expect(router.checks).toEqual([]);
    expect(at.platform.requestsTo(PATHS.async)).toEqual([]);
  });

  test.each<[string, Record<string, unknown>]>([
    ['without an id', { subscriptionId: undefined }],
    ['with an empty id', { subscriptionId: '' }],
    ['with a long id', { subscriptionId: 'a'.repeat(256) }],
    ['without a verifier', { verifier: undefined }],
    ['with a long verifier', { verifier: 'a'.repeat(1_025) }],
    ['with an interval of less than half a second', { heartbeatIntervalMs: 499 }],
    ['with an interval that is a text', { heartbeatIntervalMs: '5000' }],
  ])('%s gets 400', async (_, subscription) => {
    await start();
    const answer = await follow(await at.request(imeisOf(2)), { subscription });
    expect(answer).toMatchObject({ status: 400, body: toCode('BAD_REQUEST') });
    expect(router.checks).toEqual([]);
  });

  test.each<[string, (url: string) => unknown]>([
    ['another port', (url) => url.replace(/:\d+\//, ':1/')],
    ['another host', (url) => url.replace('127.0.0.1', '127.0.0.2')],
    ['another name of the host', (url) => url.replace('127.0.0.1', 'localhost')],
    ['another scheme', (url) => url.replace('http:', 'https:')],
    ['no http at all', () => 'file:///etc/passwd'],
    ['another path', (url) => url.replace('/callback/', '/callbacks/')],
    ['a path above', (url) => `${url}/../../admin`],
    ['a path above, in hexadecimal', (url) => `${url}/%2e%2e/%2e%2e/admin`],
    ['a path above, which the URL parser of Node.js leaves', (url) => `${url}/.a/..`],
    ['a slash in hexadecimal', (url) => `${url}/..%2f..%2fadmin`],
    ['a parameter of the path', (url) => `${url}/..;/..;/admin`],
    ['a query', (url) => `${url}?action=delete`],
    ['a fragment', (url) => `${url}#a`],
    ['a user name', (url) => url.replace('http://', 'http://user@')],
    ['the allowed host as a user name', (url) => url.replace(/^http:\/\/([^/]+)/, 'http://$1@127.0.0.2')],
    ['more than 2,048 characters', (url) => `${url}/${'a'.repeat(2_048)}`],
    ['a list', (url) => [url]],
    ['nothing', () => undefined],
  ])('to %s gets 403, and nothing is sent', async (_, toUrl) => {
    await start();
    const callbackUrl = toUrl(`${router.url}/a`);
    const answer = await follow(await at.request(imeisOf(2)), { subscription: { callbackUrl } });
    expect(answer).toMatchObject({ status: 403, body: toCode('SUBSCRIPTION_CALLBACK_NOT_ALLOWED') });
    expect(router.headers).toEqual([]);
  });

  test('says how to turn callbacks on, if they are off', async () => {
    await start({ subscriptionCallbackAllowed: [] });
    const { status, body } = await follow(await at.request(imeisOf(2)));
    expect(status).toBe(406);
    expect(JSON.stringify(body)).toContain('SUBSCRIPTION_CALLBACK_ALLOWED');
    expect(router.headers).toEqual([]);
  });

  test('is sent as JSON', async () => {
    await start();
    const answer = await follow(await at.request(imeisOf(2)), { headers: { 'Content-Type': 'text/plain' } });
    expect(answer).toMatchObject({ status: 415 });
  });

  test('does not reach the router with the credentials of the caller', async () => {
    await start();
    await follow(await at.request(imeisOf(2)), { headers: { Authorization: 'Bearer secret', Cookie: 'secret' } });
    await eventually(() => router.events.length).toBe(1);
    expect(JSON.stringify(router.headers)).not.toContain('secret');
  });
});
