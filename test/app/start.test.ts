import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createSocketServer, type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createAdmin, PATHS } from '../support/world/admin.ts';
import { buildServer, type BuiltServer, type StartedServer } from '../support/world/built-server.ts';

const QUERY = '{ sessionsReport(input: { imei: "709312034493372" }) { deviceId } }';
const CREDENTIALS = {
  THINGSPACE_CLIENT_ID: 'id-5f1c',
  THINGSPACE_CLIENT_SECRET: 'secret-8a2e',
  THINGSPACE_USERNAME: 'user-77b0',
  THINGSPACE_PASSWORD: 'password-d4c9',
};

describe('the server process', { timeout: 60_000 }, () => {
  let built: BuiltServer;
  const started: StartedServer[] = [];

  beforeAll(async () => {
    built = await buildServer();
  }, 120_000);
  afterAll(() => built.remove());
  afterEach(() => started.splice(0).forEach(({ process }) => process.kill('SIGKILL')));

  const start = (environment: Record<string, string> = {}): StartedServer => {
    const server = built.start(environment);
    started.push(server);
    return server;
  };
  const ask = (url: string): Promise<unknown> =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: QUERY }),
    }).then((response) => response.json());

  test('starts with nothing set, prints the page, the API, GraphiQL, the simulator and the next step, and answers', async () => {
    const server = start();
    const url = await server.address('API');
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/graphql$/);
    expect(await server.address('GraphiQL')).toBe(url);
    const overview = await server.address('Overview');
    expect(overview).toBe(new URL('/', url).href);
    expect(await (await fetch(overview)).text()).toContain('<title>Device reports</title>');
    const platform = await server.address('Platform');
    for (const word of [
      'No credentials are set, so an embedded simulator replaces the platform',
      'Nothing is sent to the carrier',
      'Next step',
      ...Object.keys(CREDENTIALS),
      'THINGSPACE_ACCOUNT_NUMBER',
      '.env.example',
    ]) {
      expect(server.output()).toContain(word);
    }
    const answer = await ask(url);
    expect(answer).toMatchObject({ data: { sessionsReport: { deviceId: '1234567890' } } });
    const { milliseconds } = (answer as { extensions: { upstream: { milliseconds: number } } }).extensions.upstream;
    expect(Number.isInteger(milliseconds)).toBe(true);
    const calls = await createAdmin(new URL('/__simulator', platform).href).calls(PATHS.sessions);
    expect(calls).toHaveLength(1);
    const page = await fetch(url, { headers: { accept: 'text/html' } });
    expect(page.headers.get('content-type')).toMatch(/html/);
  });

  test('with credentials prints the address of the platform, and no secret', async () => {
    const server = start({
      ...CREDENTIALS,
      THINGSPACE_BASE_URL: 'http://127.0.0.1:9/api',
      GRAPHIQL: 'false',
      OVERVIEW_PAGE: 'false',
    });
    expect(await server.address('Platform')).toBe('http://127.0.0.1:9/api');
    expect(server.output()).not.toMatch(/simulator|GraphiQL|Overview/);
    for (const secret of Object.values(CREDENTIALS)) expect(server.output()).not.toContain(secret);
    expect(await ask(await server.address('API'))).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT' }, message: expect.stringContaining('No account') as string }],
    });
  });

  test('says in production that there is no rate limit, unless one is set', async () => {
    const settings = { ...CREDENTIALS, THINGSPACE_BASE_URL: 'http://127.0.0.1:9/api' };
    const textOf = async (environment: Record<string, string>): Promise<string> => {
      const server = start({ ...settings, ...environment });
      await server.address('Platform');
      return server.output();
    };
    const advice = 'no rate limit: a caller may send any number of requests. Set RATE_LIMIT_PER_MINUTE';
    expect(await textOf({ NODE_ENV: 'production' })).toContain(advice);
    expect(await textOf({ NODE_ENV: 'production', RATE_LIMIT_PER_MINUTE: '600' })).not.toContain(advice);
    expect(await textOf({})).not.toContain(advice);
  });

  test('exits with 1 and names every invalid variable', async () => {
    const server = start({ PORT: '80.5', THINGSPACE_CLIENT_ID: 'id-5f1c', GRAPHIQL: 'maybe', LOG_LEVEL: 'loud' });
    expect(await server.exited()).toBe(1);
    expect(server.output()).toBe('');
    const [title, ...lines] = server.complaints().trimEnd().split('\n');
    expect(title).toBe('The configuration is not valid:');
    expect(lines.map((line) => line.trim().split(':')[0])).toEqual([
      'PORT',
      'LOG_LEVEL',
      'THINGSPACE_CLIENT_SECRET',
      'THINGSPACE_USERNAME',
      'THINGSPACE_PASSWORD',
      'GRAPHIQL',
    ]);
  });

  test('does not start with a password that ends in a line break, and names its variable without showing it', async () => {
    const credentials = {
      THINGSPACE_CLIENT_ID: 'id-5f1c',
      THINGSPACE_CLIENT_SECRET: 'secret-8a2e',
      THINGSPACE_USERNAME: 'user-77b0',
    };
    const server = start({ ...credentials, THINGSPACE_PASSWORD: 'hunter2\n' });
    expect(await server.exited()).toBe(1);
    expect(server.complaints()).toContain('THINGSPACE_PASSWORD: It contains a control character');
    expect(server.complaints()).not.toContain('hunter2');
  });

  test('exits with 1 and says what to set if the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const server = start({ PORT: String(port) });
    expect(await server.exited()).toBe(1);
    const lines = server.complaints().trimEnd().split('\n');
    const complaint = lines.filter((line) => !line.startsWith('{'));
    expect(complaint).toEqual([expect.stringContaining('Another program is using this port. Set PORT to a free one.')]);
    expect(complaint[0]).toContain(String(port));
    expect(server.output()).toBe('');
    other.close();
  });

  test('exits with 1 and says what to set if the host has no address', async () => {
    const server = start({ HOST: 'no-such-host.invalid' });
    expect(await server.exited()).toBe(1);
    const complaint = server
      .complaints()
      .trimEnd()
      .split('\n')
      .filter((line) => !line.startsWith('{'));
    expect(complaint).toEqual([
      expect.stringContaining('no-such-host.invalid. Set HOST to an address of this machine'),
    ]);
  });

  test('says what it waits for if that takes longer than a second', async () => {
    const silent = createSocketServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const server = start({ DATABASE_URL: `postgres://user:password-d4c9@127.0.0.1:${port}/reports` });
    while (!server.complaints().includes('still starting')) await once(server.process.stderr ?? server.process, 'data');
    expect(server.complaints()).toContain('still starting: opening PostgreSQL at DATABASE_URL');
    expect(server.complaints()).not.toContain('password');
    silent.close();
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'on %s finishes open requests, accepts no new ones, and exits with 0',
    async (signal) => {
      const server = start({ CACHE_MAX_BYTES: '0', ...(signal === 'SIGTERM' ? { SHUTDOWN_DELAY_SECONDS: '0' } : {}) });
      const url = await server.address('API');
      const admin = createAdmin(new URL('/__simulator', await server.address('Platform')).href);
      await ask(url);
      await admin.forgetCalls();
      await admin.fault({ path: PATHS.sessions, latencyMilliseconds: 1_000 });
      const answer = ask(url);
      while ((await admin.calls(PATHS.sessions)).length === 0) await new Promise(setImmediate);
      server.process.kill(signal);
      const later = await fetchUntilRefused(url);
      expect(later).toBe('refused');
      expect(await answer).toMatchObject({ data: { sessionsReport: { deviceId: '1234567890' } } });
      expect(await server.exited()).toBe(0);
      expect(
        server
          .complaints()
          .split('\n')
          .filter((line) => line.includes('"level":50')),
      ).toEqual([]);
    },
  );

  test('answers during its delay after SIGTERM, is not ready then, and logs what it does', async () => {
    const server = start({ SHUTDOWN_DELAY_SECONDS: '2' });
    const url = await server.address('API');
    const ready = new URL('/readyz', url);
    expect((await fetch(ready)).status).toBe(200);
    server.process.kill('SIGTERM');
    while ((await fetch(ready)).status !== 503) await new Promise(setImmediate);
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: QUERY }),
    });
    expect(response.headers.get('connection')).toBe('close');
    expect(await response.json()).toMatchObject({ data: { sessionsReport: { deviceId: '1234567890' } } });
    expect(await server.exited()).toBe(0);
    const line = server
      .complaints()
      .split('\n')
      .find((each) => each.includes('"started"'));
    expect(JSON.parse(line ?? '')).toMatchObject({
      version: expect.any(String) as string,
      store: 'SQLite',
      platform: await server.address('Platform'),
      isSimulated: true,
    });
    for (const text of ['received a signal to stop', 'shutting down', 'accepting no more connections', 'stopped'])
      expect(server.complaints()).toContain(text);
  });

  test('ends at once with 1 on a second signal, even with a request in progress', async () => {
    const server = start();
    const url = await server.address('API');
    const admin = createAdmin(new URL('/__simulator', await server.address('Platform')).href);
    await ask(url);
    await admin.fault({ path: PATHS.sessions, latencyMilliseconds: 60_000 });
    const broken = expect(
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'cache-control': 'no-cache' },
        body: JSON.stringify({ query: QUERY }),
      }),
    ).rejects.toThrow();
    while ((await admin.calls(PATHS.sessions)).length < 2) await new Promise(setImmediate);
    server.process.kill('SIGTERM');
    while (!server.complaints().includes('received a signal'))
      await once(server.process.stderr ?? server.process, 'data');
    server.process.kill('SIGTERM');
    expect(await server.exited()).toBe(1);
    await broken;
  });
});

/** Opens new connections until one is refused. */
async function fetchUntilRefused(url: string): Promise<'refused'> {
  for (;;) {
    try {
      await fetch(url, { headers: { connection: 'close', accept: 'application/json' } });
    } catch {
      return 'refused';
    }
  }
}
