import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { startAsyncWorld, type AsyncWorld } from '../support/world/async-world.ts';
import { fc } from '../support/fast-check.ts';
import { createChecks, type Checks } from '../support/fuzz/checks.ts';
import { exchangeBytes } from '../support/fuzz/raw-socket.ts';
import { FUZZ_TIMEOUT_MS, holdsFor } from '../support/fuzz/runs.ts';
import { createSender, type Sender } from '../support/fuzz/sender.ts';
import {
  createRecipeArbitrary,
  mayRead,
  OTHER_ACCOUNT,
  OWN_ACCOUNT,
  startPublisher,
  toToken,
  type Publisher,
  type TokenRecipe,
} from '../support/fuzz/tokens.ts';
import { mutated, oddText } from '../support/fuzz/values.ts';
import { answerWith } from '../support/fakes/recording-platform.ts';
import { AUDIENCE, EVERY_SCOPE, ISSUER } from '../support/world/token-issuer.ts';

const IMEI = '709312034493372';
const BYTES = 987_654_321;
const BODY = JSON.stringify({
  query: `{ device(imei: "${IMEI}", accountNumber: "${OWN_ACCOUNT}") { usage { bytesTransferred } } }`,
});
const NOW_SECONDS = Date.parse('2026-11-20T12:00:00Z') / 1_000;
const RIGHT: TokenRecipe = {
  header: { alg: 'ES256', kid: 'key-1' },
  claims: {
    iss: ISSUER,
    aud: AUDIENCE,
    exp: NOW_SECONDS + 3_600,
    sub: 'anne',
    scope: EVERY_SCOPE,
    accounts: [OWN_ACCOUNT],
  },
  signer: 'issuer',
};

describe.each(['published', 'configured'] as const)(
  'a bearer token, with %s keys,',
  { timeout: FUZZ_TIMEOUT_MS },
  (kind) => {
    let publisher: Publisher;
    let at: AsyncWorld;
    let check: Checks;
    let sender: Sender;

    beforeAll(async () => {
      publisher = await startPublisher();
      const { jwksUrl, keys } = publisher;
      const tokens = {
        keys: kind === 'published' ? { jwksUrl } : { publicKey: keys.publicPem },
        issuer: ISSUER,
        audience: AUDIENCE,
        algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
        clockSkewSeconds: 30,
        accountsClaim: 'accounts',
        scopesClaims: ['scope', 'scp'],
      };
      at = await startAsyncWorld({ config: { batchWindowMs: 0, retries: 0, tokens } });
      at.platform.onRequest(
        PATHS.aggregate,
        answerWith({ txid: 'x', usage: [{ imei: IMEI, numberOfSessions: 1, bytesTransferred: BYTES }] }),
      );
      check = createChecks(at.world, {
        secrets: [jwksUrl, OTHER_ACCOUNT],
        mayLog: (line) => line.includes('"a token was refused"'),
      });
      sender = createSender(new URL(at.world.url).origin);
    });
    afterAll(async () => {
      sender.close();
      check.close();
      await at.close();
      await publisher.close();
    });

    test('gives access to the accounts that it lists only if it is genuine, meant for this server and not expired', async () => {
      let taken = 0;
      await holdsFor(
        createRecipeArbitrary(NOW_SECONDS),
        async (recipe) => {
          const headers = {
            'Content-Type': 'application/json',
            Authorization: `Bearer ${toToken(recipe, publisher.keys)}`,
          };
          const answer = await sender.send({ headers, body: BODY });
          check.check(answer);
          const isTaken = answer.body.includes(String(BYTES));
          const mayTake = mayRead(recipe, NOW_SECONDS, kind === 'published');
          if (mayTake !== null) expect(isTaken).toBe(mayTake);
          if (!isTaken)
            expect(codeIn(answer.body)).toMatch(
              answer.status === 401 ? /^UNAUTHENTICATED$/ : /^(FORBIDDEN|BAD_USER_INPUT)$/,
            );
          taken += Number(isTaken);
          await check.checkQuiet();
        },
        0.35,
      );
      expect(taken).toBeGreaterThan(10);
      // Unknown key ids do not make the server fetch the keys again and again.
      expect(publisher.asked()).toBeLessThan(20);
    });

    test('is rejected if any part of it was changed, however the header is written', async () => {
      const token = toToken(RIGHT, publisher.keys);
      const header = fc.oneof(
        { weight: 6, arbitrary: mutated(fc.constant(`Bearer ${token}`)) },
        fc
          .oneof(oddText, fc.constantFrom('x'.repeat(7_000), 'a.b.c', '..', '.'.repeat(3_000)))
          .map((text) => `Bearer ${text}`),
        fc.constantFrom(
          `bearer ${token}`,
          `Basic ${token}`,
          `Bearer ${token},${token}`,
          `Bearer  ${token}  `,
          `Bearer ${token}\r\nAuthorization: Bearer x`,
          token,
          '',
        ),
        fc
          .constantFrom('X-Forwarded-Authorization', 'Cookie', 'Authorization ')
          .map((name) => `x\r\n${name}: Bearer ${token}`),
      );
      await holdsFor(
        header,
        async (value) => {
          const text = Buffer.from(
            `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ${BODY.length}\r\nAuthorization: ${value}\r\n\r\n${BODY}`,
          );
          for (const answer of await exchangeBytes(new URL(at.world.url).origin, text, true)) {
            if (answer.body !== '') check.check(answer);
            else expect([400, 431]).toContain(answer.status);
            if (answer.body.includes(String(BYTES))) expect(isSameToken(value, token)).toBe(true);
            else expect([400, 401, 431]).toContain(answer.status);
          }
          await check.checkQuiet();
        },
        0.15,
      );
      const { status } = await sender.send({
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
        body: BODY,
      });
      expect(status).toBe(200);
    });
  },
);

function codeIn(body: string): string {
  return /"code":"(\w+)"/.exec(body)?.[1] ?? '';
}

/** The last character of a signature has unused bits, so two texts can be the same token. */
function isSameToken(header: string, token: string): boolean {
  const [, sent = ''] = /^bearer +(\S+) *(?:\r\nAuthorization: Bearer x)?$/i.exec(header.trim()) ?? [];
  const toParts = (text: string): string[] => {
    const [head = '', claims = '', signature = ''] = text.split('.');
    return [head, claims, Buffer.from(signature, 'base64url').toString('hex')];
  };
  return toParts(sent).join('.') === toParts(token).join('.');
}
