import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startFakeProxy, type FakeProxy } from '../support/fakes/outbound-proxy.ts';
import { PATHS } from '../support/world/admin.ts';
import { buildServer, type BuiltServer, type StartedServer } from '../support/world/built-server.ts';

const CERTIFICATE = fileURLToPath(new URL('../fixtures/platform-certificate.pem', import.meta.url));
const KEY = fileURLToPath(new URL('../fixtures/platform-key.pem', import.meta.url));
const CREDENTIALS = {
  THINGSPACE_CLIENT_ID: 'id-5f1c',
  THINGSPACE_CLIENT_SECRET: 'secret-8a2e',
  THINGSPACE_USERNAME: 'user-77b0',
  THINGSPACE_PASSWORD: 'password-d4c9',
  THINGSPACE_ACCOUNT_NUMBER: '0844021539-00001',
  // Only the proxy knows this host.
  THINGSPACE_BASE_URL: 'https://platform.example/api',
  UPSTREAM_RETRIES: '0',
  CACHE_UNSETTLED_SECONDS: '0',
};
const ANSWERS: Readonly<Record<string, object>> = {
  [PATHS.token]: { access_token: 'a-bearer-token', expires_in: 3600 },
  [PATHS.login]: { sessionToken: 'a-session-token' },
  [PATHS.sessions]: { id: '1234567890', txid: 'a-txid', sessions: [] },
};
const SESSION_EXPIRED = {
  errorCode: 'INVALID_PARAMETER',
  errorMessage: 'UWS verification failure (The Session has expired.)',
};

