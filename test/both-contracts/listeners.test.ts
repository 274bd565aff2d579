import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { ACCOUNT, codesOf, imeisOf, startAsyncWorld, type AsyncWorld } from '../support/world/async-world.ts';
import { eventually } from '../support/eventually.ts';
import { answerWith } from '../support/fakes/recording-platform.ts';
import { RequestAggregatedReportDocument } from '../support/graphql/graphql.ts';
import { startWorld, type World } from '../support/world/world.ts';

const REGISTER = `mutation ($input: RegisterCallbackListenerInput!) {
  registerCallbackListener(input: $input) { accountNumber name url isThisServer }
}`;
const DEREGISTER = 'mutation { deregisterCallbackListener { accountNumber name url isThisServer } }';
const LIST = '{ callbackListeners { accountNumber name url isThisServer } }';
const NAME = 'BullseyeReporting';

describe('the listeners of an account', () => {
  let world: World;
  afterEach(() => world.close());

  test('are asked for once by all aliases of an operation', async () => {
    world = await startWorld();
    const aliases = Array.from({ length: 90 }, (_, at) => `a${at}: callbackListeners { name }`).join(' ');
    const { data, errors } = await world.query(`{ ${aliases} }`);
    expect([Object.keys(data ?? {}).length, errors]).toEqual([90, []]);
    expect(await world.admin.calls(PATHS.callbacks)).toHaveLength(1);
  });

  test('can be registered with this server’s address, listed and deregistered, in both versions of the contract', async () => {
    world = await startWorld({
      config: {
        publicUrl: 'https://reports.example.com',
        callbackSecret: 'the-secret',
        callbackCredentials: { username: 'carrier', password: 'p@ss' },
      },
    });
    expect((await world.query(LIST)).data).toEqual({ callbackListeners: [] });
    const ours = {
      accountNumber: world.simulator.accountNumber,
      name: NAME,
      url: 'https://***:***@reports.example.com/callbacks/device-reports/***',
      isThisServer: true,
    };
    expect((await world.query(REGISTER, { input: {} })).data).toEqual({ registerCallbackListener: ours });
    const [call] = (await world.admin.calls(PATHS.callbacks)).filter(({ method }) => method === 'POST');
    expect(call?.query).toEqual({ accountNumber: world.simulator.accountNumber });
    expect(JSON.parse(call?.body ?? '')).toEqual({
      name: NAME,
      url: 'https://carrier:p%40ss@reports.example.com/callbacks/device-reports/the-secret',
    });
    expect((await world.query(LIST)).data).toEqual({ callbackListeners: [ours] });
    expect((await world.query(DEREGISTER)).data).toEqual({ deregisterCallbackListener: ours });
    expect((await world.query(LIST)).data).toEqual({ callbackListeners: [] });
    const again = await world.query(DEREGISTER);
    expect(codesOf(again)).toEqual(['UPSTREAM_NOT_FOUND']);
    expect(again.errors[0]?.message).toMatch(/^The account has no callback listener of this name\./);
  });

  test('are missed by a report that starts before one is registered, and its error says to register one', async () => {
    world = await startWorld();
    const request = () =>
      world.query(RequestAggregatedReportDocument, {
        input: { imei: world.devices('meter', 1), portalInitiated: false },
      });
    const { errors } = await request();
    expect(errors).toMatchObject([
      { extensions: { code: 'UPSTREAM_FORBIDDEN', upstream: { status: 403, code: 'CALLBACK_NOT_REGISTERED' } } },
    ]);
    expect(errors[0]?.message).toBe(
      'The account has no callback listener, so the platform has nowhere to send the results. ' +
        'Call the mutation registerCallbackListener, then send this request again.',
    );
    expect((await world.query(REGISTER, { input: { url: world.callbackUrl } })).errors).toEqual([]);
    expect((await request()).errors).toEqual([]);
  });

  test('have isThisServer: false if someone else replaces this server’s listener', async () => {
    world = await startWorld({ listens: true });
    expect((await world.query(LIST)).data).toMatchObject({ callbackListeners: [{ isThisServer: true }] });
    const theirs = 'https://user:word@other.example/in?token=x';
    const { data } = await world.query(REGISTER, { input: { url: theirs } });
    const listener = { url: 'https://***:***@other.example/in?***', isThisServer: false };
    expect(data).toMatchObject({ registerCallbackListener: listener });
    expect((await world.query(LIST)).data).toMatchObject({ callbackListeners: [listener] });
  });

  test('are not this server’s on another host with the same secret if PUBLIC_URL is set', async () => {
    world = await startWorld({ config: { publicUrl: 'https://reports.example.com/a', callbackSecret: 'the-secret' } });
    for (const [url, isThisServer] of [
      ['https://reports.example.com/a/callbacks/device-reports/the-secret', true],
      ['https://reports.example.com/callbacks/device-reports/the-secret', false],
      ['https://staging.example.com/a/callbacks/device-reports/the-secret', false],
      ['http://localhost:1234/callbacks/device-reports/the-secret', true],
      ['http://localhost:1234/callbacks/device-reports/another', false],
    ] as const) {
      const { data } = await world.query(REGISTER, { input: { url } });
      expect([url, data]).toMatchObject([url, { registerCallbackListener: { isThisServer } }]);
      expect(JSON.stringify(data)).not.toContain('the-secret');
    }
  });

  test.each([
    ['http://a.example', true],
    ['https://a.example:9001/x', true],
    ['https://a.example:28220/x', true],
    ['http://127.0.0.1:31999/', true],
    ['http://localhost:31999/', true],
    ['https://a.example:8443/', false],
    ['https://a.example:9007/', false],
    ['ftp://a.example/', false],
    ['a.example', false],
    ['', false],
    [`https://a.example/${'x'.repeat(2_000)}`, false],
  ])('accept the address %s: %s', async (url, isAccepted) => {
    world = await startWorld();
    const answer = await world.query(REGISTER, { input: { url } });
    if (isAccepted) expect(answer.errors).toEqual([]);
    else {
      expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argumentPath: ['input', 'url'] } }]);
      expect(await world.admin.calls(PATHS.callbacks)).toEqual([]);
    }
  });

  test.each([
    [400, 'UPSTREAM_BAD_REQUEST'],
    [403, 'UPSTREAM_FORBIDDEN'],
    [404, 'UPSTREAM_NOT_FOUND'],
    [408, 'UPSTREAM_TIMEOUT'],
  ])('are not looked for among devices and dates if the platform answers %i', async (status, code) => {
    world = await startWorld({ config: { retries: 0 } });
    await world.admin.fault({ path: PATHS.callbacks, status });
    for (const answer of [
      await world.query(LIST),
      await world.query(REGISTER, { input: { url: 'https://a.example/' } }),
      await world.query(DEREGISTER),
    ]) {
      expect(codesOf(answer)).toEqual([code]);
      expect(answer.errors[0]?.message).not.toMatch(/IMEI|device|date|window/);
    }
  });

  test('are not looked for among devices and dates if the platform does not answer', async () => {
    world = await startWorld({ config: { retries: 0 } });
    await world.admin.fault({ path: PATHS.callbacks, latencyMilliseconds: 50_000 });
    const asked = world.query(LIST);
    // Time that passes before there is a connection would be a failure to connect.
    await eventually(() => world.admin.calls(PATHS.callbacks)).toHaveLength(1);
    let answer: Awaited<typeof asked> | null = null;
    void asked.then((each) => (answer = each));
    await eventually(() => {
      world.clock.advance(15_000);
      return answer;
    }).not.toBe(null);
    const { errors } = await asked;
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_TIMEOUT' } }]);
    expect(errors[0]?.message).not.toMatch(/device|window/);
  });

  test('need PUBLIC_URL or a url, and a valid name and account number', async () => {
    world = await startWorld();
    const [error] = (await world.query(REGISTER, { input: {} })).errors;
    expect(error?.message).toContain('PUBLIC_URL');
    expect(error?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argumentPath: ['input', 'url'] });
    const bad = { url: 'https://a.example/', name: 'no name', accountNumber: '?' };
    expect((await world.query(REGISTER, { input: bad })).errors[0]?.extensions['faults']).toHaveLength(2);
    expect(await world.admin.calls(PATHS.callbacks)).toEqual([]);
  });
});

