import { createHmac, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSimulator, type Simulator } from '../../src/simulator/index.ts';
import { createAdmin, PATHS } from '../support/world/admin.ts';
import { buildServer, type BuiltServer, type StartedServer } from '../support/world/built-server.ts';

const CALLBACKS = {
  CALLBACK_SECRET: 'the-last-part-of-a-path',
  CALLBACK_USERNAME: 'the-carriers-user',
  CALLBACK_PASSWORD: 'the-carriers-password',
  CALLBACK_HMAC_SECRET: 'the-carriers-signing-key',
};
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** Checks what the whole process prints, and every response with its headers, while callers and the platform misbehave. */
describe('the output of the process under load', { timeout: 120_000 }, () => {
  let simulator: Simulator;
  let built: BuiltServer;
  let server: StartedServer;
  let folder: string;
  let url: string;
  const responses: string[] = [];
  const tokens: string[] = [];

  beforeAll(async () => {
    simulator = await startSimulator({ callbackDelayMilliseconds: 0 });
    folder = await mkdtemp(path.join(tmpdir(), 'device-reports-'));
    const passwordFile = path.join(folder, 'password');
    await writeFile(passwordFile, `${simulator.credentials.password}\n`);
    built = await buildServer();
    server = built.start({
      ...CALLBACKS,
      AUTH_MODE: 'jwt',
      AUTH_ISSUER: 'https://login.example.com/',
      AUTH_AUDIENCE: 'https://reports.example.com',
      AUTH_PUBLIC_KEY: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      DATA_DIR: folder,
      LOG_LEVEL: 'trace',
      THINGSPACE_BASE_URL: simulator.url,
      THINGSPACE_ACCOUNT_NUMBER: simulator.accountNumber,
      THINGSPACE_CLIENT_ID: simulator.credentials.clientId,
      THINGSPACE_CLIENT_SECRET: simulator.credentials.clientSecret,
      THINGSPACE_USERNAME: simulator.credentials.username,
      THINGSPACE_PASSWORD_FILE: passwordFile,
      UPSTREAM_RETRIES: '0',
      // Long enough to sign in, even on a busy machine.
      UPSTREAM_CALL_TIMEOUT_MS: '2000',
    });
    url = await server.address('API');
  });
  afterAll(async () => {
    server.process.kill('SIGKILL');
    await server.exited();
    await simulator.close();
    await built.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const tokenOf = async (claims: Record<string, unknown> = {}): Promise<string> => {
    const token = await new SignJWT({
      accounts: [simulator.accountNumber],
      scope: 'reports:read reports:request',
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer('https://login.example.com/')
      .setAudience('https://reports.example.com')
      .setSubject('dashboard')
      .setExpirationTime('1h')
      .sign(privateKey);
    tokens.push(token);
    return token;
  };
  const send = async (address: string, init: RequestInit): Promise<string> => {
    const response = await fetch(address, init);
    const text = await response.text();
    responses.push(`${response.status} ${response.statusText}`, JSON.stringify([...response.headers]), text);
    return text;
  };
  const ask = (query: string, token: string, more: Record<string, unknown> = {}): Promise<string> =>
    send(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, ...more }),
    });
  const post = (secret: string, body: string, headers: Record<string, string> = {}): Promise<string> =>
    send(`${new URL(url).origin}/callbacks/${secret}`, { method: 'POST', body, headers });

  test('contains no token, password, secret or complete IMEI, except requested IMEIs in responses', async () => {
    const admin = createAdmin(simulator.adminUrl);
    const imeis = simulator.fleet.slice(0, 40).map(({ imei }) => imei);
    const good = await tokenOf();
    const bad = [
      await tokenOf({ aud: 'other' }),
      await tokenOf({ accounts: ['1'] }),
      await tokenOf({ scope: '' }),
      `${good}x`,
    ];
    const queries = imeis.flatMap((imei) => [
      `{ sessionsReport(input: { imei: "${imei}" }) { sessions { numBytes } } }`,
      `{ aggregatedReport(input: { imei: ["${imei}"] }) { usage { imei } errors { errorMessage errorResponse { errorMessage } } } }`,
      `mutation { requestAggregatedReport(input: { imei: ["${imei}"] }) { txid } }`,
      `{ device(imei: "${imei}", accountNumber: "${simulator.accountNumber}") { usage { bytesTransferred } } }`,
    ]);
    const burst = async (): Promise<void> => {
      await Promise.all([
        ...queries.map((query) => ask(query, good)),
        ...bad.flatMap((token) => queries.slice(0, 4).map((query) => ask(query, token))),
        ask('{ nothing }', good),
        ask('not GraphQL', good, { variables: { imei: imeis[0] } }),
        post(CALLBACKS.CALLBACK_SECRET, `{"txid":"x","usage":[{"imei":"${imeis[0] ?? ''}"}]}`),
        post(`${CALLBACKS.CALLBACK_SECRET}x`, '{}'),
        post(CALLBACKS.CALLBACK_SECRET, `no JSON of ${imeis[1] ?? ''}`, signed(`no JSON of ${imeis[1] ?? ''}`)),
      ]);
    };
    // Signs in first, before hundreds of requests run at once.
    await ask(queries[0] ?? '', good);
    await burst();
    const seen = (await admin.calls()).flatMap(({ headers }) => [headers['authorization'], headers['vz-m2m-token']]);
    const upstreamTokens = [...new Set(seen)].flatMap((value) => value?.replace(/^(Bearer|Basic) /, '') ?? []);
    expect(upstreamTokens.length).toBeGreaterThan(2);
    const { clientId, clientSecret, username, password } = simulator.credentials;
    const ours = [clientId, clientSecret, username, password, ...upstreamTokens];
    const echo = `${ours.join(' ')} ${simulator.url}${PATHS.sessions}`;
    for (const status of [400, 401, 404, 429, 500, 503]) {
      await admin.fault({ status, body: 'errorCode', code: 'A.B', message: echo });
      await burst();
      await admin.endFaults();
    }
    for (const fault of [{ reset: true }, { truncate: true }, { latencyMilliseconds: 60_000 }]) {
      await admin.fault(fault);
      await burst();
      await admin.endFaults();
    }
    await admin.expire('all');
    await burst();

    expect(responses.length).toBeGreaterThan(3_000);
    const printed = `${server.output()}${server.complaints()}`;
    expect(printed.split('\n').length).toBeGreaterThan(10);
    const secrets = [
      ...ours,
      ...tokens,
      ...tokens.map((token) => token.split('.')[2] ?? ''),
      ...Object.values(CALLBACKS),
    ];
    secrets.push(Buffer.from(`${clientId}:${clientSecret}`).toString('base64'));
    const everything = [...responses, printed].join('\n');
    for (const secret of secrets)
      expect({ secret, isThere: everything.includes(secret) }).toEqual({ secret, isThere: false });
    expect(everything).not.toContain(new URL(simulator.url).host.concat(PATHS.sessions));
    expect(/(?<!\d)\d{15}(?!\d)/.exec(printed)).toBeNull();
    expect(printed).not.toMatch(/^\s+at .*\(/m);
  });

  function signed(body: string): Record<string, string> {
    const { CALLBACK_USERNAME: user, CALLBACK_PASSWORD: password, CALLBACK_HMAC_SECRET: key } = CALLBACKS;
    return {
      Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      'X-Signature': createHmac('sha256', key).update(body).digest('hex'),
    };
  }
});
