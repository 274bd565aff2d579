import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { fc } from '../support/fast-check.ts';
import { AggregatedReportDocument, SessionsReportDocument } from '../support/graphql/graphql.ts';
import { startWorld, type AnswerError, type World } from '../support/world/world.ts';

const CODES: Record<number, string> = {
  302: 'UPSTREAM_UNAVAILABLE',
  400: 'UPSTREAM_BAD_REQUEST',
  401: 'UPSTREAM_UNAUTHENTICATED',
  403: 'UPSTREAM_FORBIDDEN',
  404: 'UPSTREAM_NOT_FOUND',
  409: 'UPSTREAM_CONFLICT',
  418: 'UPSTREAM_BAD_REQUEST',
  429: 'UPSTREAM_RATE_LIMITED',
  500: 'UPSTREAM_UNAVAILABLE',
  502: 'UPSTREAM_UNAVAILABLE',
  503: 'UPSTREAM_UNAVAILABLE',
  504: 'UPSTREAM_UNAVAILABLE',
};
const SPEAKING_FORMS = ['errorCode', 'responseCode', 'fault', 'xml'];
const SILENT_FORMS = ['html', 'empty'];
const SAID = { code: 'HyperPrecise.SOME_CLASS.Specific', message: 'Device "7" & <that> isn’t right' };

