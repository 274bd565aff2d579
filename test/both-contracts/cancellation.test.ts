import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createThingspaceClient } from '../../src/thingspace/client.ts';
import { createHttpClient } from '../../src/thingspace/http-client.ts';
import { createCallPolicies } from '../../src/thingspace/resilience/policy.ts';
import { createSecrets } from '../../src/thingspace/secrets.ts';
import { createMemoryKeyValues } from '../../src/domain/key-values.ts';
import { createSignedInTokens } from '../../src/thingspace/sign-in/signed-in-tokens.ts';
import { createSingleFlight } from '../../src/thingspace/sign-in/single-flight.ts';
import { createTurn } from '../../src/thingspace/turn.ts';
import { PATHS } from '../support/world/admin.ts';
import { eventually } from '../support/eventually.ts';
import { createTestClock } from '../support/fakes/clock.ts';
import {
  AggregatedReportDocument,
  RequestAggregatedReportDocument,
  SessionsReportDocument,
} from '../support/graphql/graphql.ts';
import { createHeldAnswers, type HeldAnswers } from '../support/fakes/held-responses.ts';
import { askImpatiently, type ImpatientClient } from '../support/fakes/impatient-client.ts';
import { answerWith, startRecordingPlatform, type RecordingPlatform } from '../support/fakes/recording-platform.ts';
import { startWorld, type Answer, type World } from '../support/world/world.ts';

const REPORT = { id: '1', txid: 'a-txid', sessions: [] };

