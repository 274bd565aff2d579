import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { fc } from '../support/fast-check.ts';
import { SessionsReportDocument, type SessionsReportQuery } from '../support/graphql/graphql.ts';
import { startWorld, type Answer, type World } from '../support/world/world.ts';

const OUTCOMES = {
  busy: { status: 429, headers: { 'Retry-After': '1' } },
  busyForLong: { status: 429, headers: { 'Retry-After': '900' } },
  failed: { status: 500 },
  down: { status: 503, body: 'html' },
  reset: { reset: true },
  lostAnswer: { resetAfterEffect: true },
  truncated: { truncate: true },
  unreadable: { rawBody: '{"id":"1","sess' },
  unknown: { status: 404, body: 'responseCode' },
  forbidden: { status: 403, body: 'xml' },
  deadSession: { status: 400, body: 'errorCode', code: 'X.REQUEST_FAILED.SessionToken.Expired', message: 'No' },
  deadBearer: { status: 401, body: 'fault', code: '900901', message: 'No' },
  vague: { status: 401, body: 'empty' },
};
type Outcome = keyof typeof OUTCOMES;
const COSTS_PER_LOGIN = new Set<Outcome>(['deadSession', 'vague']);
const COSTS_PER_TOKEN = new Set<Outcome>(['deadBearer', 'vague']);
const CODES = /^UPSTREAM_(BAD_REQUEST|UNAUTHENTICATED|FORBIDDEN|NOT_FOUND|RATE_LIMITED|UNAVAILABLE)$/;
const QUERIES = 8;
/** Until then, no call of the account is sent after `busyForLong`. */
const LONGEST_PAUSE_MS = 900_000;

describe('queries at once', { timeout: 180_000 }, () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  const ask = (imei: string): Promise<Answer<SessionsReportQuery>> =>
    world.query(SessionsReportDocument, { input: { imei, startDate: '2026-11-01', endDate: '2026-11-10' } });
  const askAll = (): Promise<Answer<SessionsReportQuery>[]> => Promise.all(world.devices('meter', QUERIES).map(ask));
  const toComparable = ({ data }: Answer<SessionsReportQuery>): unknown => {
    const { totals, daily, sessions } = data?.sessionsReport ?? {};
    return { totals, daily, sessions };
  };

  test('get the right data or a documented error, whatever the platform returns, and cause few logins', async () => {
    const right = (await askAll()).map(toComparable);
    const names = fc.constantFrom(...(Object.keys(OUTCOMES) as Outcome[]));
    const expired = fc.constantFrom(null, null, null, 'session' as const, 'bearer' as const, 'all' as const);
    await fc.assert(
      fc.asyncProperty(fc.array(names, { maxLength: 24 }), expired, async (outcomes, which) => {
        for (const outcome of outcomes)
          await world.admin.fault({ path: PATHS.sessions, ...OUTCOMES[outcome], times: 1 });
        if (which !== null) await world.admin.expire(which);
        world.clock.advance(120_000);
        await world.admin.forgetCalls();

        const answers = await askAll();
        answers.forEach((answer, at) => {
          if (answer.errors.length === 0) expect(toComparable(answer)).toEqual(right[at]);
          else
            expect(answer.errors.map(({ extensions }) => extensions['code'])).toEqual([expect.stringMatching(CODES)]);
        });
        const countOf = (costly: ReadonlySet<Outcome>): number => outcomes.filter((name) => costly.has(name)).length;
        const calls = async (path: string): Promise<number> => (await world.admin.calls(path)).length;
        const wasExpired = {
          session: which === 'session' || which === 'all',
          bearer: which === 'bearer' || which === 'all',
        };
        // One more, which is rejected for its bearer token and not for the password.
        expect(await calls(PATHS.login)).toBeLessThanOrEqual(
          Math.min(countOf(COSTS_PER_LOGIN) + Number(wasExpired.session), 5) + Number(wasExpired.bearer),
        );
        // One more, because the token can reach the end of its lifetime meanwhile.
        expect(await calls(PATHS.token)).toBeLessThanOrEqual(
          Math.min(countOf(COSTS_PER_TOKEN) + Number(wasExpired.bearer), 5) + 1,
        );
        // Three attempts of at most three calls: the call, and a repeat for each of the two tokens.
        expect(await calls(PATHS.sessions)).toBeLessThanOrEqual(QUERIES * 3 * 3);

        await world.admin.endFaults();
        world.clock.advance(LONGEST_PAUSE_MS);
        // After so many failures the breaker may be open, so one query probes for the others.
        expect(toComparable(await ask(world.devices('meter', 1)[0] ?? ''))).toEqual(right[0]);
        expect((await askAll()).map(toComparable)).toEqual(right);
      }),
      { numRuns: 30 },
    );
    expect(world.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
  });
});