describe('an error of the platform', () => {
  let world: World;
  let imei: string;

  beforeAll(async () => {
    world = await startWorld();
    imei = world.devices('meter', 1)[0] ?? '';
  });
  afterAll(() => world.close());
  beforeEach(() => world.admin.endFaults());

  const askForSessions = async (): Promise<AnswerError | undefined> =>
    (await world.query(SessionsReportDocument, { input: { imei } })).errors[0];
  const askForUsage = async (): Promise<AnswerError | undefined> =>
    (await world.query(AggregatedReportDocument, { input: { imei: [imei] } })).errors[0];
  const tokensInUse = async (): Promise<{ bearer: string; session: string }> => {
    await world.admin.endFaults();
    await askForSessions();
    const headers = (await world.admin.calls(PATHS.sessions)).at(-1)?.headers;
    return {
      bearer: headers?.['authorization']?.replace('Bearer ', '') ?? '',
      session: headers?.['vz-m2m-token'] ?? '',
    };
  };

  describe.each(Object.entries(CODES).map(([status, code]) => ({ status: Number(status), code })))(
    'with status $status has the code $code',
    ({ status, code }) => {
      const retryAfter = status === 429 ? { retryAfterSeconds: 10 } : {};

      test.each(SPEAKING_FORMS)(
        'and the platform’s code and message from a body of the form %s, and nothing else',
        async (body) => {
          await world.admin.fault({ status, body, ...SAID });
          for (const error of [await askForSessions(), await askForUsage()]) {
            expect(error?.extensions).toEqual({ code, upstream: { status, ...SAID }, ...retryAfter });
            expect(error?.message).toMatch(/^The platform\S* .+\. .+\.$/);
          }
        },
      );

      test.each(SILENT_FORMS)('and the status alone if the body is %s', async (body) => {
        await world.admin.fault({ status, body });
        for (const error of [await askForSessions(), await askForUsage()]) {
          expect(error?.extensions).toEqual({ code, upstream: { status, code: null, message: null }, ...retryAfter });
        }
      });
    },
  );

  test('has the code of its status, whatever its body', async () => {
    const field = fc.oneof(fc.string(), fc.integer(), fc.jsonValue());
    const names = ['errorCode', 'responseCode', 'fault', 'error', 'message', 'errorMessage'];
    const body = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.dictionary(fc.constantFrom(...names), field).map((fields) => JSON.stringify(fields)),
      fc.string().map((text) => `<am:fault><am:code>${text}</am:code><am:description>${text}`),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(400, 403, 404, 409), body, async (status, rawBody) => {
        await world.admin.endFaults();
        await world.admin.fault({ status, rawBody });
        const { upstream, ...rest } = (await askForSessions())?.extensions ?? {};
        expect(rest).toEqual({ code: CODES[status] });
        const { code, message, ...others } = upstream as { code: unknown; message: unknown };
        expect(others).toEqual({ status });
        for (const said of [code, message]) if (said !== null) expect(said).toBeTypeOf('string');
      }),
      { numRuns: 60 },
    );
  });

  test('has a numeric code, and the message of the fault if there is no description', async () => {
    await world.admin.fault({ status: 403, rawBody: '{"fault":{"code":900908,"message":"Forbidden"}}' });
    expect((await askForSessions())?.extensions['upstream']).toEqual({
      status: 403,
      code: '900908',
      message: 'Forbidden',
    });
  });

  test.each(['<fault><code>900908</code>', '<?xml version="1.0"?>\n<am:fault xmlns:am="x"><am:code>900908</am:code>'])(
    'is read from a fault in XML that begins with %s',
    async (beginning) => {
      const rawBody = `${beginning}<description>Caf&#233; &amp; &quot;more&quot;</description></fault>`;
      await world.admin.fault({ status: 403, rawBody });
      expect((await askForSessions())?.extensions['upstream']).toEqual({
        status: 403,
        code: '900908',
        message: 'Café & "more"',
      });
    },
  );

  test('has nothing from a page that happens to be XML', async () => {
    const rawBody = '<?xml version="1.0"?><html><body><code>rm -rf</code><message>internal</message></body></html>';
    await world.admin.fault({ status: 404, rawBody });
    expect((await askForSessions())?.extensions['upstream']).toEqual({ status: 404, code: null, message: null });
  });

  test('is reported without the addresses, tokens and credentials in its message', async () => {
    const { bearer, session } = await tokensInUse();
    const { clientId, clientSecret, username, password } = world.simulator.credentials;
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    const secrets = [bearer, session, clientId, clientSecret, username, password, basic];
    const addresses = [world.simulator.url, 'https://10.1.2.3/x?y=z', '10.1.2.4', 'svc-7.internal:8443'];
    const message = ['Seen:', ...secrets, 'and', ...addresses, 'end.'].join(' ');
    await world.admin.fault({
      status: 403,
      rawBody: JSON.stringify({ errorCode: `A.${session}.B`, errorMessage: message }),
    });
    const said = (await askForSessions())?.extensions['upstream'] as { code: string; message: string };
    for (const secret of [...secrets, ...addresses]) expect(JSON.stringify(said)).not.toContain(secret);
    expect(said.message).toMatch(/^Seen: (\[hidden\] ){7}and (\[address\] ){4}end\.$/);
    expect(said.code).toBe('A.[hidden].B');
  });

  test('hides a secret that contains another one', async () => {
    const credentials = { clientId: 'an-id', clientSecret: 'a-secret', username: 'fleet', password: 'fleet-2020' };
    const other = await startWorld({ config: { credentials } });
    await other.admin.fault({
      path: PATHS.token,
      status: 401,
      rawBody: '{"error":"x","error_description":"fleet-2020!"}',
    });
    const [error] = (await other.query(SessionsReportDocument, { input: { imei } })).errors;
    expect(error?.extensions['upstream']).toMatchObject({ message: '[hidden]!' });
    await other.close();
  });

  test('is cut visibly if it is long, but never so that a part of a token remains', async () => {
    const { session } = await tokensInUse();
    for (const padding of [450, 470, 490, 499]) {
      await world.admin.endFaults();
      await world.admin.fault({
        status: 403,
        code: 'X',
        message: `${'-'.repeat(padding)}${session}${'-'.repeat(1_000)}`,
      });
      const { message } = (await askForSessions())?.extensions['upstream'] as { message: string };
      expect(message).toHaveLength(500);
      expect(message.slice(padding).replaceAll('-', '')).toBe(`${'[hidden]'.slice(0, 499 - padding)}…`);
    }
  });
});
