import { afterEach, describe, expect, test } from 'vitest';
import { METRICS } from '../../src/telemetry/metric-list.ts';
import { createBoundedLabels, OTHER } from '../../src/telemetry/bounded-labels.ts';
import { subscribe } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { answerWith, answerWithUsage } from '../support/fakes/recording-platform.ts';
import { fc } from '../support/fast-check.ts';
import { openSocket } from '../support/graphql-socket.ts';
import { LANES } from '../support/lanes.ts';
import { sendRaw } from '../support/raw-request.ts';
import { PATHS } from '../support/world/admin.ts';
import { ACCOUNT, imeisOf, startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';
import { scrape, type Scrape } from '../support/world/metric-reader.ts';
import type { Settings } from '../support/world/settings.ts';

const [A = '', B = ''] = imeisOf(2);
const WINDOW = 'startDate: "2026-10-01", endDate: "2026-10-10"';
const usage = (name: string, ...imeis: string[]): string =>
  `query ${name} { aggregatedReport(input: { imei: ${JSON.stringify(imeis)}, ${WINDOW} }) { usage { imei } } }`;
const FOLLOW = 'subscription Follow($txid: ID!) { aggregatedReportProgress(txid: $txid) { status } }';

describe('the metrics', () => {
  let at: AsyncWorld;
  afterEach(() => at.close());

  const open = async (config: Settings = {}): Promise<void> => {
    at = await startAsyncWorld({ config: { metricsPort: 0, ...config } });
    at.platform.onRequest(
      PATHS.aggregate,
      answerWithUsage(() => ({ numberOfSessions: 1, bytesTransferred: 2 })),
    );
  };
  const read = (): Promise<Scrape> => scrape(at.world.metricsUrl);

  test('are all there, with a help text, on a port that has nothing else', async () => {
    await open();
    await at.world.query(usage('Fleet', A));
    const { text } = await read();
    for (const { name, type, help } of Object.values(METRICS)) {
      expect(text).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`);
    }
    expect([...text.matchAll(/^# TYPE /gm)]).toHaveLength(Object.keys(METRICS).length);
    const url = at.world.metricsUrl ?? '';
    expect((await fetch(url)).headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect((await fetch(url, { method: 'POST' })).status).toBe(405);
    expect((await fetch(new URL('/graphql', url))).status).toBe(404);
    expect((await fetch(new URL('/metrics', at.world.url))).status).toBe(404);
  });

  test.each(Object.keys(LANES) as (keyof typeof LANES)[])('count operations by name and code, by %s', async (lane) => {
    await open();
    const send = (query: string) => sendRaw(at.world.url, LANES[lane]({ query }));
    await send(usage('Fleet', A));
    await send(usage('Fleet', A));
    await send(`{ aggregatedReport(input: { imei: ["${A}"] }) { usage { imei } } }`);
    at.platform.onRequest(PATHS.aggregate, answerWith({}, 403));
    await send(usage('Fleet', B));
    const { value } = await read();
    const count = 'device_reports_operation_duration_seconds_count';
    expect(value(count, { name: 'Fleet', result: 'ok' })).toBe(2);
    expect(value(count, { name: 'Fleet', result: 'error' })).toBe(1);
    expect(value(count, { name: '(unnamed)', result: 'ok' })).toBe(1);
    expect(value('device_reports_operation_errors_total', { name: 'Fleet', code: 'UPSTREAM_FORBIDDEN' })).toBe(1);
  });

  test('have at most 50 names of operations, whatever clients send', async () => {
    await open();
    for (let n = 0; n < 60; n += 1) await at.world.query(`query Name${n} { __typename }`);
    const { labelsOf, value } = await read();
    const names = labelsOf('device_reports_operation_duration_seconds_count', 'name');
    expect(names).toHaveLength(51);
    expect(value('device_reports_operation_duration_seconds_count', { name: '(other)' })).toBe(10);
  });

  test('count requests that ran no operation by their status', async () => {
    await open();
    const headers = { 'Content-Type': 'application/json', Accept: 'application/graphql-response+json' };
    await sendRaw(at.world.url, { headers, body: '{' });
    await sendRaw(at.world.url, { headers, body: '{"query":"{ __typename }"}' });
    await sendRaw(at.world.url, { method: 'GET', path: '/reports/no-such-download' });
    await eventually(async () => (await read()).labelsOf('device_reports_other_requests_total', 'status').join()).toBe(
      '400,404',
    );
  });

  test('count calls by endpoint, status and attempt, the devices in them, and what sharing and the cache saved', async () => {
    await open({ cacheMaxBytes: 1_000_000 });
    const answers = [500, 200];
    at.platform.onRequest(PATHS.aggregate, (response, request) => {
      const status = answers.shift() ?? 200;
      if (status === 500) answerWith({}, 500)(response, request);
      else answerWithUsage(() => ({ numberOfSessions: 1, bytesTransferred: 2 }))(response, request);
    });
    await Promise.all([at.world.query(usage('One', A)), at.world.query(usage('Two', A, B))]);
    await at.world.query(usage('Three', A, B));
    const { value } = await read();
    const calls = (labels: Record<string, string>) => value('device_reports_upstream_calls_total', labels);
    expect(calls({ endpoint: 'aggregated-report', status: '500', attempt: '1' })).toBe(1);
    expect(calls({ endpoint: 'aggregated-report', status: '200', attempt: '2' })).toBe(1);
    expect(calls({ endpoint: 'token', status: '200', attempt: '1' })).toBe(1);
    expect(calls({ endpoint: 'login', status: '200', attempt: '1' })).toBe(1);
    expect(value('device_reports_upstream_call_devices_sum', { endpoint: 'aggregated-report' })).toBe(4);
    expect(value('device_reports_upstream_call_duration_seconds_count', { endpoint: 'aggregated-report' })).toBe(2);
    expect(value('device_reports_upstream_calls_saved_total')).toBe(1);
    expect(value('device_reports_cached_results_total')).toBe(2);
    expect(value('device_reports_sign_ins_total', { outcome: 'succeeded' })).toBe(1);
    expect(value('device_reports_sign_in_failures_left')).toBe(2);
    expect(value('device_reports_upstream_calls_running')).toBe(0);
    expect(value('device_reports_upstream_calls_waiting')).toBe(0);
  });

  test('show how many logins may fail before the first one, and after each', async () => {
    await open();
    const left = async () => (await read()).value('device_reports_sign_in_failures_left');
    expect(await left()).toBe(2);
    at.platform.onRequest(PATHS.login, answerWith({ errorCode: 'X' }, 401));
    for (const expected of [1, 0]) {
      await at.world.query(usage('Fleet', A));
      at.world.clock.advance(1_000);
      expect(await left()).toBe(expected);
    }
  });

  test('leave out what is not known', async () => {
    await open({ recordMode: 'off' });
    const { value, text } = await read();
    for (const name of ['record_days', 'record_listening', 'record_last_timestamp_seconds']) {
      expect(text).toContain(`# TYPE device_reports_${name} gauge`);
      expect(value(`device_reports_${name}`)).toBe(null);
    }
  });

  test('show calls that run and that wait for a slot', async () => {
    await open({ concurrency: 1, batchWindowMs: 0 });
    const answer = answerWith({ sessions: [] });
    let release = (): void => undefined;
    at.platform.onRequest(PATHS.sessions, (response, request) => {
      release = () => answer(response, request);
    });
    const sessions = (imei: string) => at.world.query(`{ sessionsReport(input: { imei: "${imei}" }) { txid } }`);
    const both = Promise.all([sessions(A), sessions(B)]);
    await eventually(async () => (await read()).value('device_reports_upstream_calls_waiting')).toBe(1);
    expect((await read()).value('device_reports_upstream_calls_running')).toBe(1);
    at.platform.onRequest(PATHS.sessions, answer);
    release();
    await both;
    expect((await read()).value('device_reports_upstream_calls_running')).toBe(0);
  });

  test('show the account whose circuit breaker is open, and how often sign-in may still fail', async () => {
    await open({ breakerFailures: 1, retries: 0 });
    at.platform.onRequest(PATHS.aggregate, answerWith({}, 503));
    for (const name of ['One', 'Two', 'Three']) {
      await at.world.query(usage(name, A));
      at.world.clock.advance(1_000);
    }
    expect((await read()).value('device_reports_breaker_open', { account: ACCOUNT })).toBe(1);
    at.platform.onRequest(
      PATHS.aggregate,
      answerWithUsage(() => ({ numberOfSessions: 1, bytesTransferred: 2 })),
    );
    at.world.clock.advance(20_000);
    await at.world.query(usage('Four', A));
    expect((await read()).value('device_reports_breaker_open')).toBe(null);
  });

  test('count callbacks by what came of them, and reports by their status', async () => {
    await open();
    const txid = await at.request([A, B]);
    await at.post(usageOf(txid, A));
    await at.post(usageOf(txid, A));
    await at.post(usageOf('unknown-1', A));
    await at.post('{ not JSON');
    await at.post('', { method: 'GET' });
    at.world.clock.advance(600_000);
    const { value } = await read();
    expect(value('device_reports_callbacks_total', { outcome: 'stored' })).toBe(4);
    expect(value('device_reports_callbacks_total', { outcome: 'rejected' })).toBe(1);
    expect(value('device_reports_callback_messages_total', { kind: 'fresh' })).toBe(1);
    expect(value('device_reports_callback_messages_total', { kind: 'repeated' })).toBe(1);
    expect(value('device_reports_callback_messages_total', { kind: 'unknown' })).toBe(1);
    expect(value('device_reports_dead_letters_total')).toBe(1);
    expect(value('device_reports_reports', { status: 'RECEIVING' })).toBe(1);
    expect(value('device_reports_reports', { status: 'COMPLETED' })).toBe(0);
    expect(value('device_reports_oldest_open_report_age_seconds')).toBe(600);
    expect(value('device_reports_store_duration_seconds_count', { kind: 'write' })).toBeGreaterThan(3);
    await at.post(usageOf(txid, B));
    // The counts of reports are read once a minute.
    expect((await read()).value('device_reports_reports', { status: 'COMPLETED' })).toBe(0);
    at.world.clock.advance(60_000);
    const later = await read();
    expect(later.value('device_reports_reports', { status: 'COMPLETED' })).toBe(1);
    expect(later.value('device_reports_oldest_open_report_age_seconds')).toBe(0);
  });

  test('count open subscriptions by transport', async () => {
    await open();
    const txid = await at.request([A]);
    const events = await subscribe(at.world.url, FOLLOW, { txid });
    await events.next();
    const socket = await openSocket(at.world.url);
    socket.send({ type: 'connection_init' });
    await socket.next();
    socket.send({ id: '1', type: 'subscribe', payload: { query: FOLLOW, variables: { txid } } });
    await socket.next();
    const during = await read();
    expect(during.value('device_reports_subscriptions', { transport: 'sse' })).toBe(1);
    expect(during.value('device_reports_subscriptions', { transport: 'websocket' })).toBe(1);
    await at.post(usageOf(txid, A));
    await events.all();
    await eventually(async () => (await read()).value('device_reports_subscriptions')).toBe(0);
    const { value } = await read();
    expect(value('device_reports_subscription_events_total', { transport: 'sse' })).toBe(2);
    expect(value('device_reports_subscription_ends_total', { code: 'OK' })).toBe(2);
    socket.socket.close();
  });

  test('show no IMEI, token, address or path of the platform', async () => {
    await open();
    await at.world.query(usage(`of${A}`, A));
    await at.world.query(usage('Fleet', A));
    const { text } = await read();
    expect(text).not.toContain(A);
    expect(text).not.toContain(new URL(at.platform.url).host);
    expect(text).not.toContain('hyper-precise');
    expect(text).not.toMatch(/bearer|secret|127\.0\.0\.1/i);
  });

  test('are not measured without METRICS_PORT', async () => {
    at = await startAsyncWorld();
    expect(at.world.metricsUrl).toBe(null);
  });
});

test('a label has no more values than its limit, and each of them for itself', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string()),
      fc.integer({ min: 0, max: 5 }),
      fc.array(fc.string()),
      (texts, max, reserved) => {
        const toLabel = createBoundedLabels(max, reserved);
        const labels = texts.map(toLabel);
        labels.forEach((label, index) => expect([texts[index], OTHER]).toContain(label));
        const own = new Set(labels.filter((label) => label !== OTHER && !reserved.includes(label)));
        expect(own.size).toBeLessThanOrEqual(max);
        for (const text of reserved) expect(toLabel(text)).toBe(text);
      },
    ),
  );
});
