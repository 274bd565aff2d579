import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ACCOUNT, imeisOf, startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';
import { eventually } from '../support/eventually.ts';
import { openReadySocket, openSocket, type RawGraphqlSocket, type SocketOptions } from '../support/graphql-socket.ts';
import type { Settings } from '../support/world/settings.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/world/token-issuer.ts';

const PROGRESS = 'subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) { status } }';
const OTHER_ACCOUNT = '0742644905-00001';

let issuer: TokenIssuer;
let at: AsyncWorld;
const opened: RawGraphqlSocket[] = [];

beforeEach(async () => {
  issuer = await startTokenIssuer();
});
afterEach(async () => {
  for (const { socket } of opened.splice(0)) socket.terminate();
  await at.close();
  await issuer.close();
});

const start = async (config: Settings): Promise<void> => {
  at = await startAsyncWorld({ config });
};
const bearer = async (claims: Record<string, unknown> = {}): Promise<string> =>
  `Bearer ${await issuer.token(at.world.clock.now(), { accounts: [ACCOUNT], ...claims })}`;
const open = async (payload?: Record<string, unknown>, options: SocketOptions = {}): Promise<RawGraphqlSocket> => {
  const socket = await openReadySocket(at.world.url, payload, options);
  opened.push(socket);
  return socket;
};
/** Sends connection_init, and resolves with the answer or with the reason for which the socket was closed. */
const initialise = async (payload?: Record<string, unknown>, options: SocketOptions = {}): Promise<unknown> => {
  const socket = await openSocket(at.world.url, options);
  opened.push(socket);
  socket.send({ type: 'connection_init', payload });
  return (await socket.next()) ?? (await socket.closed);
};
const request = async (authorization: string): Promise<string> => {
  const query = `mutation { requestAggregatedReport(input: { imei: ${JSON.stringify(imeisOf(2))}, startDate: "2026-11-01" }) { txid } }`;
  const { data } = await at.world.query(query, {}, { headers: { Authorization: authorization } });
  return (data as { requestAggregatedReport: { txid: string } }).requestAggregatedReport.txid;
};
const follow = (socket: RawGraphqlSocket, txid: string): void =>
  socket.send({ id: '1', type: 'subscribe', payload: { query: PROGRESS, variables: { txid } } });
const toError = (code: string) => ({ id: '1', type: 'error', payload: [{ extensions: { code } }] });

describe('with tokens, a WebSocket', () => {
  beforeEach(() => start({ tokens: issuer.config }));

  test.each<[string, (authorization: string) => [Record<string, unknown> | undefined, SocketOptions]]>([
    ['connection_init', (authorization) => [{ Authorization: authorization }, {}]],
    ['connection_init, in lower case', (authorization) => [{ authorization }, {}]],
    ['the headers in connection_init', (authorization) => [{ headers: { Authorization: authorization } }, {}]],
    ['the header of the handshake', (authorization) => [undefined, { headers: { Authorization: authorization } }]],
  ])('takes the token from %s', async (_, toArguments) => {
    const authorization = await bearer();
    const txid = await request(authorization);
    const socket = await open(...toArguments(authorization));
    follow(socket, txid);
    expect(await socket.next()).toMatchObject({ type: 'next' });
  });

  test('without a valid token is closed before anything runs, with a code after which clients ask for a new token', async () => {
    const expired = await bearer({ exp: Math.floor(at.world.clock.now() / 1_000) - 60 });
    expect(await initialise()).toEqual({
      code: 4403,
      reason: 'No token was sent. Send it in the header Authorization, as Bearer, a space, and the token.',
    });
    expect(await initialise({ Authorization: 'Basic x' })).toMatchObject({ code: 4403 });
    expect(await initialise({ Authorization: 'Bearer x.y.z' })).toMatchObject({ code: 4403 });
    expect(await initialise({ Authorization: expired })).toEqual({
      code: 4403,
      reason: 'The token has expired. Send a new one.',
    });
    const inHandshake = openSocket(at.world.url, { headers: { Authorization: 'Bearer x.y.z' } });
    await expect(inHandshake).rejects.toThrow(/^401 .*UNAUTHENTICATED/);
    expect(at.platform.requests).toEqual([]);
  });

  test('is closed with a code after which clients try again while tokens cannot be checked', async () => {
    issuer.fail(500);
    expect(await initialise({ Authorization: await bearer() })).toEqual({
      code: 1013,
      reason: 'Tokens cannot be checked at the moment.',
    });
  });

  test('uses the token of connection_init rather than that of the handshake', async () => {
    const [mine, other] = [await bearer(), await bearer({ accounts: [OTHER_ACCOUNT] })];
    const txid = await request(mine);
    const socket = await open({ Authorization: other }, { headers: { Authorization: mine } });
    follow(socket, txid);
    expect(await socket.next()).toMatchObject(toError('NOT_FOUND'));
  });

  test('reads and follows only what its token allows', async () => {
    const txid = await request(await bearer());
    const noScope = await open({ Authorization: await bearer({ scope: 'reports:request' }) });
    follow(noScope, txid);
    expect(await noScope.next()).toMatchObject(toError('FORBIDDEN'));
    const noAccount = await open({ Authorization: await bearer({ accounts: [OTHER_ACCOUNT] }) });
    follow(noAccount, txid);
    expect(await noAccount.next()).toMatchObject(toError('NOT_FOUND'));
    noAccount.send({
      id: '2',
      type: 'subscribe',
      payload: { query: `{ device(imei: "${imeisOf(1).join()}", accountNumber: "${ACCOUNT}") { imei } }` },
    });
    expect(await noAccount.next()).toMatchObject({
      id: '2',
      type: 'next',
      payload: { errors: [{ extensions: { code: 'FORBIDDEN' } }] },
    });
  });

  test('ends with an error and a code when its token expires', async () => {
    const exp = Math.floor(at.world.clock.now() / 1_000) + 60;
    const txid = await request(await bearer());
    const socket = await open({ Authorization: await bearer({ exp }) });
    const longer = await open({ Authorization: await bearer({ exp: exp + 600 }) });
    follow(socket, txid);
    follow(longer, txid);
    await socket.next();
    await longer.next();
    at.world.clock.advance(91_000);
    expect(await socket.next()).toEqual({
      id: '1',
      type: 'error',
      payload: [{ message: 'The token has expired. Send a new one.', extensions: { code: 'UNAUTHENTICATED' } }],
    });
    expect(await socket.next()).toBe(null);
    expect(await socket.closed).toEqual({ code: 4403, reason: 'The token has expired. Send a new one.' });
    for (const imei of imeisOf(2)) await at.post(usageOf(txid, imei));
    await eventually(async () => (await longer.next())?.type).toBe('complete');
  });

  test('without an operation is closed when its token expires', async () => {
    const exp = Math.floor(at.world.clock.now() / 1_000) + 60;
    const socket = await open({ Authorization: await bearer({ exp }) });
    at.world.clock.advance(91_000);
    expect((await socket.closed).code).toBe(4403);
  });
});

