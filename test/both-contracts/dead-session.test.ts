import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { createPlatformClient } from '../support/world/simulator-client.ts';
import {
  AggregatedReportDocument,
  RequestAggregatedReportDocument,
  SessionsReportDocument,
} from '../support/graphql/graphql.ts';
import { startWorld, type Answer, type World } from '../support/world/world.ts';

const WINDOW = { startDate: '2026-11-01', endDate: '2026-11-10' };
const MINUTE_MS = 60_000;
/** So that only sessions die, however often the clock is moved. */
const LONG_BEARER = { simulator: { bearerLifetimeSeconds: 1_000_000, requireListener: false } };
const STATUSES = [400, 401, 403, 500];
const HAS_EXPIRED = 'UWS verification failure (The Session has expired.)';

/** Names of the simulator's answers, with the code and the message that the carrier published. */
const FORMS = [
  {
    answer: 'codeExpired',
    code: 'UnifiedWebService.REQUEST_FAILED.SessionToken.Expired',
    message: 'The session has expired. Log in again.',
  },
  {
    answer: 'codeInvalid',
    code: 'UnifiedWebService.INPUT_INVALID.SessionToken.Invalid',
    message: 'The session token is not valid.',
  },
  {
    answer: 'codeFormat',
    code: 'UnifiedWebService.REQUEST_FAILED.SessionToken.Format',
    message: 'The VZ-M2M-Token header is missing or malformed.',
  },
  { answer: 'uwsParameter', code: 'INVALID_PARAMETER', message: HAS_EXPIRED },
  { answer: 'uwsAccess', code: 'INVALID_ACCESS', message: HAS_EXPIRED },
  { answer: 'uwsCommon', code: 'INVALID_ACCESS', message: 'UWS verification failure (Common exception)' },
  { answer: 'uwsMessage', code: null, message: 'UWS verification failure (Common exception)' },
  { answer: 'expiredParameter', code: 'INVALID_PARAMETER', message: 'The session has expired.' },
  { answer: 'expiredAccess', code: 'INVALID_ACCESS', message: 'The session has expired.' },
  { answer: 'expiredUnauthorized', code: 'UNAUTHORIZED', message: 'The session has expired.' },
  { answer: 'expiredMessage', code: null, message: 'The session has expired.' },
  { answer: 'invalidParameter', code: 'INVALID_PARAMETER', message: 'The session token is invalid.' },
  { answer: 'invalidAccess', code: 'INVALID_ACCESS', message: 'The session token is invalid.' },
  { answer: 'invalidUnauthorized', code: 'UNAUTHORIZED', message: 'The session token is invalid.' },
  { answer: 'invalidMessage', code: null, message: 'The session token is invalid.' },
];
const toBody = (code: string | null, message: string): string =>
  JSON.stringify({ ...(code === null ? {} : { errorCode: code }), errorMessage: message });

type Report = 'sessionsReport' | 'aggregatedReport' | 'requestAggregatedReport';

/** What each report asks the platform, and how many calls that takes while nothing fails. */
const CALLS: Record<Report, { path: string; calls: number }> = {
  sessionsReport: { path: PATHS.sessions, calls: 1 },
  aggregatedReport: { path: PATHS.aggregate, calls: 3 },
  requestAggregatedReport: { path: PATHS.async, calls: 1 },
};
const REPORTS = Object.keys(CALLS) as Report[];

function ask(world: World, report: Report, headers: Record<string, string> = {}): Promise<Answer<unknown>> {
  const [imei = '', ...others] = world.devices('meter', 30);
  const input = { imei: [imei, ...others], ...WINDOW };
  switch (report) {
    case 'sessionsReport':
      return world.query(SessionsReportDocument, { input: { imei, ...WINDOW } }, { headers });
    case 'aggregatedReport':
      return world.query(AggregatedReportDocument, { input }, { headers });
    case 'requestAggregatedReport':
      return world.query(RequestAggregatedReportDocument, { input: { ...input, portalInitiated: true } }, { headers });
  }
}

