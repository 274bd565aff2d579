import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createThingspaceClient } from '../../src/thingspace/client.ts';
import { createHttpClient } from '../../src/thingspace/http-client.ts';
import { createCallPolicies } from '../../src/thingspace/resilience/policy.ts';
import { createSecrets } from '../../src/thingspace/secrets.ts';
import { createMemoryKeyValues } from '../../src/thingspace/sign-in/login-notes.ts';
import { createSignedInTokens } from '../../src/thingspace/sign-in/signed-in-tokens.ts';
import { createSingleFlight } from '../../src/thingspace/sign-in/single-flight.ts';
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

describe('a caller that goes away', () => {
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

  test('stops its upstream call', async () => {
    const caller = askWithoutPatience(0);
    await eventually(() => held.count()).toBe(1);
    caller.abort();
    await eventually(() => brokenOff(PATHS.sessions)).toEqual([true]);
  });

  test('leaves the calls of others alone', async () => {
    const caller = askWithoutPatience(0);
    const others = [ask(1), ask(2)];
    await eventually(() => held.count()).toBe(3);
    caller.abort();
    await eventually(() => brokenOff(PATHS.sessions).filter(Boolean)).toHaveLength(1);
    held.letAllGo();
    for (const { errors } of await Promise.all(others)) expect(errors).toEqual([]);
  });

  test('sends none of the calls that still waited for their turn, and gives its places back', async () => {
    const hundred = Array.from({ length: 100 }, (_, at) => `3500000000000${String(at).padStart(2, '0')}`);
    const caller = askImpatiently(world.url, AggregatedReportDocument, { input: { imei: hundred } });
    await eventually(() => held.count()).toBe(4);
    caller.abort();
    await eventually(() => brokenOff(PATHS.aggregate)).toEqual([true, true, true, true]);
    const after = [1, 2, 3, 4].map((low) => ask(low));
    await eventually(() => held.count()).toBe(8);
    held.letAllGo();
    for (const { errors } of await Promise.all(after)) expect(errors).toEqual([]);
    expect(platform.requestsTo(PATHS.aggregate)).toHaveLength(4);
  });

  test('does not stop the sign-in that others wait for', async () => {
    platform.onRequest(PATHS.login, held.hold(answerWith({ sessionToken: 'a-session-token' })));
    const caller = askWithoutPatience(0);
    await eventually(() => held.count()).toBe(1);
    const other = ask(1);
    caller.abort();
    platform.onRequest(PATHS.sessions, answerWith(REPORT));
    held.letOneGo();
    expect((await other).errors).toEqual([]);
    expect(brokenOff(PATHS.login)).toEqual([false]);
    expect(platform.requestsTo(PATHS.token)).toHaveLength(1);
  });

  test('starts no report where it has gone before the request is sent, and leaves its key to the next', async () => {
    platform.onRequest(PATHS.login, held.hold(answerWith({ sessionToken: 'a-session-token' })));
    platform.onRequest(PATHS.async, answerWith({ txid: 'a-txid', status: 'QUEUED' }));
    const toVariables = (idempotencyKey: string) => ({ input: { imei: [imei], idempotencyKey } });
    const request = (key: string) => world.query(RequestAggregatedReportDocument, toVariables(key));
    const caller = askImpatiently(world.url, RequestAggregatedReportDocument, toVariables('a-key'));
    await eventually(() => held.count()).toBe(1);
    caller.abort();
    // Others' requests over other connections: whatever the server hears of the one who left, it has heard by then.
    for (let times = 0; times < 3; times += 1) await world.query('{ __typename }');
    held.letOneGo();
    expect((await request('another-key')).errors).toEqual([]);
    expect(platform.requestsTo(PATHS.async)).toHaveLength(1);
    platform.onRequest(PATHS.async, answerWith({ txid: 'another-txid', status: 'QUEUED' }));
    expect((await request('a-key')).errors).toEqual([]);
    expect(platform.requestsTo(PATHS.async)).toHaveLength(2);
  });

  test('does not waste the sign-in that only it waited for', async () => {
    platform.onRequest(PATHS.login, held.hold(answerWith({ sessionToken: 'a-session-token' })));
    const caller = askWithoutPatience(0);
    await eventually(() => held.count()).toBe(1);
    caller.abort();
    held.letOneGo();
    platform.onRequest(PATHS.sessions, answerWith(REPORT));
    expect((await ask(1)).errors).toEqual([]);
    expect(platform.requestsTo(PATHS.login)).toHaveLength(1);
  });

  test('does not break off an asynchronous request that is sent', async () => {
    const caller = askImpatiently(world.url, RequestAggregatedReportDocument, { input: { imei: [imei] } });
    await eventually(() => held.count()).toBe(1);
    caller.abort();
    platform.onRequest(PATHS.sessions, answerWith(REPORT));
    expect((await ask(0)).errors).toEqual([]);
    held.letOneGo();
    await eventually(() => platform.answeredTo(PATHS.async)).toBe(1);
    expect(brokenOff(PATHS.async)).toEqual([false]);
  });

  test('is no error in the log', async () => {
    const caller = askWithoutPatience(0);
    await eventually(() => held.count()).toBe(1);
    caller.abort();
    await eventually(() => brokenOff(PATHS.sessions)).toEqual([true]);
    platform.onRequest(PATHS.sessions, answerWith(REPORT));
    await ask(1);
    expect(world.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
  });
});

describe('work that is done once for all who ask', () => {
  test('is waited for only as long as each of them likes', async () => {
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
  test('is withheld where its caller has gone before it is sent', async () => {
    const platform = await startRecordingPlatform();
    const secrets = createSecrets(platform.url, []);
    const http = createHttpClient({ maxResponseBytes: 1_000, maxConnections: 1 });
    const clock = createTestClock('2026-11-20T12:00:00Z');
    const settings = { callTimeoutMs: 5_000, totalTimeoutMs: 5_000, retries: 2, concurrency: 1, breakerFailures: 0 };
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
        onSignInFailure: () => undefined,
      }),
    );
    const caller = new AbortController();
    platform.onRequest(PATHS.login, (response, request) => {
      caller.abort(new Error('gone'));
      answerWith({ sessionToken: 'a-session-token' })(response, request);
    });
    const options = { repeatable: false, signal: caller.signal, turnKey: {}, onRetry: () => undefined };
    await expect(client.post(PATHS.async, {}, options)).rejects.toThrow('gone');
    expect(platform.requestsTo(PATHS.async)).toEqual([]);
    http.close();
    await platform.close();
  });
});
