import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ReportError } from '../../src/domain/errors.ts';
import { createCallerTokens } from '../../src/thingspace/sign-in/caller-tokens.ts';
import { createThingspaceClient, type Platform } from '../../src/thingspace/client.ts';
import type { Tokens } from '../../src/thingspace/credentials.ts';
import { createHttpClient } from '../../src/thingspace/http-client.ts';
import { createCallPolicies } from '../../src/thingspace/resilience/policy.ts';
import { createTurn } from '../../src/thingspace/turn.ts';
import { createAdmin, PATHS } from '../support/world/admin.ts';
import { createTestClock } from '../support/fakes/clock.ts';
import { fc } from '../support/fast-check.ts';
import { answerWith, startRecordingPlatform, type RecordingPlatform } from '../support/fakes/recording-platform.ts';
import { setUp } from '../support/world/simulator-setup.ts';

const TOKENS: Tokens = { bearer: 'a-bearer-of-the-caller', session: 'a-session-of-the-caller' };

describe('a client with a caller’s own tokens', () => {
  let upstream: RecordingPlatform;
  const http = createHttpClient({ maxResponseBytes: 1_000_000, maxConnections: 20 });
  const clock = createTestClock('2026-11-20T12:00:00Z');
  const toPlatform = (baseUrl: string): Platform => ({
    baseUrl,
    exchange: http.exchange,
    clock,
    policies: createCallPolicies({
      settings: {
        callTimeoutMs: 5_000,
        totalTimeoutMs: 20_000,
        retries: 2,
        concurrency: 20,
        callsPerSecond: 0,
        breakerFailures: 8,
      },
      clock,
      onBreaker: () => undefined,
    }),
  });
  const ask = (baseUrl: string, tokens: Tokens, body: unknown = {}): Promise<unknown> => {
    const client = createThingspaceClient(toPlatform(baseUrl), createCallerTokens({ baseUrl, tokens, clock }));
    const call = {
      endpoint: 'a-report',
      accountNumber: 'an-account',
      turn: createTurn({}),
      signal: null,
      onSend: () => undefined,
    };
    return client.post(PATHS.sessions, () => ({ body }), { ...call, repeatable: true });
  };
  const failure = async (asked: Promise<unknown>): Promise<ReportError> => {
    const error = await asked.catch((reason: unknown) => reason);
    if (error instanceof ReportError) return error;
    throw new Error('it did not fail as it should', { cause: error });
  };

  beforeEach(async () => {
    upstream = await startRecordingPlatform();
    upstream.onRequest(PATHS.sessions, answerWith({ id: '1', txid: 'a-txid', sessions: [] }));
  });
  afterEach(() => upstream.close());
  afterAll(() => http.close());

  test('sends each caller’s tokens with that caller’s calls, and never signs in', async () => {
    const callers = Array.from({ length: 30 }, (_, at) => ({ bearer: `bearer-${at}`, session: `session-${at}` }));
    await Promise.all(callers.map((tokens, at) => ask(upstream.url, tokens, { at })));
    const sent = upstream.requests.map(({ path, headers, body }) => ({
      path,
      authorization: headers['authorization']?.toString(),
      session: headers['vz-m2m-token']?.toString(),
      body: body.toString(),
    }));
    const byBody = (one: { body: string }, other: { body: string }): number => one.body.localeCompare(other.body);
    expect(sent.sort(byBody)).toEqual(
      callers
        .map(({ bearer, session }, at) => ({
          path: PATHS.sessions,
          authorization: `Bearer ${bearer}`,
          session,
          body: JSON.stringify({ at }),
        }))
        .sort(byBody),
    );
  });

  test.each([
    { status: 400, body: { errorCode: 'UnifiedWebService.REQUEST_FAILED.SessionToken.Expired', errorMessage: 'No' } },
    { status: 401, body: { fault: { code: 900901, message: 'No' } } },
    { status: 401, body: '<html></html>' },
  ])('asks for fresh tokens if the platform rejects these as expired: $status $body', async (dead) => {
    upstream.onRequest(PATHS.sessions, answerWith(dead.body, dead.status));
    const { code, message, details } = await failure(ask(upstream.url, TOKENS));
    expect(code).toBe('UPSTREAM_UNAUTHENTICATED');
    expect(message).toMatch(/send the new tokens in both headers: Authorization: Bearer … and VZ-M2M-Token\.$/);
    expect(details.upstream?.status).toBe(dead.status);
    expect(upstream.requests).toHaveLength(1);
  });

  test('passes every other failure on unchanged', async () => {
    upstream.onRequest(PATHS.sessions, answerWith({ errorCode: 'NO', errorMessage: 'Not yours' }, 403));
    expect((await failure(ask(upstream.url, TOKENS))).code).toBe('UPSTREAM_FORBIDDEN');
    expect(upstream.requests).toHaveLength(1);
    upstream.onRequest(PATHS.sessions, answerWith('', 503));
    expect((await failure(ask(upstream.url, TOKENS))).code).toBe('UPSTREAM_UNAVAILABLE');
    expect(upstream.requests).toHaveLength(4);
  });

  test('hides the tokens in the platform’s messages', async () => {
    for (const status of [400, 401, 403, 500]) {
      const said = `Bearer ${TOKENS.bearer} with ${TOKENS.session} at ${upstream.url}`;
      upstream.onRequest(PATHS.sessions, answerWith({ errorCode: TOKENS.session, errorMessage: said }, status));
      const { message, details } = await failure(ask(upstream.url, TOKENS));
      expect(details.upstream).toEqual({
        status,
        code: '[hidden]',
        message: 'Bearer [hidden] with [hidden] at [address]',
      });
      expect(message).not.toContain('of-the-caller');
    }
  });

  test('sends nothing if a token is not a valid header value', async () => {
    const inAnyHeader = /^[\x21-\x7e]+$/;
    const unfit = fc.oneof(
      fc.string({ unit: 'binary' }).filter((text) => !inAnyHeader.test(text)),
      fc.constantFrom('', 'a\r\nX-Injected: 1', 'a b', 'a\u0000', 'a\u007f', 'ünicode', 'a\n'),
    );
    await fc.assert(
      fc.asyncProperty(unfit, fc.boolean(), async (text, isBearer) => {
        const make = async (): Promise<unknown> =>
          ask(upstream.url, isBearer ? { ...TOKENS, bearer: text } : { ...TOKENS, session: text });
        expect((await failure(make())).code).toBe('UPSTREAM_UNAUTHENTICATED');
      }),
    );
    expect(upstream.requests).toEqual([]);
  });

  test('is accepted by the simulator with tokens that it issued, until they expire', async () => {
    const { simulator, client, imeisOf } = await setUp();
    const { authorization = '', 'VZ-M2M-Token': session = '' } = await client.signIn();
    const tokens = { bearer: authorization.replace('Bearer ', ''), session };
    const body = { accountNumber: simulator.accountNumber, imei: imeisOf('meter')[0] };
    expect(await ask(simulator.url, tokens, body)).toHaveProperty('sessions');
    const admin = createAdmin(simulator.adminUrl);
    await admin.expire('session');
    await admin.forgetCalls();
    expect((await failure(ask(simulator.url, tokens, body))).code).toBe('UPSTREAM_UNAUTHENTICATED');
    expect((await admin.calls()).map(({ path }) => path)).toEqual([expect.stringContaining(PATHS.sessions)]);
  });
});