async function counts(world: World, report: Report): Promise<{ calls: number; logins: number; tokens: number }> {
  const { admin } = world;
  const calls = (await admin.calls()).filter(
    ({ path }) => path === `/api${CALLS[report].path}` || path === CALLS[report].path,
  );
  return {
    calls: calls.length,
    logins: (await admin.calls(PATHS.login)).length,
    tokens: (await admin.calls(PATHS.token)).length,
  };
}

describe('a session that the platform reports as dead', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ ...LONG_BEARER, config: { retries: 0, breakerFailures: 0 } });
    expect((await ask(world, 'sessionsReport')).errors).toEqual([]);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    world.clock.advance(MINUTE_MS);
    await world.admin.forgetCalls();
  });
  afterEach(() => world.admin.endFaults());

  describe.each(FORMS)('as $code "$message"', ({ answer, code, message }) => {
    test.each(REPORTS)(
      'is renewed by one login for %s, with every status, and each call is repeated once',
      async (report) => {
        const { calls } = CALLS[report];
        for (const status of STATUSES) {
          await world.admin.expire('session', { answer, status });
          expect((await ask(world, report)).errors).toEqual([]);
          expect(await counts(world, report)).toEqual({ calls: 2 * calls, logins: 1, tokens: 0 });
          await world.admin.forgetCalls();
          world.clock.advance(MINUTE_MS);
        }
      },
    );

    test.each(REPORTS)(
      'even after that is UPSTREAM_UNAUTHENTICATED for %s, and no device is looked for',
      async (report) => {
        const { path, calls } = CALLS[report];
        for (const status of STATUSES) {
          await world.admin.fault({ path, status, rawBody: toBody(code, message) });
          const [error, ...others] = (await ask(world, report)).errors;
          expect(others).toEqual([]);
          expect(error?.extensions).toEqual({ code: 'UPSTREAM_UNAUTHENTICATED', upstream: { status, code, message } });
          expect(error?.message).toBe(
            'The platform rejected the tokens, even new ones. Check that the application may use the service.',
          );
          expect(await counts(world, report)).toEqual({ calls: 2 * calls, logins: 1, tokens: 0 });
          await world.admin.endFaults();
          await world.admin.forgetCalls();
          world.clock.advance(MINUTE_MS);
        }
      },
    );
  });

  test('costs at most two calls of ten devices, where bisecting them would take thirteen', async () => {
    const imei = world.devices('meter', 10);
    await world.admin.fault({ path: PATHS.aggregate, status: 400, rawBody: toBody('INVALID_PARAMETER', HAS_EXPIRED) });
    const { errors } = await world.query(AggregatedReportDocument, { input: { imei, ...WINDOW } });
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['UPSTREAM_UNAUTHENTICATED']);
    expect(await counts(world, 'aggregatedReport')).toEqual({ calls: 2, logins: 1, tokens: 0 });
  });

  test('in the words that only one of several messages has is renewed', async () => {
    const fault = { code: '403', message: 'Forbidden', description: HAS_EXPIRED };
    const rawBody = JSON.stringify({ responseCode: 'INVALID_ACCESS', message: 'FORBIDDEN', fault });
    await world.admin.fault({ path: PATHS.sessions, status: 403, rawBody, times: 1 });
    expect((await ask(world, 'sessionsReport')).errors).toEqual([]);
    expect(await counts(world, 'sessionsReport')).toEqual({ calls: 2, logins: 1, tokens: 0 });
  });

  test('started no async report, whatever fails when its request is repeated', async () => {
    const dead = { path: PATHS.async, status: 500, rawBody: toBody('INVALID_ACCESS', HAS_EXPIRED), times: 1 };
    await world.admin.fault(dead);
    await world.admin.fault({ path: PATHS.login, status: 500 });
    const [withoutSession] = (await ask(world, 'requestAggregatedReport')).errors;
    expect(withoutSession?.message).not.toContain('may have accepted');
    expect((await counts(world, 'requestAggregatedReport')).calls).toBe(1);

    await world.admin.endFaults();
    world.clock.advance(10 * MINUTE_MS);
    await world.admin.fault(dead);
    await world.admin.fault({ path: PATHS.async, status: 500, rawBody: toBody('INTERNAL_ERROR', 'Failed') });
    await world.admin.forgetCalls();
    const [repeated] = (await ask(world, 'requestAggregatedReport')).errors;
    expect(repeated?.message).toContain('may have accepted');
    expect((await counts(world, 'requestAggregatedReport')).calls).toBe(2);
  });
});

