import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { fc } from '../support/fast-check.ts';
import { SessionsReportDocument } from '../support/graphql/graphql.ts';
import { startWorld, type Answer, type World } from '../support/world/world.ts';

interface Code {
  readonly text: string | null;
  readonly kind: 'none' | 'one word' | 'specific' | 'session token' | 'gateway';
}
interface Message {
  readonly text: string;
  /** What it says: the session service failed, the session is dead, or anything else. */
  readonly says: 'service' | 'dead' | 'other';
}

const word = fc.stringMatching(/^[A-Z]{2,12}(_[A-Z]{2,8})?$/);
const name = fc.stringMatching(/^[A-Z][a-z]{2,8}$/).filter((text) => text !== 'SessionToken');
const code: fc.Arbitrary<Code> = fc.oneof(
  fc.constant<Code>({ text: null, kind: 'none' }),
  fc
    .oneof(fc.constantFrom('INVALID_PARAMETER', 'INVALID_ACCESS', 'UNAUTHORIZED', 'INTERNAL_ERROR'), word)
    .map((text): Code => ({ text, kind: 'one word' })),
  fc.tuple(name, word, name).map((parts): Code => ({ text: parts.join('.'), kind: 'specific' })),
  fc.tuple(name, word, name).map(([service, group, last]): Code => ({
    text: `${service}.${group}.SessionToken.${last}`,
    kind: 'session token',
  })),
  fc.constantFrom('900901', '900902').map((text): Code => ({ text, kind: 'gateway' })),
);

const session = fc.constantFrom(
  'session',
  'Session',
  'session token',
  'Session Token',
  'SESSION TOKEN',
  'SessionToken',
);
const verdict = fc.constantFrom(
  'has expired',
  'expired',
  'is expired',
  'is invalid',
  'is not valid',
  'has expired or is invalid',
);
const opening = fc.constantFrom('', 'The ', 'Your ', 'Request rejected: the ', 'Please log in. Your ');
const ending = fc.constantFrom('', '.', ', log in again', ' (log in again)', '!');
const noun = fc.constantFrom('duration', 'report', 'count', 'filter', 'start time', 'limit of the device');
const message: fc.Arbitrary<Message> = fc.oneof(
  fc.string({ maxLength: 20 }).map((text): Message => ({ text: `UWS verification failure${text}`, says: 'service' })),
  fc
    .tuple(opening, session, verdict, ending)
    .map(([a, b, c, d]): Message => ({ text: `${a}${b} ${c}${d}`, says: 'dead' })),
  fc
    .tuple(fc.constantFrom('Invalid', 'Expired', 'Invalid or expired'), session, ending)
    .map(([a, b, c]): Message => ({ text: `${a} ${b}${c}`, says: 'dead' })),
  fc
    .tuple(opening, noun, verdict, ending)
    .map(([a, b, c, d]): Message => ({ text: `${a}session ${b} ${c}${d}`, says: 'other' })),
  fc.tuple(noun, ending).map(([a, b]): Message => ({ text: `Invalid session ${a}${b}`, says: 'other' })),
  fc
    .constantFrom(
      'No session found for device',
      'The session has not expired',
      'The device has expired',
      'The sim was used',
    )
    .map((text): Message => ({ text, says: 'other' })),
  fc.string().map((text): Message => ({ text: `Failed: UWS verification failure ${text}`, says: 'other' })),
);
const status = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(400, 401, 403, 500) },
  { weight: 1, arbitrary: fc.constantFrom(404, 409, 418, 429, 502, 503, 504) },
);
const toXml = (text: string): string => text.replace(/[^\w .,:!()]/g, '');
const FORMS: Record<string, (said: string | null, text: string) => string> = {
  errorCode: (said, text) => JSON.stringify({ ...(said === null ? {} : { errorCode: said }), errorMessage: text }),
  responseCode: (said, text) => JSON.stringify({ ...(said === null ? {} : { responseCode: said }), message: text }),
  fault: (said, text) =>
    JSON.stringify({ fault: { ...(said === null ? {} : { code: said }), message: '', description: text } }),
  xml: (said, text) =>
    `<am:fault>${said === null ? '' : `<am:code>${said}</am:code>`}<am:description>${toXml(text)}</am:description></am:fault>`,
};

/** Whether it means "log in again", as docs/upstream/README.md says under "Signing in", 3. */
function isDeadSession(sent: number, { kind }: Code, { says }: Message): boolean {
  if (![400, 401, 403, 500].includes(sent)) return false;
  if (kind === 'session token') return true;
  // Specific codes win over messages, and those of the gateway are about the bearer token.
  if (kind === 'specific' || kind === 'gateway') return false;
  return says !== 'other';
}

const CODES: Record<number, string> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  418: 'BAD_REQUEST',
  429: 'RATE_LIMITED',
};

describe('an error of the platform', { timeout: 180_000 }, () => {
  let world: World;
  const ask = (): Promise<Answer<unknown>> =>
    world.query(SessionsReportDocument, { input: { imei: world.devices('meter', 1)[0] ?? '' } });
  const count = async (path: string): Promise<number> => (await world.admin.calls(path)).length;

  beforeAll(async () => {
    const simulator = { bearerLifetimeSeconds: 10_000_000 };
    world = await startWorld({ simulator, config: { retries: 0, breakerFailures: 0 } });
  });
  afterAll(() => world.close());

  test('causes a login if it means a dead session and none otherwise, whatever its status, code and message', async () => {
    const form = fc.constantFrom(...Object.keys(FORMS));
    const seen = { dead: 0, other: 0 };
    await fc.assert(
      fc.asyncProperty(status, code, message, form, async (sent, said, text, as) => {
        await world.admin.endFaults();
        expect((await ask()).errors).toEqual([]);
        world.clock.advance(120_000);
        await world.admin.forgetCalls();
        await world.admin.fault({ path: PATHS.sessions, status: sent, rawBody: FORMS[as]?.(said.text, text.text) });

        const [error] = (await ask()).errors;
        const isDead = isDeadSession(sent, said, text);
        seen[isDead ? 'dead' : 'other'] += 1;
        // A 401 that is not about the session is about the bearer token, or does not say which of the two.
        const isVague = !isDead && sent === 401 && said.kind !== 'gateway';
        const isBearer = !isDead && sent === 401;
        expect({
          code: error?.extensions['code'],
          logins: await count(PATHS.login),
          tokens: await count(PATHS.token),
          calls: await count(PATHS.sessions),
        }).toEqual({
          code: `UPSTREAM_${isDead ? 'UNAUTHENTICATED' : (CODES[sent] ?? 'UNAVAILABLE')}`,
          logins: isDead || isVague ? 1 : 0,
          tokens: isBearer ? 1 : 0,
          calls: isDead || isBearer ? 2 : 1,
        });
      }),
      { numRuns: 300 },
    );
    expect(seen.dead).toBeGreaterThan(50);
    expect(seen.other).toBeGreaterThan(50);
  });
});