describe('the platform’s responses to listener calls', () => {
  let at: AsyncWorld;
  const path = `${PATHS.callbacks}?accountNumber=${ACCOUNT}`;

  beforeEach(async () => {
    at = await startAsyncWorld({ config: { publicUrl: 'https://reports.example.com' } });
  });
  afterEach(() => at.close());

  test.each([
    ['an object', { accountName: ACCOUNT, name: NAME, url: 'https://x.example/' }],
    ['a list of one', [{ aname: ACCOUNT, name: NAME, url: 'https://x.example/' }]],
  ])('are accepted as %s', async (_, body) => {
    at.platform.onRequest(path, answerWith(body));
    const listener = { accountNumber: ACCOUNT, name: NAME, url: 'https://x.example/', isThisServer: false };
    expect((await at.world.query(LIST)).data).toEqual({ callbackListeners: [listener] });
    expect((await at.world.query(REGISTER, { input: {} })).data).toEqual({ registerCallbackListener: listener });
  });

  test('are accepted with an empty body', async () => {
    at.platform.onRequest(path, (response) => response.writeHead(200).end());
    at.platform.onRequest(`${path}&service=${NAME}`, (response) => response.writeHead(200).end());
    expect((await at.world.query(LIST)).data).toEqual({ callbackListeners: [] });
    const registered = (await at.world.query(REGISTER, { input: {} })).data;
    expect(registered).toMatchObject({ registerCallbackListener: { name: NAME, isThisServer: true } });
    const gone = { accountNumber: ACCOUNT, name: NAME, url: null, isThisServer: false };
    expect((await at.world.query(DEREGISTER)).data).toEqual({ deregisterCallbackListener: gone });
  });

  const ask = async () => {
    const mutation = `mutation { requestAggregatedReport(input: { imei: ["${imeisOf(1)[0] ?? ''}"] }) { txid } }`;
    const answer = await at.world.query(mutation);
    expect(answer.errors).toEqual([]);
    return answer.extensions['warnings'];
  };
  const hasListener = async () => {
    const { data } = await at.world.query('{ serverStatus { hasListener } }');
    return (data as { serverStatus: { hasListener: boolean | null } } | null)?.serverStatus.hasListener;
  };

  test('cause a warning for a report that will not arrive here, with at most one call a minute', async () => {
    const warning = [{ code: 'LISTENER_NOT_REGISTERED', message: expect.any(String) as string }];
    expect(await ask()).toEqual(warning);
    expect(await ask()).toEqual(warning);
    expect(at.platform.requestsTo(path)).toHaveLength(1);
    at.platform.onRequest(path, answerWith([{ accountName: ACCOUNT, name: NAME, url: at.world.callbackUrl }]));
    at.world.clock.advance(60_000);
    expect(await ask()).toBe(undefined);
    expect(at.platform.requestsTo(path)).toHaveLength(2);
  });

  test('that drifted are warned of from the moment anything here has seen it', async () => {
    at.platform.onRequest(path, answerWith([{ accountName: ACCOUNT, name: NAME, url: at.world.callbackUrl }]));
    expect(await ask()).toBe(undefined);
    at.platform.onRequest(path, answerWith([{ accountName: ACCOUNT, name: NAME, url: 'https://example.com/other' }]));
    expect((await at.world.query(LIST)).data).toMatchObject({ callbackListeners: [{ isThisServer: false }] });
    expect(await ask()).toMatchObject([{ code: 'LISTENER_NOT_REGISTERED' }]);
    expect(at.platform.requestsTo(path)).toHaveLength(2);
  });

  test('are known to be missing from the moment the platform rejects a report for that', async () => {
    at.platform.onRequest(path, answerWith([{ accountName: ACCOUNT, name: NAME, url: at.world.callbackUrl }]));
    expect(await ask()).toBe(undefined);
    at.platform.onRequest(PATHS.async, answerWith({ errorCode: 'CALLBACK_NOT_REGISTERED' }, 403));
    const input = { imei: ['709312034493372'], portalInitiated: false };
    expect((await at.world.query(RequestAggregatedReportDocument, { input })).errors).toHaveLength(1);
    expect(await hasListener()).toBe(false);
    expect(at.platform.requestsTo(path)).toHaveLength(1);
  });

  test('are looked up again once a report is accepted after that, because another server can have registered one', async () => {
    at.platform.onRequest(PATHS.async, answerWith({ errorCode: 'CALLBACK_NOT_REGISTERED' }, 403));
    const input = { imei: ['709312034493372'], portalInitiated: false };
    await at.world.query(RequestAggregatedReportDocument, { input });
    await at.world.query(RequestAggregatedReportDocument, { input });
    expect(at.platform.requestsTo(path)).toHaveLength(0);
    at.platform.onRequest(PATHS.async, answerWith({ txid: 'accepted-1', status: 'QUEUED' }));
    at.platform.onRequest(path, answerWith([{ accountName: ACCOUNT, name: NAME, url: at.world.callbackUrl }]));
    expect(await ask()).toBe(undefined);
    expect(await hasListener()).toBe(true);
    expect(at.platform.requestsTo(path)).toHaveLength(1);
  });

  test('are fetched again after a listener changed here', async () => {
    expect(await ask()).toHaveLength(1);
    at.platform.onRequest(path, answerWith({ accountName: ACCOUNT, name: NAME, url: at.world.callbackUrl }));
    await at.world.query(REGISTER, { input: {} });
    expect(await ask()).toBe(undefined);
  });

  test('never fail a report if they are errors', async () => {
    at.platform.onRequest(path, answerWith({ errorCode: 'INTERNAL_ERROR' }, 500));
    expect(await ask()).toBe(undefined);
    at.platform.onRequest(path, answerWith({ errorCode: 'FORBIDDEN' }, 403));
    at.world.clock.advance(60_000);
    expect(await ask()).toBe(undefined);
  });
});