test('a WebSocket counts for its address until it says who it is, and then for its caller', async () => {
  await start({ tokens: issuer.config, socketsPerPrincipal: 1 });
  const [one, two] = [await bearer({ sub: 'one' }), await bearer({ sub: 'two' })];
  await open({ Authorization: one });
  await open({ Authorization: two });
  expect(await initialise({ Authorization: one })).toEqual({
    code: 1013,
    reason: 'You have the maximum of connections open.',
  });
  const waiting = await openSocket(at.world.url);
  opened.push(waiting);
  await expect(openSocket(at.world.url)).rejects.toThrow(/^429 .*TOO_MANY_CONNECTIONS/);
  waiting.socket.close();
  await waiting.closed;
  await eventually(async () => {
    const next = await openSocket(at.world.url).catch(() => null);
    if (next !== null) opened.push(next);
    return next !== null;
  }).toBe(true);
});

test('with tokens of its caller, a WebSocket takes both from connection_init', async () => {
  await start({ callersBringTokens: true });
  expect(await initialise({ Authorization: 'Bearer b' })).toMatchObject({ code: 4403 });
  const socket = await open({ Authorization: 'Bearer b', 'VZ-M2M-Token': 's' });
  socket.send({
    id: '1',
    type: 'subscribe',
    payload: { query: `{ sessionsReport(input: { imei: "${imeisOf(1).join()}" }) { txid } }` },
  });
  await eventually(() => at.platform.requests.length).toBe(1);
  const { headers = {} } = at.platform.requests[0] ?? {};
  expect([String(headers['authorization']), String(headers['vz-m2m-token'])]).toEqual(['Bearer b', 's']);
});

describe('a page', () => {
  const origins = (origin: string, headers: Record<string, string> = {}): SocketOptions => ({
    headers: { Origin: origin, ...headers },
  });
  const isRefused = async (options: SocketOptions, code: string): Promise<void> => {
    await expect(openSocket(at.world.url, options)).rejects.toThrow(new RegExp(`^403 .*${code}`));
  };

  test('of another origin opens no WebSocket', async () => {
    await start({});
    const { host, port } = new URL(at.world.url);
    for (const origin of [
      'https://evil.example',
      'null',
      'http://localhost',
      `http://localhost:${port}`,
      `http://${host}.evil.example`,
      `file://${host}`,
      'chrome-extension://abc',
      '//x',
    ])
      await isRefused(origins(origin), 'ORIGIN_NOT_ALLOWED');
  });

  test('of the same host opens one, over TLS in front of this server, too', async () => {
    await start({});
    const { host } = new URL(at.world.url);
    await open({}, origins(`http://${host}`));
    await open({}, origins(`https://${host}`));
  });

  test('opens one by the name that a trusted proxy reports, and by PUBLIC_URL', async () => {
    await start({ trustedProxies: 1, publicUrl: 'https://reports.example.com' });
    await open({}, origins('https://reports.example.com'));
    await open({}, origins('https://app.example.com', { 'X-Forwarded-Host': 'app.example.com' }));
    await isRefused(
      origins('https://other.example.com', { 'X-Forwarded-Host': 'app.example.com' }),
      'ORIGIN_NOT_ALLOWED',
    );
  });

  test('of an origin in CORS_ORIGINS opens one', async () => {
    await start({ corsOrigins: ['https://app.example.com'] });
    await open({}, origins('https://app.example.com'));
    await isRefused(origins('https://app.example.com.evil.example'), 'ORIGIN_NOT_ALLOWED');
  });

  test('of any origin opens one if CORS_ORIGINS is *, unless the browser has added credentials', async () => {
    await start({ corsOrigins: ['*'] });
    await open({}, origins('https://app.example.com'));
    await open({}, origins('https://app.example.com', { Authorization: 'Bearer x' }));
    for (const headers of [{ Cookie: 'session=a' }, { Authorization: 'Basic YTpi' }])
      await isRefused(origins('https://app.example.com', headers), 'ORIGIN_NOT_ALLOWED');
    const { host } = new URL(at.world.url);
    await open({}, origins(`http://${host}`, { Cookie: 'session=a' }));
  });

  test('whose name was bound to this server opens none', async () => {
    await start({});
    await isRefused(origins('http://evil.example', { Host: 'evil.example' }), 'HOST_NOT_ALLOWED');
  });
});
