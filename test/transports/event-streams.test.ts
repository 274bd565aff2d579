import { once } from 'node:events';
import { connect } from 'node:net';
import type { ExecutionResult } from 'graphql';
import { createClient, type Client } from 'graphql-sse';
import { afterEach, describe, expect, test } from 'vitest';
import { answerWithUsage } from '../support/fakes/recording-platform.ts';
import { PATHS } from '../support/world/admin.ts';
import { ACCOUNT, imeisOf, startAsyncWorld, usageOf, WINDOW, type AsyncWorld } from '../support/world/async-world.ts';
import { eventually } from '../support/eventually.ts';
import type { Settings } from '../support/world/settings.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/world/token-issuer.ts';

const PROGRESS = 'subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) { status } }';
const HEADER = 'X-GraphQL-Event-Stream-Token';

interface Progress extends Record<string, unknown> {
  readonly aggregatedReportProgress: { readonly status: string };
}

let at: AsyncWorld;
let issuer: TokenIssuer | null = null;
const cleanUp: (() => void)[] = [];
afterEach(async () => {
  for (const run of cleanUp.splice(0)) run();
  await at.close();
  await issuer?.close();
  issuer = null;
});
const start = async (config: Settings = {}): Promise<void> => {
  at = await startAsyncWorld({ config });
};

/** The text of a stream as it arrives. */
interface OpenStream {
  readonly status: number;
  readonly text: () => string;
  readonly isOver: () => boolean;
  readonly abort: () => void;
}

const reserve = async (headers: Record<string, string> = {}): Promise<string> => {
  const response = await fetch(at.world.url, { method: 'PUT', headers });
  expect(response.status).toBe(201);
  return response.text();
};
const open = async (token: string, headers: Record<string, string> = {}, inQuery = false): Promise<OpenStream> => {
  const controller = new AbortController();
  cleanUp.push(() => controller.abort());
  const response = await fetch(inQuery ? `${at.world.url}?token=${token}` : at.world.url, {
    headers: { Accept: 'text/event-stream', ...(inQuery ? {} : { [HEADER]: token }), ...headers },
    signal: controller.signal,
  });
  let text = '';
  let isOver = false;
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    const reader = response.body?.getReader();
    for (let chunk = await reader?.read(); chunk?.done === false; chunk = await reader?.read())
      text += decoder.decode(chunk.value, { stream: true });
  };
  void read()
    .catch(() => null)
    .finally(() => (isOver = true));
  return { status: response.status, text: () => text, isOver: () => isOver, abort: () => controller.abort() };
};
const run = (token: string, id: unknown, body: object, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(at.world.url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', [HEADER]: token, ...headers },
    body: JSON.stringify({ ...body, extensions: { operationId: id } }),
  });
const toEvent = (event: string, data: object): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
const toState = (id: string, status: string): string =>
  toEvent('next', { id, payload: { data: { aggregatedReportProgress: { status } } } });