describe('a client that disconnects', () => {
  let platform: RecordingPlatform;
  let world: World;
  let held: HeldAnswers;

  beforeEach(async () => {
    held = createHeldAnswers();
    platform = await startRecordingPlatform();
    platform.onRequest(PATHS.sessions, held.hold(answerWith(REPORT)));
    platform.onRequest(PATHS.aggregate, held.hold(answerWith({ txid: 'a-txid', usage: [] })));
    platform.onRequest(PATHS.async, held.hold(answerWith({ txid: 'a-txid', status: 'QUEUED' })));
    world = await startWorld({ config: { baseUrl: platform.url, concurrency: 4 } });
  });
  afterEach(async () => {
    await world.close();
    await platform.close();
  });

  const imei = '709312034493372';
  const ask = (durationLow: number): Promise<Answer> =>
    world.query(SessionsReportDocument, { input: { imei, durationLow } });
  const askWithoutPatience = (durationLow: number): ImpatientClient =>
    askImpatiently(world.url, SessionsReportDocument, { input: { imei, durationLow } });
  const brokenOff = (path: string): boolean[] => platform.requestsTo(path).map((request) => request.isBrokenOff());

  test('cancels its upstream call', async () => {
    const client = askWithoutPatience(0);
    await eventually(() => held.count()).toBe(1);
    client.abort();
    await eventually(() => brokenOff(PATHS.sessions)).toEqual([true]);
  });

  test('does not cancel the calls of others', async () => {
    const client = askWithoutPatience(0);
    const others = [ask(1), ask(2)];
    await eventually(() => held.count()).toBe(3);
    client.abort();
    await eventually(() => brokenOff(PATHS.sessions).filter(Boolean)).toHaveLength(1);
    held.letAllGo();
    for (const { errors } of await Promise.all(others)) expect(errors).toEqual([]);
  });

  test('sends none of its queued calls, and frees its slots', async () => {
    const hundred = Array.from({ length: 100 }, (_, at) => `3500000000000${String(at).padStart(2, '0')}`);
    const client = askImpatiently(world.url, AggregatedReportDocument, { input: { imei: hundred } });
    await eventually(() => held.count()).toBe(4);
    client.abort();
    await eventually(() => brokenOff(PATHS.aggregate)).toEqual([true, true, true, true]);
    const after = [1, 2, 3, 4].map((low) => ask(low));
    await eventually(() => held.count()).toBe(8);
    held.letAllGo();
    for (const { errors } of await Promise.all(after)) expect(errors).toEqual([]);
    expect(platform.requestsTo(PATHS.aggregate)).toHaveLength(4);
  });

  test('does not cancel a sign-in that others wait for', async () => {
    platform.onRequest(PATHS.login, held.hold(answerWith({ sessionToken: 'a-session-token' })));
    const client = askWithoutPatience(0);
    await eventually(() => held.count()).toBe(1);
    const other = ask(1);
    client.abort();
    platform.onRequest(PATHS.sessions, answerWith(REPORT));
    held.letOneGo();
    expect((await other).errors).toEqual([]);
    expect(brokenOff(PATHS.login)).toEqual([false]);
    expect(platform.requestsTo(PATHS.token)).toHaveLength(1);
  });

  test('starts no async report if it disconnects before the request is sent, and releases its idempotency key', async () => {
    platform.onRequest(PATHS.login, held.hold(answerWith({ sessionToken: 'a-session-token' })));
    platform.onRequest(PATHS.async, answerWith({ txid: 'a-txid', status: 'QUEUED' }));
    const toVariables = (idempotencyKey: string) => ({ input: { imei: [imei], idempotencyKey } });
    const request = (key: string) => world.query(RequestAggregatedReportDocument, toVariables(key));
    const client = askImpatiently(world.url, RequestAggregatedReportDocument, toVariables('a-key'));
    await eventually(() => held.count()).toBe(1);
    client.abort();
    // Requests over other connections: once they are answered, the server has noticed the disconnect.
    for (let times = 0; times < 3; times += 1) await world.query('{ __typename }');
    held.letOneGo();
    expect((await request('another-key')).errors).toEqual([]);
    expect(platform.requestsTo(PATHS.async)).toHaveLength(1);
    platform.onRequest(PATHS.async, answerWith({ txid: 'another-txid', status: 'QUEUED' }));
    expect((await request('a-key')).errors).toEqual([]);
    expect(platform.requestsTo(PATHS.async)).toHaveLength(2);
  });

  test('does not cancel a sign-in that only it waits for: the next client uses it', async () => {
    platform.onRequest(PATHS.login, held.hold(answerWith({ sessionToken: 'a-session-token' })));
    const client = askWithoutPatience(0);
    await eventually(() => held.count()).toBe(1);
    client.abort();
    held.letOneGo();
    platform.onRequest(PATHS.sessions, answerWith(REPORT));
    expect((await ask(1)).errors).toEqual([]);
    expect(platform.requestsTo(PATHS.login)).toHaveLength(1);
  });

  test('does not cancel an async report request that was sent', async () => {
    const client = askImpatiently(world.url, RequestAggregatedReportDocument, { input: { imei: [imei] } });
    await eventually(() => held.count()).toBe(1);
    client.abort();
    platform.onRequest(PATHS.sessions, answerWith(REPORT));
    expect((await ask(0)).errors).toEqual([]);
    held.letOneGo();
    await eventually(() => platform.answeredTo(PATHS.async)).toBe(1);
    expect(brokenOff(PATHS.async)).toEqual([false]);
  });

  test('causes no error in the log', async () => {
    const client = askWithoutPatience(0);
    await eventually(() => held.count()).toBe(1);
    client.abort();
    await eventually(() => brokenOff(PATHS.sessions)).toEqual([true]);
    platform.onRequest(PATHS.sessions, answerWith(REPORT));
    await ask(1);
    expect(world.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
  });
});

describe('a single flight', () => {
  test('rejects for those whose signal aborts, and finishes for the others', async () => {
    let finish: (result: string) => void = () => undefined;
    const join = createSingleFlight(() => new Promise<string>((resolve) => (finish = resolve)));
    const [gone, leaving] = [new AbortController(), new AbortController()];
    gone.abort(new Error('gone before'));
    const staying = join(new AbortController().signal);
    await expect(join(gone.signal)).rejects.toThrow('gone before');
    const left = join(leaving.signal);
    leaving.abort(new Error('gone meanwhile'));
    await expect(left).rejects.toThrow('gone meanwhile');
    finish('done');
    expect(await staying).toBe('done');
  });
});

describe('a call that may not be repeated', () => {
  test('is not sent if its signal aborts before', async () => {
    const platform = await startRecordingPlatform();
    const secrets = createSecrets(platform.url, []);
    const http = createHttpClient({ maxResponseBytes: 1_000, maxConnections: 1 });
    const clock = createTestClock('2026-11-20T12:00:00Z');
    const limits = { callTimeoutMs: 5_000, totalTimeoutMs: 5_000, concurrency: 1, callsPerSecond: 0 };
    const settings = { ...limits, retries: 2, breakerFailures: 0 };
    const policies = createCallPolicies({ settings, clock, onBreaker: () => undefined });
    const reached = { baseUrl: platform.url, exchange: http.exchange, clock, policies };
    const credentials = { clientId: 'an-id', clientSecret: 'a-secret', username: 'a-user', password: 'a-password' };
    const client = createThingspaceClient(
      reached,
      createSignedInTokens({
        ...reached,
        credentials,
        secrets,
        keyValues: createMemoryKeyValues(),
        locks: null,
        onSignInFailure: () => undefined,
        onSignInBlocked: () => undefined,
      }),
    );
    const controller = new AbortController();
    platform.onRequest(PATHS.login, (response, request) => {
      controller.abort(new Error('gone'));
      answerWith({ sessionToken: 'a-session-token' })(response, request);
    });
    const { signal } = controller;
    const call = {
      endpoint: 'a-report',
      accountNumber: 'an-account',
      turn: createTurn({}),
      signal,
      onSend: () => undefined,
    };
    await expect(client.post(PATHS.async, () => ({ body: {} }), { ...call, repeatable: false })).rejects.toThrow(
      'gone',
    );
    expect(platform.requestsTo(PATHS.async)).toEqual([]);
    http.close();
    await platform.close();
  });
});