describe('a response that is about something else', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ config: { retries: 0, breakerFailures: 0 } });
    expect((await ask(world, 'sessionsReport')).errors).toEqual([]);
  });
  afterAll(() => world.close());
  afterEach(() => world.admin.endFaults());

  test.each([
    { status: 400, said: 'HyperPreciseLocation.INPUT_INVALID.Window', message: 'The session has expired.' },
    { status: 403, said: 'HyperPreciseLocation.FORBIDDEN.Account', message: HAS_EXPIRED },
    { status: 500, said: 'UnifiedWebService.REQUEST_FAILED.Database', message: 'The session token is invalid.' },
    { status: 400, said: 'INVALID_PARAMETER', message: 'No session found for device 350000000000001.' },
    { status: 400, said: 'INVALID_PARAMETER', message: 'The session duration is invalid.' },
    { status: 400, said: null, message: 'Invalid session duration' },
    { status: 400, said: null, message: 'The session report has expired.' },
    { status: 403, said: 'INVALID_ACCESS', message: 'FORBIDDEN' },
    { status: 403, said: 'CALLBACK_NOT_REGISTERED', message: 'No listener is registered for this session.' },
    { status: 403, said: '900908', message: 'Resource forbidden: invalid session' },
    { status: 500, said: 'INTERNAL_ERROR', message: 'The session has not expired, but its usage is gone.' },
    { status: 404, said: 'UnifiedWebService.REQUEST_FAILED.SessionToken.Expired', message: 'The session has expired.' },
    { status: 404, said: 'INVALID_PARAMETER', message: HAS_EXPIRED },
    { status: 409, said: null, message: 'The session token is invalid.' },
    { status: 503, said: 'INVALID_ACCESS', message: HAS_EXPIRED },
  ])(
    'such as $status $said "$message" is an error of the request, and logs nobody in',
    async ({ status, said, message }) => {
      await world.admin.fault({ status, rawBody: toBody(said, message) });
      for (const report of ['sessionsReport', 'requestAggregatedReport'] as const) {
        await world.admin.forgetCalls();
        const codes = (await ask(world, report)).errors.map(({ extensions }) => extensions['code']);
        const expected =
          { 400: 'BAD_REQUEST', 403: 'FORBIDDEN', 404: 'NOT_FOUND', 409: 'CONFLICT' }[status] ?? 'UNAVAILABLE';
        expect(codes).toEqual([`UPSTREAM_${expected}`]);
        expect(await counts(world, report)).toEqual({ calls: 1, logins: 0, tokens: 0 });
      }
    },
  );
});

describe('the dead session of callers who bring their own tokens', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ config: { callersBringTokens: true, credentials: null, breakerFailures: 0 } });
  });
  afterAll(() => world.close());

  test.each(FORMS)('as $code "$message" makes every report ask for new tokens', async ({ answer, code, message }) => {
    const client = createPlatformClient(world.simulator);
    for (const status of STATUSES) {
      const headers = await client.signIn();
      await world.admin.expire('session', { answer, status });
      for (const report of REPORTS) {
        await world.admin.forgetCalls();
        const [error, ...others] = (await ask(world, report, headers)).errors;
        expect(others).toEqual([]);
        expect(error?.extensions).toEqual({ code: 'UPSTREAM_UNAUTHENTICATED', upstream: { status, code, message } });
        expect(error?.message).toMatch(
          /send the new tokens in both headers: Authorization: Bearer … and VZ-M2M-Token\.$/,
        );
        expect(await counts(world, report)).toEqual({ calls: CALLS[report].calls, logins: 0, tokens: 0 });
      }
    }
  });
});