describe('one event stream', () => {
  test.each([
    ['in a header', false],
    ['in the query string', true],
  ])('carries several operations, each to its end, with the token %s', async (_, inQuery) => {
    await start();
    const [[a = ''], [b = '']] = [imeisOf(1), imeisOf(1, 10)];
    const [one, two] = [await at.request([a]), await at.request([b])];
    const token = await reserve();
    const stream = await open(token, {}, inQuery);
    expect((await run(token, '1', { query: PROGRESS, variables: { txid: one } })).status).toBe(202);
    await eventually(stream.text).toContain(toState('1', 'QUEUED'));
    expect((await run(token, '2', { query: PROGRESS, variables: { txid: two } })).status).toBe(202);
    await eventually(stream.text).toContain(toState('2', 'QUEUED'));
    await at.post(usageOf(two, b));
    await eventually(stream.text).toContain(`${toState('2', 'COMPLETED')}${toEvent('complete', { id: '2' })}`);
    await run(token, '3', { query: '{ __typename }' });
    await eventually(stream.text).toContain(toEvent('complete', { id: '3' }));
    expect(stream.text()).toContain('"payload":{"data":{"__typename":"Query"}');
    await at.post(usageOf(one, a));
    await eventually(stream.text).toContain(`${toState('1', 'COMPLETED')}${toEvent('complete', { id: '1' })}`);
    expect(stream.isOver()).toBe(false);
  });

  test('runs an operation whose body begins with a byte order mark', async () => {
    await start();
    const token = await reserve();
    const stream = await open(token);
    const body = `\uFEFF${JSON.stringify({ query: '{ __typename }', extensions: { operationId: '1' } })}`;
    const headers = { 'Content-Type': 'application/json', [HEADER]: token };
    expect((await fetch(at.world.url, { method: 'POST', headers, body })).status).toBe(202);
    await eventually(stream.text).toContain('"payload":{"data":{"__typename":"Query"}');
  });

  test('asks the platform again for an operation that is sent with Cache-Control: no-cache', async () => {
    await start({ cacheMaxBytes: 2 ** 22 });
    at.platform.onRequest(
      PATHS.aggregate,
      answerWithUsage(() => ({ numberOfSessions: 1, bytesTransferred: 5 })),
    );
    const token = await reserve();
    const stream = await open(token);
    const input = { imei: imeisOf(1), ...WINDOW };
    const query = 'query ($input: AggregatedReportInput!) { aggregatedReport(input: $input) { totals { devices } } }';
    const callsAfter = async (id: string, headers: Record<string, string> = {}): Promise<number> => {
      expect((await run(token, id, { query, variables: { input } }, headers)).status).toBe(202);
      await eventually(stream.text).toContain(toEvent('complete', { id }));
      return at.platform.requestsTo(PATHS.aggregate).length;
    };
    expect(await callsAfter('1')).toBe(1);
    expect(await callsAfter('2')).toBe(1);
    expect(await callsAfter('3', { 'Cache-Control': 'no-cache' })).toBe(2);
  });

  test('leaves nothing behind if its client has gone while the token was checked', async () => {
    issuer = await startTokenIssuer();
    await start({ tokens: issuer.config });
    const Authorization = `Bearer ${await issuer.token(at.world.clock.now(), { sub: 'a', accounts: [ACCOUNT] })}`;
    const { port, host, pathname } = new URL(at.world.url);
    await reserve({ Authorization });
    const before = at.world.clock.countTimers();
    for (let n = 0; n < 20; n += 1) {
      const token = await reserve({ Authorization });
      const socket = connect(Number(port), '127.0.0.1');
      const head = [
        `GET ${pathname} HTTP/1.1`,
        `Host: ${host}`,
        `Authorization: ${Authorization}`,
        `${HEADER}: ${token}`,
      ];
      socket.write(`${head.join('\r\n')}\r\n\r\n`, () => socket.resetAndDestroy());
      await once(socket, 'close');
    }
    await eventually(() => {
      // Some were not opened at all, and are given up after 30 seconds.
      at.world.clock.advance(30_000);
      return at.world.clock.countTimers();
    }).toBeLessThan(before);
  });

  test('ends an operation by DELETE, and all when it is closed', async () => {
    await start();
    const [one, two] = [await at.request(imeisOf(2)), await at.request(imeisOf(2, 10))];
    const token = await reserve();
    const stream = await open(token);
    await run(token, '1', { query: PROGRESS, variables: { txid: one } });
    await run(token, '2', { query: PROGRESS, variables: { txid: two } });
    await eventually(stream.text).toContain(toState('2', 'QUEUED'));
    await eventually(() => at.world.countWatches()).toBe(2);
    const stopped = await fetch(`${at.world.url}?operationId=1`, { method: 'DELETE', headers: { [HEADER]: token } });
    expect(stopped.status).toBe(200);
    await eventually(() => at.world.countWatches()).toBe(1);
    stream.abort();
    await eventually(() => at.world.countWatches()).toBe(0);
    await eventually(async () => (await run(token, '3', { query: '{ __typename }' })).status).toBe(404);
  });

  test.each<[string, (token: string) => Promise<Response>, number, string]>([
    ['no id', (token) => run(token, undefined, { query: '{ __typename }' }), 400, 'operationId'],
    ['a number as id', (token) => run(token, 1, { query: '{ __typename }' }), 400, 'operationId'],
    ['a number as query', (token) => run(token, '1', { query: 1 }), 400, 'query'],
    ['variables that are a list', (token) => run(token, '1', { query: '{ a }', variables: [] }), 400, 'variables'],
    ['an unknown token', () => run('nothing', '1', { query: '{ __typename }' }), 404, 'PUT'],
    ['text', (token) => run(token, '1', {}, { 'Content-Type': 'text/plain' }), 415, 'application/json'],
    [
      'JSON or text',
      (token) => run(token, '1', {}, { 'Content-Type': 'application/json;a, text/plain' }),
      415,
      'application/json',
    ],
    ['more than a megabyte', (token) => run(token, '1', { query: ' '.repeat(1_000_001) }), 413, 'too large'],
    ['the stream again', (token) => fetch(at.world.url, { headers: { [HEADER]: token } }), 409, 'PUT'],
  ])('answers %s with an error that says what to do', async (_, send, status, message) => {
    await start();
    const token = await reserve();
    await open(token);
    const response = await send(token);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(message);
  });

  test.each([
    ['is not valid', { query: '{ nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['cannot be parsed', { query: '{' }, 'GRAPHQL_PARSE_FAILED'],
    ['has no such operation', { query: '{ __typename }', operationName: 'Other' }, 'OPERATION_RESOLUTION_FAILURE'],
    ['is missing', {}, 'BAD_REQUEST'],
    ['has an unknown id', { documentId: 'unknown' }, 'DOCUMENT_NOT_FOUND'],
  ])('rejects an operation whose document %s, and sends no event of it', async (_, body, code) => {
    await start();
    const token = await reserve();
    const stream = await open(token);
    const response = await run(token, '1', body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code } }] });
    expect((await run(token, '1', { query: '{ __typename }' })).status).toBe(202);
    await eventually(stream.text).toContain(toEvent('complete', { id: '1' }));
    expect(stream.text()).not.toContain('"errors"');
  });

  test('reports an operation that fails when it runs as an event', async () => {
    await start();
    const token = await reserve();
    const stream = await open(token);
    expect((await run(token, '1', { query: PROGRESS })).status).toBe(202);
    await eventually(stream.text).toContain(toEvent('complete', { id: '1' }));
    expect(stream.text()).toContain('"code":"BAD_USER_INPUT"');
  });

  test('is not meant by a page of GraphiQL, nor by another parameter, whatever their names', async () => {
    await start();
    const page = await fetch(`${at.world.url}?token=any`, { headers: { Accept: 'text/html, text/event-stream' } });
    expect(page.headers.get('content-type')).toMatch(/html/);
    const query = new URLSearchParams({ query: '{ __typename }' }).toString();
    const byGet = await fetch(`${at.world.url}?access_token=any&${query}`);
    expect(await byGet.json()).toMatchObject({ data: { __typename: 'Query' } });
    expect((await at.world.query('{ __typename }')).errors).toEqual([]);
  });

  test('that is not opened within 30 seconds is given up, and a caller has only so many', async () => {
    await start({ socketsPerPrincipal: 1 });
    const token = await reserve();
    expect((await fetch(at.world.url, { method: 'PUT' })).status).toBe(429);
    expect((await run(token, '1', { query: '{ __typename }' })).status).toBe(409);
    at.world.clock.advance(30_000);
    expect((await open(token)).status).toBe(404);
    await reserve();
  });

  test('ends with an error and a code when the server stops', async () => {
    await start();
    const token = await reserve();
    const stream = await open(token);
    await run(token, '1', { query: PROGRESS, variables: { txid: await at.request(imeisOf(2)) } });
    await eventually(stream.text).toContain(toState('1', 'QUEUED'));
    const stopped = at.world.shutDown();
    await eventually(stream.isOver).toBe(true);
    expect(stream.text()).toContain('"code":"SERVER_SHUTTING_DOWN","retryAfterSeconds":1');
    await stopped;
  });

  test('belongs to the caller who reserved it, and ends with the token', async () => {
    issuer = await startTokenIssuer();
    await start({ tokens: issuer.config });
    const nowMs = at.world.clock.now();
    const toHeaders = async (sub: string): Promise<Record<string, string>> => {
      const exp = Math.floor(nowMs / 1_000) + 60;
      return { Authorization: `Bearer ${(await issuer?.token(nowMs, { sub, accounts: [ACCOUNT], exp })) ?? ''}` };
    };
    const [one, two] = [await toHeaders('one'), await toHeaders('two')];
    expect((await fetch(at.world.url, { method: 'PUT' })).status).toBe(401);
    const token = await reserve(one);
    expect((await open(token, two)).status).toBe(404);
    const stream = await open(token, one);
    expect((await run(token, '1', { query: '{ __typename }' }, two)).status).toBe(404);
    expect((await run(token, '1', { query: '{ __typename }' }, one)).status).toBe(202);
    at.world.clock.advance(91_000);
    await eventually(stream.isOver).toBe(true);
  });
});