describe('a server whose https platform is behind a proxy', { timeout: 60_000 }, () => {
  let built: BuiltServer;
  let platform: Server;
  let proxy: FakeProxy;
  let agents: (string | undefined)[];
  let hasSessionExpired: boolean;
  const started: StartedServer[] = [];

  beforeAll(async () => {
    built = await buildServer();
    platform = createServer({ key: await readFile(KEY), cert: await readFile(CERTIFICATE) }, (request, response) => {
      agents.push(request.headers['user-agent']);
      request.resume().on('end', () => {
        const path = (request.url ?? '').replace('/api', '');
        const isRejected = hasSessionExpired && path === PATHS.sessions;
        const body = isRejected ? SESSION_EXPIRED : ANSWERS[path];
        response.writeHead(isRejected ? 400 : body === undefined ? 404 : 200, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify(body));
      });
    });
    platform.listen(0, '127.0.0.1');
    await once(platform, 'listening');
  }, 120_000);
  afterAll(async () => {
    platform.closeAllConnections();
    platform.close();
    await built.remove();
  });
  beforeEach(async () => {
    agents = [];
    hasSessionExpired = false;
    const { port } = platform.address() as AddressInfo;
    proxy = await startFakeProxy({ credentials: 'depot:s3cret', portOf: () => port });
  });
  afterEach(async () => {
    started.splice(0).forEach(({ process }) => process.kill('SIGKILL'));
    await proxy.close();
  });

  const start = (environment: Record<string, string> = {}): StartedServer => {
    const trusting = { NODE_EXTRA_CA_CERTS: CERTIFICATE, HTTPS_PROXY: `http://depot:s3cret@${proxy.host}` };
    const server = built.start({ ...CREDENTIALS, ...trusting, ...environment });
    started.push(server);
    return server;
  };
  const ask = async (server: StartedServer, query = toQuery('709312034493372')): Promise<Answer> => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ query });
    const response = await fetch(await server.address('API'), { method: 'POST', headers, body });
    return (await response.json()) as Answer;
  };

  const expectHangingProxy = (server: StartedServer, { errors }: Answer): void => {
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining('cannot reach the platform through its outbound proxy') as string,
        extensions: { code: 'UPSTREAM_UNAVAILABLE' },
      },
    ]);
    const line = { layer: 'proxy', systemCode: 'ETIMEDOUT', host: 'platform.example', proxy: proxy.host };
    expect(toLines(server)).toContainEqual(expect.objectContaining(line));
  };

  test('reaches it through a tunnel, and says so at its start without the credentials of the proxy', async () => {
    const server = start();
    expect(await ask(server)).toMatchObject({ data: { sessionsReport: { deviceId: '1234567890' } } });
    expect(server.output()).toMatch(new RegExp(`^ {2}Proxy {5}${proxy.host}, for the platform$`, 'm'));
    expect(server.output() + server.complaints()).not.toContain('s3cret');
    expect(new Set(proxy.requests.map(({ method, target }) => `${method} ${target}`))).toEqual(
      new Set(['CONNECT platform.example:443']),
    );
    const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    const userAgent = `device-reports-graphql/${version}`;
    expect(new Set(agents)).toEqual(new Set([userAgent]));
    expect(new Set(proxy.requests.map(({ headers }) => headers['user-agent']))).toEqual(new Set([userAgent]));
  });

  test('keeps its tunnels, and opens no more than UPSTREAM_CONCURRENCY for its reports', async () => {
    const server = start({ UPSTREAM_CONCURRENCY: '2' });
    await ask(server);
    const imeis = Array.from({ length: 30 }, (_, at) => String(709_312_034_493_000 + at));
    const fields = imeis.map((imei, at) => `a${at}: ${toQuery(imei).slice(1, -1)}`);
    expect((await ask(server, `{ ${fields.join(' ')} }`)).errors).toBeUndefined();
    // Two for signing in, which keeps none.
    expect(proxy.requests.length).toBeLessThanOrEqual(2 + 2);
    expect(agents).toHaveLength(2 + 1 + 30);
  });

  test('closes the connection of a call that ends before its tunnel is made, and works again after that', async () => {
    const server = start({ UPSTREAM_CALL_TIMEOUT_MS: '3000', UPSTREAM_CONCURRENCY: '1' });
    expect((await ask(server)).errors).toBeUndefined();
    // Signing in keeps no tunnel.
    await eventually(proxy.open).toBe(1);
    proxy.fail('silent');
    // Otherwise the next call would take the tunnel that is there.
    platform.closeAllConnections();
    await eventually(proxy.open).toBe(0);
    expectHangingProxy(server, await ask(server));
    await eventually(proxy.open).toBe(0);
    proxy.fail(null);
    expect((await ask(server)).errors).toBeUndefined();
  });

  test('names the proxy, in the log and to the caller, if it accepts the connection and never answers', async () => {
    const server = start({ UPSTREAM_CALL_TIMEOUT_MS: '1500' });
    proxy.fail('silent');
    expectHangingProxy(server, await ask(server));
    proxy.fail(null);
    expect((await ask(server)).errors).toBeUndefined();
  });

  test('does not take a login that the proxy did not let through in time for one that may have failed', async () => {
    const server = start({ UPSTREAM_CALL_TIMEOUT_MS: '1500' });
    expect((await ask(server)).errors).toBeUndefined();
    hasSessionExpired = true;
    proxy.fail('silent');
    // After one that may have failed, the next login would be delayed.
    for (let times = 0; times < 2; times += 1) expectHangingProxy(server, await ask(server));
    proxy.fail(null);
    hasSessionExpired = false;
    expect((await ask(server)).errors).toBeUndefined();
  });

  test.each([
    [
      'does not trust its certificate',
      { NODE_EXTRA_CA_CERTS: '' },
      'tls',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'a secure connection',
    ],
    [
      'finds another name in its certificate',
      { THINGSPACE_BASE_URL: 'https://other.example' },
      'tls',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'a secure connection',
    ],
    ['may not use the proxy', { HTTPS_PROXY: 'http://depot:wr0ng@' }, 'proxy', '407', 'its outbound proxy'],
  ])('logs the cause and does not send callers to the carrier if it %s', async (_, environment, layer, code, words) => {
    const withProxy = Object.entries(environment).map(([name, value]) => [
      name,
      name === 'HTTPS_PROXY' ? `${value}${proxy.host}` : value,
    ]);
    const server = start(Object.fromEntries(withProxy) as Record<string, string>);
    const { errors = [] } = await ask(server);
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    expect(errors[0]?.message).toContain(words);
    expect(errors[0]?.message).toContain('operator of this server');
    expect(errors[0]?.message).not.toContain('carrier');
    expect(toLines(server)).toContainEqual(
      expect.objectContaining({
        layer,
        systemCode: code,
        host: expect.stringMatching(/\.example$/) as string,
        proxy: proxy.host,
      }),
    );
    expect(server.output() + server.complaints()).not.toMatch(/s3cret|wr0ng/);
    expect(agents).toEqual([]);
  });

  test('says in the log that the proxy does not answer in HTTP', async () => {
    proxy.fail('garbled');
    const server = start({});
    expect(await ask(server)).toMatchObject({ errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }] });
    expect(server.complaints()).toContain('"layer":"proxy","systemCode":"INVALID_RESPONSE"');
  });

  test('does not start with a proxy that it cannot use, and names the variable without showing its value', async () => {
    const server = start({ HTTPS_PROXY: 'socks5://depot:s3cret@127.0.0.1:1' });
    expect(await server.exited()).toBe(1);
    expect(server.complaints()).toContain('HTTPS_PROXY: Set it to the http or https URL of a proxy');
    expect(server.complaints()).not.toMatch(/s3cret|127\.0\.0\.1/);
  });

  test('reaches the embedded simulator directly', async () => {
    const server = built.start({ HTTP_PROXY: `http://${proxy.host}`, HTTPS_PROXY: `http://${proxy.host}` });
    started.push(server);
    expect((await ask(server)).errors).toBeUndefined();
    expect(proxy.requests).toEqual([]);
    expect(server.output()).not.toContain('Proxy');
  });

  test('says at its start which proxy leads to the key set, beside the embedded simulator too', async () => {
    const server = built.start({
      HTTPS_PROXY: `http://depot:s3cret@${proxy.host}`,
      AUTH_MODE: 'jwt',
      AUTH_ISSUER: 'https://issuer.example',
      AUTH_AUDIENCE: 'reports',
      AUTH_JWKS_URL: 'https://issuer.example/jwks',
    });
    started.push(server);
    await server.address('API');
    expect(server.output()).toMatch(new RegExp(`^ {2}Proxy {5}${proxy.host}, for the key set$`, 'm'));
  });
});

/** What it has logged. */
function toLines(server: StartedServer): Record<string, unknown>[] {
  return server
    .complaints()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
}

function toQuery(imei: string): string {
  return `{ sessionsReport(input: { imei: "${imei}" }) { deviceId } }`;
}
