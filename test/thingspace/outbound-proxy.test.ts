import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigError, readConfig, type Config } from '../../src/config/config.ts';
import { selectProxy } from '../../src/thingspace/select-proxy.ts';
import { eventually } from '../support/eventually.ts';
import { startFakeProxy, type FakeProxy } from '../support/fakes/outbound-proxy.ts';
import { fc } from '../support/fast-check.ts';
import { findFreePort } from '../support/free-port.ts';
import { PATHS } from '../support/world/admin.ts';
import { startTokenIssuer } from '../support/world/token-issuer.ts';
import { startWorld, type World } from '../support/world/world.ts';
import type { Settings } from '../support/world/settings.ts';

const toProxies = (environment: Record<string, string>): Config['proxies'] => readConfig(environment).proxies;
const ASK = (imei: string): string => `{ sessionsReport(input: { imei: "${imei}" }) { deviceId } }`;

describe('a server with an outbound proxy', () => {
  let proxy: FakeProxy;
  let world: World;
  const start = async (environment: Record<string, string>, config: Settings = {}): Promise<void> => {
    world = await startWorld({ config: { ...toProxies(environment), ...config } });
  };
  const ask = () => world.query(ASK(world.devices('tracker', 1)[0] ?? ''));
  const logged = (): Record<string, unknown>[] =>
    world.logged.map((line) => JSON.parse(line) as Record<string, unknown>);

  beforeEach(async () => {
    proxy = await startFakeProxy({ credentials: 'depot:s3cret@port:1' });
  });
  afterEach(async () => {
    await world.close();
    await proxy.close();
  });

  test('sends every request for an http platform to the proxy, with the credentials in its URL', async () => {
    await start({ HTTP_PROXY: `http://depot:s3cret%40port%3A1@${proxy.host}` });
    const { data, errors } = await ask();
    expect(errors).toEqual([]);
    expect(data).toMatchObject({ sessionsReport: { deviceId: expect.any(String) as string } });
    const calls = await world.admin.calls();
    expect(calls.map(({ path }) => path)).toEqual([PATHS.token, PATHS.login, PATHS.sessions]);
    for (const { headers } of calls) expect(headers['user-agent']).toMatch(/^device-reports-graphql\/\d+\.\d+\.\d+/);
    expect(proxy.requests.map(({ method, target }) => [method, target])).toEqual(
      calls.map(({ path }) => ['POST', `${world.simulator.url}${path}`]),
    );
  });

  test('reuses the connections to the proxy', async () => {
    await start({ http_proxy: `http://depot:s3cret%40port%3A1@${proxy.host}` });
    await ask();
    const before = proxy.connections();
    await ask();
    await ask();
    expect(proxy.connections()).toBe(before);
  });

  test('says that the proxy rejects the credentials, in the log and to the caller, and shows them to neither', async () => {
    await start({ HTTP_PROXY: `http://depot:wr0ng-word@${proxy.host}` }, { retries: 0 });
    const { errors } = await ask();
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    expect(errors[0]?.message).toContain('through its outbound proxy');
    expect(errors[0]?.message).not.toContain('carrier');
    expect(logged()).toContainEqual(
      expect.objectContaining({
        level: 40,
        host: new URL(world.simulator.url).host,
        proxy: proxy.host,
        layer: 'proxy',
        systemCode: '407',
        msg: 'the platform cannot be reached through the proxy',
      }),
    );
    for (const secret of ['wr0ng-word', Buffer.from('depot:wr0ng-word').toString('base64')])
      expect(`${world.logged.join()}${JSON.stringify(errors)}`).not.toContain(secret);
    expect(await world.admin.calls()).toEqual([]);
  });

  test('says that the proxy cannot be reached, once for many calls', async () => {
    const port = await findFreePort();
    await start({ HTTP_PROXY: `127.0.0.1:${port}` }, { retries: 0 });
    for (let times = 0; times < 3; times += 1)
      expect((await ask()).errors[0]?.message).toContain('through its outbound proxy');
    const lines = logged().filter(({ layer }) => layer === 'proxy');
    expect(lines).toMatchObject([{ proxy: `127.0.0.1:${port}`, systemCode: 'ECONNREFUSED' }]);
  });

  test('connects directly to what NO_PROXY names', async () => {
    await start({ HTTP_PROXY: `http://${proxy.host}`, NO_PROXY: 'intranet.example.com, 127.0.0.0/8' });
    expect((await ask()).errors).toEqual([]);
    expect(proxy.requests).toEqual([]);
  });

  test('fetches the key set through the proxy, too', async () => {
    const issuer = await startTokenIssuer();
    await start({ HTTP_PROXY: `http://depot:s3cret%40port%3A1@${proxy.host}` }, { tokens: issuer.config, retries: 0 });
    const token = await issuer.token(world.clock.now(), { accounts: [world.simulator.accountNumber] });
    const [imei = ''] = world.devices('tracker', 1);
    const { errors } = await world.query(ASK(imei), {}, { headers: { Authorization: `Bearer ${token}` } });
    expect(errors).toEqual([]);
    expect(proxy.requests[0]).toMatchObject({ method: 'GET', target: issuer.jwksUrl });
    expect(proxy.requests[0]?.headers['user-agent']).toMatch(/^device-reports-graphql\//);
    expect(issuer.asked()).toBe(1);
    await issuer.close();
  });

  test('closes the connection of a call that ends before the proxy has answered', async () => {
    await start({ HTTP_PROXY: `http://depot:s3cret%40port%3A1@${proxy.host}` }, { callTimeoutMs: 50, retries: 0 });
    proxy.fail('silent');
    const asked = ask();
    await eventually(() => proxy.requests).toHaveLength(1);
    world.clock.advance(60);
    expect((await asked).errors).toMatchObject([{ extensions: { code: 'UPSTREAM_TIMEOUT' } }]);
    await eventually(proxy.open).toBe(0);
  });
});

describe('the variables of the outbound proxies', () => {
  test.each([
    'socks5://proxy.example.com',
    'http://:3',
    'http://a b',
    'http://proxy/path',
    'http://u:100%@proxy:1',
    '?',
  ])('names the variable of a URL that cannot be used (%s), and does not show it', (text) => {
    for (const name of ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy']) {
      let message = '';
      try {
        readConfig({ [name]: text });
      } catch (error) {
        if (error instanceof ConfigError) ({ message } = error);
      }
      expect(message).toContain(`${name}: Set it to the http or https URL of a proxy`);
      expect(message).not.toContain(text);
    }
  });

  test('in lower case win', () => {
    const both = toProxies({
      HTTPS_PROXY: 'http://upper.example.com:1',
      https_proxy: 'http://lower.example.com:2',
      NO_PROXY: 'upper.example.com',
      no_proxy: 'lower.example.com',
    });
    expect(both).toMatchObject({ httpsProxy: { host: 'lower.example.com:2' }, noProxy: ['lower.example.com'] });
    expect(toProxies({ HTTPS_PROXY: 'http://upper.example.com:1', https_proxy: '' }).httpsProxy?.host).toBe(
      'upper.example.com:1',
    );
  });

  const isDirect = (noProxy: string, url: string): boolean =>
    selectProxy(url, toProxies({ HTTPS_PROXY: 'proxy:1', HTTP_PROXY: 'proxy:1', NO_PROXY: noProxy })) === null;

  test.each([
    ['*', 'https://any.example.com/', true],
    ['example.com', 'https://example.com/', true],
    ['example.com', 'https://api.EXAMPLE.com/', true],
    ['example.com', 'https://notexample.com/', false],
    ['.example.com', 'https://api.example.com/', true],
    ['*.example.com', 'https://api.example.com/', true],
    ['example.com.', 'https://api.example.com./', true],
    ['api.example.com', 'https://example.com/', false],
    ['example.com:443', 'https://example.com/', true],
    ['example.com:8443', 'https://example.com/', false],
    ['example.com:8443', 'https://example.com:8443/', true],
    ['10.1.2.3', 'http://10.1.2.3:8080/', true],
    ['10.1.2.3:80', 'http://10.1.2.3:8080/', false],
    ['10.0.0.0/8', 'http://10.1.2.3/', true],
    ['10.0.0.0/8', 'http://11.1.2.3/', false],
    ['10.0.0.0/33', 'http://10.0.0.0/', false],
    ['0.0.0.0/0', 'http://11.1.2.3/', true],
    ['2.3', 'http://10.1.2.3/', false],
    ['::1', 'http://[::1]:8080/', true],
    ['[::1]:8080', 'http://[::1]:8080/', true],
    ['[::1]:8081', 'http://[::1]:8080/', false],
    ['fd00::/8', 'http://[fd12::1]/', true],
    ['fd00::/8', 'http://10.1.2.3/', false],
    ['a, b  example.com', 'http://example.com/', true],
    ['', 'http://example.com/', false],
  ])('NO_PROXY=%s for %s: direct is %s', (noProxy, url, expected) => {
    expect(isDirect(noProxy, url)).toBe(expected);
  });

  test('a host is direct if, and only if, it ends with the labels of an entry', () => {
    const name = fc.array(fc.constantFrom('a', 'b', 'ab'), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(name, fc.array(name, { minLength: 1, maxLength: 3 }), (host, entries) => {
        const isNamed = entries.some((entry) => host.slice(-entry.length).join() === entry.join());
        const list = entries.map((entry) => entry.join('.')).join(',');
        expect(isDirect(list, `https://${host.join('.')}/`)).toBe(isNamed);
      }),
    );
  });
});