describe.each([
  ['distinct connections', false],
  ['a single connection', true],
])('the client of graphql-sse with %s', (_, singleConnection) => {
  const open = async (): Promise<Client> => {
    await start();
    const client = createClient({ url: at.world.url, singleConnection: singleConnection as false, retryAttempts: 0 });
    cleanUp.push(() => client.dispose());
    return client;
  };
  const statusOf = (result: IteratorResult<ExecutionResult<Progress, unknown>>): string | undefined =>
    result.done === true ? 'the end' : result.value.data?.aggregatedReportProgress.status;

  test('follows a report to its end', async () => {
    const client = await open();
    const [a = '', b = ''] = imeisOf(2);
    const txid = await at.request([a, b]);
    const events = client.iterate<Progress>({ query: PROGRESS, variables: { txid } });
    expect(statusOf(await events.next())).toBe('QUEUED');
    await at.post(usageOf(txid, a));
    expect(statusOf(await events.next())).toBe('RECEIVING');
    await at.post(usageOf(txid, b));
    expect(statusOf(await events.next())).toBe('COMPLETED');
    expect(statusOf(await events.next())).toBe('the end');
  });

  test('runs queries, gets errors, and ends a subscription that it leaves', async () => {
    const client = await open();
    expect((await client.iterate({ query: '{ __typename }' }).next()).value).toMatchObject({
      data: { __typename: 'Query' },
    });
    const events = client.iterate<Progress>({ query: PROGRESS, variables: { txid: await at.request(imeisOf(2)) } });
    expect(statusOf(await events.next())).toBe('QUEUED');
    await events.return?.();
    await eventually(() => at.world.countWatches()).toBe(0);
  });

  test('gets an error with a code when the server stops', async () => {
    const client = await open();
    const events = client.iterate<Progress>({ query: PROGRESS, variables: { txid: await at.request(imeisOf(2)) } });
    expect(statusOf(await events.next())).toBe('QUEUED');
    const stopped = at.world.shutDown();
    expect((await events.next()).value).toMatchObject({ errors: [{ extensions: { code: 'SERVER_SHUTTING_DOWN' } }] });
    await stopped;
  });
});
