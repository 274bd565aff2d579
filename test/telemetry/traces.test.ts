import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSocket } from '../support/graphql-socket.ts';
import { subscribe } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { createHeldAnswers } from '../support/fakes/held-responses.ts';
import { answerWith, answerWithUsage } from '../support/fakes/recording-platform.ts';
import { sendRaw } from '../support/raw-request.ts';
import type { CollectedSpan } from '../support/telemetry/collected-spans.ts';
import { startCollector, type Collector } from '../support/telemetry/collector.ts';
import { PATHS } from '../support/world/admin.ts';
import { ACCOUNT, imeisOf, startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';
import type { Settings } from '../support/world/settings.ts';

const [A = '', B = ''] = imeisOf(2);
const USAGE = `query Fleet { aggregatedReport(input: { imei: ["${A}"] }) { usage { imei } } }`;
const FOLLOW = 'subscription Follow($txid: ID!) { aggregatedReportProgress(txid: $txid) { status } }';
const GATEWAY = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
const OTHER = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
const JSON_TYPE = { 'Content-Type': 'application/json' };
/** In nanoseconds. The SDK reads the time of day in whole milliseconds. */
const MILLISECOND = 1_000_000n;
const AGGREGATE = `POST ${PATHS.aggregate}`;
const SESSIONS = `POST ${PATHS.sessions}`;

const toTraceparent = ({ traceId, spanId }: typeof GATEWAY, flags = '01'): string => `00-${traceId}-${spanId}-${flags}`;
const LANES: [string, Record<string, string>][] = [
  ['the fast lane', {}],
  ['Yoga', { Accept: 'application/json;q=0.9' }],
];

describe('traces', () => {
  let at: AsyncWorld;
  let collector: Collector;

  beforeEach(async () => {
    collector = await startCollector();
  });
  afterEach(async () => {
    await at.close();
    await collector.close();
  });

  const open = async (config: Settings = {}): Promise<void> => {
    at = await startAsyncWorld({ config: { otlpEndpoint: collector.url, ...config } });
    at.platform.onRequest(
      PATHS.aggregate,
      answerWithUsage(() => ({ numberOfSessions: 1, bytesTransferred: 2 })),
    );
  };
  const post = (query: string, headers: Record<string, string> = {}, variables = {}) =>
    sendRaw(at.world.url, { headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify({ query, variables }) });
  /** Stops the server, which sends the spans that it still has. */
  const collect = async (): Promise<CollectedSpan[]> => {
    await at.world.shutDown();
    return collector.spans();
  };
  const only = (name: string): CollectedSpan => {
    const [span, ...others] = collector.named(name);
    if (span === undefined || others.length > 0) throw new Error(`not one span is named ${name}`);
    return span;
  };
  const sentUpstream = (path: string): string[] =>
    at.platform.requestsTo(path).map(({ headers }) => String(headers['traceparent'] ?? ''));

  test.each(LANES)('continue that of the gateway, down to the platform, in %s', async (_, headers) => {
    await open();
    await post(USAGE, {
      ...headers,
      'X-Request-Id': 'request-1',
      traceparent: toTraceparent(GATEWAY),
      tracestate: 'gateway=one',
    });
    const spans = await collect();
    expect(spans.map(({ name }) => name)).toEqual(['query Fleet', 'batch', AGGREGATE]);
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([GATEWAY.traceId]));
    const [operation, batch, attempt] = spans;
    expect(operation).toMatchObject({
      kind: 'server',
      parentSpanId: GATEWAY.spanId,
      traceState: 'gateway=one',
      isError: false,
      attributes: {
        'graphql.operation.type': 'query',
        'graphql.operation.name': 'Fleet',
        'device_reports.request_id': 'request-1',
        'device_reports.outcome': 'OK',
        'device_reports.cost.calls': 1,
        'device_reports.cost.shared': 0,
        'device_reports.cost.cached': 0,
        'device_reports.cost.retried': 0,
      },
    });
    expect(batch).toMatchObject({
      kind: 'internal',
      parentSpanId: operation?.spanId,
      links: [operation?.spanId],
      attributes: { 'device_reports.outcome': 'OK', 'device_reports.attempts': 1, 'device_reports.devices': 1 },
    });
    expect(attempt).toMatchObject({
      kind: 'client',
      parentSpanId: batch?.spanId,
      attributes: {
        'http.request.method': 'POST',
        'url.path': PATHS.aggregate,
        'http.response.status_code': 200,
        'device_reports.attempt': 1,
      },
    });
    for (const [above, below] of [
      [operation, batch],
      [batch, attempt],
    ]) {
      expect((below?.startNs ?? 0n) + MILLISECOND).toBeGreaterThanOrEqual(above?.startNs ?? 0n);
      expect(below?.endNs).toBeLessThanOrEqual((above?.endNs ?? 0n) + MILLISECOND);
    }
    const { traceId } = GATEWAY;
    expect(sentUpstream(PATHS.aggregate)).toEqual([toTraceparent({ traceId, spanId: attempt?.spanId ?? '' })]);
    const [sent] = at.platform.requestsTo(PATHS.aggregate);
    expect(sent?.headers).not.toHaveProperty('tracestate');
    expect(operation?.resource).toMatchObject({ 'service.name': 'device-reports-graphql' });
  });

  test('begin anew without a valid traceparent', async () => {
    await open();
    for (const traceparent of ['', toTraceparent(GATEWAY).toUpperCase(), toTraceparent({ ...GATEWAY, spanId: '0' })]) {
      await post(USAGE, traceparent === '' ? {} : { traceparent });
    }
    const operations = (await collect()).filter(({ kind }) => kind === 'server');
    expect(operations.map(({ parentSpanId }) => parentSpanId)).toEqual(['', '', '']);
    expect(new Set(operations.map(({ traceId }) => traceId)).size).toBe(3);
  });

  test('have one span for a call that several operations fill, with a link to each of them', async () => {
    await open({ batchWindowMs: 1_000 });
    const ask = (imeis: readonly string[], from: typeof GATEWAY) =>
      post(`{ aggregatedReport(input: { imei: ${JSON.stringify(imeis)} }) { usage { imei } } }`, {
        traceparent: toTraceparent(from),
      });
    const devices = imeisOf(10);
    await Promise.all([ask(devices.slice(0, 4), GATEWAY), ask(devices.slice(4), OTHER)]);
    await collect();
    const operations = collector.named('query');
    const batch = only('batch');
    expect([...batch.links].sort()).toEqual(operations.map(({ spanId }) => spanId).sort());
    expect(batch.attributes['device_reports.devices']).toBe(10);
    const above = operations.find(({ spanId }) => spanId === batch.parentSpanId);
    const beside = operations.find(({ spanId }) => spanId !== batch.parentSpanId);
    expect(above?.links).toEqual([]);
    expect(beside?.links).toEqual([batch.spanId]);
    expect(only(AGGREGATE).parentSpanId).toBe(batch.spanId);
  });

  test('link an operation to the call of another one that it joins in flight', async () => {
    await open();
    const held = createHeldAnswers();
    at.platform.onRequest(PATHS.sessions, held.hold(answerWith({ id: '1', txid: 'a-txid', sessions: [] })));
    const toField = (imei: string): string => `s${imei}: sessionsReport(input: { imei: "${imei}" }) { txid }`;
    const first = post(`query First { ${toField(A)} }`, { traceparent: toTraceparent(GATEWAY) });
    await eventually(held.count).toBe(1);
    const second = post(`query Second { ${toField(A)} ${toField(B)} }`, { traceparent: toTraceparent(OTHER) });
    await eventually(held.count).toBe(2);
    held.letAllGo();
    await Promise.all([first, second]);
    await collect();
    const joined = collector.named('batch').find(({ traceId }) => traceId === GATEWAY.traceId);
    const [one, other] = [only('query First'), only('query Second')];
    expect(joined).toMatchObject({ parentSpanId: one.spanId, links: [one.spanId, other.spanId] });
    expect(other.links).toEqual([joined?.spanId]);
    expect(collector.named(SESSIONS)).toHaveLength(2);
  });

  test('have a span for each attempt, with its status or why there is none', async () => {
    await open({ retries: 2 });
    const statuses = [503, null, 200];
    at.platform.onRequest(PATHS.aggregate, (response, request) => {
      const status = statuses.shift();
      if (status === null) response.destroy();
      else if (status === 200) answerWithUsage(() => ({ numberOfSessions: 1, bytesTransferred: 2 }))(response, request);
      else answerWith({}, status)(response, request);
    });
    await post(USAGE);
    await collect();
    const attempts = collector.named(AGGREGATE);
    expect(attempts.map(({ attributes, isError }) => [attributes['device_reports.attempt'], isError])).toEqual([
      [1, true],
      [2, true],
      [3, false],
    ]);
    expect(attempts.map(({ attributes }) => attributes['http.response.status_code'])).toEqual([503, undefined, 200]);
    expect(attempts.map(({ attributes }) => attributes['http.request.resend_count'])).toEqual([undefined, 1, 2]);
    expect(attempts[1]?.attributes['error.type']).toBe('ECONNRESET');
    expect(only('batch')).toMatchObject({ isError: false, attributes: { 'device_reports.attempts': 3 } });
    const sent = sentUpstream(PATHS.aggregate).map((traceparent) => traceparent.split('-')[2]);
    expect(sent).toEqual(attempts.map(({ spanId }) => spanId));
  });

  test('show the code of an operation that fails, and of its call', async () => {
    await open();
    at.platform.onRequest(PATHS.sessions, answerWith({ errorCode: 'NO_SUCH_DEVICE' }, 404));
    await post(`query Lost { sessionsReport(input: { imei: "${A}" }) { txid } }`);
    await collect();
    for (const name of ['query Lost', 'batch']) {
      const code = 'UPSTREAM_NOT_FOUND';
      expect(only(name)).toMatchObject({
        isError: true,
        attributes: { 'error.type': code, 'device_reports.outcome': code },
      });
    }
    expect(only(SESSIONS)).toMatchObject({ isError: true, attributes: { 'http.response.status_code': 404 } });
  });

  test('have a span for each read and commit of the store', async () => {
    await open();
    const txid = await at.request([A]);
    await at.post(usageOf(txid, A));
    await post(
      `query Stored { aggregatedReportRequest(txid: "${txid}") { usage(first: 1) { nodes { imei } } totals { bytesTransferred } } }`,
    );
    await collect();
    const below = (name: string): string[] => {
      const { spanId } = only(name);
      return collector.spans().flatMap((span) => (span.parentSpanId === spanId ? [span.name] : []));
    };
    // The last call looks for the listener of the account, beside the mutation.
    expect(below('mutation RequestAggregatedReport')).toEqual(['store acquire', 'batch', 'store add', 'batch']);
    expect(below('query Stored').sort()).toEqual(['store find', 'store totals', 'store usage']);
    expect(only('store recordMessages')).toMatchObject({
      parentSpanId: '',
      attributes: { 'device_reports.messages': 1 },
    });
  });

  test('have a span for each subscription, when it ends, over event streams and WebSockets', async () => {
    await open();
    const txid = await at.request([A]);
    const events = await subscribe(at.world.url, FOLLOW, { txid }, { traceparent: toTraceparent(GATEWAY) });
    await events.next();
    const socket = await openSocket(at.world.url, { headers: { traceparent: toTraceparent(OTHER) } });
    socket.send({ type: 'connection_init' });
    await socket.next();
    socket.send({ type: 'subscribe', id: '1', payload: { query: FOLLOW, variables: { txid } } });
    await socket.next();
    await at.post(usageOf(txid, A));
    await events.all();
    while ((await socket.next())?.type !== 'complete');
    socket.socket.close();
    await socket.closed;
    await collect();
    const follows = collector.named('subscription Follow');
    expect(follows.map(({ parentSpanId }) => parentSpanId)).toEqual([GATEWAY.spanId, OTHER.spanId]);
    for (const { attributes } of follows) {
      expect(attributes).toMatchObject({ 'device_reports.outcome': 'OK', 'device_reports.events': 2 });
    }
  });

  test.each([
    ['the gateway does not record it', { tracesSampler: 'parentbased_always_on' }, '00'],
    ['the ratio leaves it out', { tracesSampler: 'traceidratio', tracesRatio: 0 }, '01'],
    ['none is recorded', { tracesSampler: 'always_off' }, '01'],
  ] as const)('only pass the ids of a trace on if %s', async (_, settings, flags) => {
    await open(settings);
    await post(USAGE, { traceparent: toTraceparent(GATEWAY, flags) });
    expect(await collect()).toEqual([]);
    expect(sentUpstream(PATHS.aggregate)).toEqual([
      expect.stringMatching(new RegExp(`^00-${GATEWAY.traceId}-[0-9a-f]{16}-00$`)) as string,
    ]);
  });

  test('name as many operations as tell them apart, and then only their kinds', async () => {
    await open();
    for (let name = 0; name < 205; name += 1) await post(`query Name${name} { __typename }`);
    await post('query Name7 { __typename }');
    await post('{ __typename }');
    const names = (await collect()).map(({ name }) => name);
    expect(names.filter((name) => name === 'query')).toHaveLength(6);
    expect(names.filter((name) => name === 'query Name7')).toHaveLength(2);
    expect(collector.spans()[204]?.attributes['graphql.operation.name']).toBe('Name204');
  });

  test('contain no token, address, account or IMEI', async () => {
    await open({ otlpHeaders: { 'x-api-key': 'a-key-of-the-collector' } });
    const secret = { Authorization: 'Bearer a-token-of-the-caller', 'X-Request-Id': A };
    await post(USAGE.replace('Fleet', `of${A}`), secret);
    await post('{ callbackListeners { url } }', secret);
    const txid = await at.request([A, B]);
    await at.post(usageOf(txid, A));
    at.platform.onRequest(PATHS.aggregate, (response) => response.destroy());
    await post(USAGE.replace(A, B), secret);
    const spans = await collect();
    expect(spans.length).toBeGreaterThan(10);
    expect(collector.text()).toContain('***********0000');
    for (const each of [A, B, ACCOUNT, '127.0.0.1', 'a-bearer-token', 'a-session-token', 'a-token', 'a-key', txid]) {
      expect([each, collector.text().includes(each)]).toEqual([each, false]);
    }
    expect(collector.headers[0]?.['x-api-key']).toBe('a-key-of-the-collector');
  });
});

describe('without a collector', () => {
  let at: AsyncWorld;
  afterEach(() => at.close());

  test('operations get no trace, and the platform no traceparent', async () => {
    at = await startAsyncWorld();
    await post(at, { traceparent: toTraceparent(GATEWAY) });
    const [sent] = at.platform.requestsTo(PATHS.aggregate);
    expect(sent?.headers).not.toHaveProperty('traceparent');
  });

  test('that accepts them, operations work, and a line says that their spans are lost', async () => {
    const collector = await startCollector(401);
    at = await startAsyncWorld({ config: { otlpEndpoint: collector.url } });
    await post(at, {}, '{ __typename }');
    await at.world.shutDown();
    await collector.close();
    const lines = at.world.logged.filter((line) => line.includes('traces cannot be sent'));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 40, spans: 1, cause: '401' });
    expect(lines[0]).not.toContain(new URL(collector.url).host);
  });

  async function post(to: AsyncWorld, headers: Record<string, string>, query = USAGE): Promise<void> {
    const body = JSON.stringify({ query });
    await sendRaw(to.world.url, { headers: { ...JSON_TYPE, ...headers }, body });
  }
});
