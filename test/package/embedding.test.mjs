import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { getIntrospectionQuery, graphql, GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { createApp, schema } from 'device-reports-graphql';
import { startSimulator } from 'device-reports-graphql/simulator';

const SESSIONS = '/hyper-precise/v1/report/sessions';
const QUERY = 'query ($imei: IMEI!) { sessionsReport(input: { imei: $imei }) { deviceId } }';

describe('the package, embedded', () => {
  let simulator;
  let folder;
  let settings;

  before(async () => {
    simulator = await startSimulator();
    folder = await mkdtemp(path.join(tmpdir(), 'device-reports-embedded-'));
    settings = { ...simulator.environment, DATA_DIR: folder, LOG_LEVEL: 'silent', CACHE_MAX_BYTES: '0' };
  });
  after(async () => {
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Listens until the end of the test, and returns the address. */
  const serve = async (t, listener) => {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => {
      server.close();
      server.closeAllConnections();
    });
    return `http://127.0.0.1:${server.address().port}`;
  };
  const create = async (t, settings, options) => {
    const app = await createApp(settings, options);
    t.after(() => app.close());
    return app;
  };
  const imei = () => simulator.fleet.find(({ kind }) => kind === 'tracker').imei;
  const ask = (url, query = QUERY, headers = {}) =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables: query.includes('$imei') ? { imei: imei() } : {} }),
    });
  const untilCalled = async () => {
    for (;;) {
      const { calls } = await (await fetch(`${simulator.adminUrl}/calls`)).json();
      if (calls.some(({ path }) => path === SESSIONS)) return;
    }
  };

  test('shares the copy of graphql of whoever embeds it', async () => {
    assert.ok(schema instanceof GraphQLSchema);
    const { data, errors } = await graphql({ schema, source: getIntrospectionQuery() });
    assert.equal(errors, undefined);
    assert.ok(data.__schema.types.some(({ name }) => name === 'SessionsReport'));
    assert.match(printSchema(lexicographicSortSchema(schema)), /sessionsReport\(/);
  });

  test('has the schema as text', async () => {
    const file = new URL(import.meta.resolve('device-reports-graphql/schema.graphql'));
    assert.match(await readFile(file, 'utf8'), /type SessionsReport/);
  });

  test('answers a query in a server of somebody else, beside its pages, and sends the page of GraphiQL', async (t) => {
    const app = await create(t, settings);
    const url = await serve(t, (request, response) => {
      if (request.url === '/') response.end('home');
      else app.listener(request, response);
    });
    assert.equal(await (await fetch(url)).text(), 'home');
    const { data, errors } = await (await ask(url)).json();
    assert.equal(errors, undefined);
    assert.match(data.sessionsReport.deviceId, /^\d+$/);
    const {
      errors: [invalid],
    } = await (await ask(url, '{ nothing }')).json();
    assert.match(invalid.message, /Cannot query field "nothing"/);
    const page = await fetch(`${url}/graphql`, { headers: { Accept: 'text/html' } });
    assert.match(await page.text(), /<title>Device reports/);
    assert.equal((await fetch(`${url}/other`)).status, 404);
  });

  test('reads stored reports', async (t) => {
    const url = await serve(t, (await create(t, settings)).listener);
    const { data } = await (await ask(url, '{ aggregatedReportRequests { totalCount nodes { txid } } }')).json();
    assert.deepEqual(data, { aggregatedReportRequests: { totalCount: 0, nodes: [] } });
  });

  test('says so if something in front of it has read the body', async (t) => {
    const lines = [];
    const app = await create(t, { ...settings, LOG_LEVEL: 'error' }, { log: { write: (line) => lines.push(line) } });
    const url = await serve(t, (request, response) => {
      request.resume().once('end', () => app.listener(request, response));
    });
    const response = await ask(url);
    assert.equal(response.status, 500);
    assert.equal((await response.json()).errors[0].extensions.code, 'INTERNAL_SERVER_ERROR');
    assert.match(lines.join(''), /no body parser in front/);
  });

  test('answers open requests while it closes, and rejects later ones', async (t) => {
    const app = await create(t, settings);
    const url = await serve(t, app.listener);
    await fetch(`${simulator.adminUrl}/calls`, { method: 'DELETE' });
    const slow = { path: SESSIONS, latencyMilliseconds: 300, times: 1 };
    await fetch(`${simulator.adminUrl}/faults`, { method: 'POST', body: JSON.stringify(slow) });
    const open = ask(url);
    await untilCalled();
    const closed = app.close();
    assert.equal((await ask(url)).status, 503);
    assert.equal((await (await open).json()).errors, undefined);
    await closed;
  });

  test('ends subscriptions when it closes', async (t) => {
    const quiet = await startSimulator({ callbackDelayMilliseconds: 600_000 });
    t.after(() => quiet.close());
    const server = { listener: (_, response) => response.end() };
    const url = await serve(t, (request, response) => server.listener(request, response));
    const app = await create(t, { ...settings, ...quiet.environment, PUBLIC_URL: url });
    server.listener = app.listener;
    await ask(url, 'mutation { registerCallbackListener(input: {}) { url } }');
    const requested = await ask(
      url,
      'mutation ($imei: IMEI!) { requestAggregatedReport(input: { imei: [$imei], startDate: "LAST_WEEK", endDate: "LAST_WEEK" }) { txid } }',
    );
    const { txid } = (await requested.json()).data.requestAggregatedReport;
    const progress = await ask(url, `subscription { aggregatedReportProgress(txid: "${txid}") { status } }`, {
      Accept: 'text/event-stream',
    });
    const events = progress.body.pipeThrough(new TextDecoderStream());
    let text = '';
    let closed = null;
    for await (const part of events) {
      text += part;
      if (text.includes('aggregatedReportProgress')) closed ??= app.close();
    }
    assert.match(text, /event: complete/);
    await closed;
  });

  test('rejects settings that cannot work, with a line for each', async () => {
    await assert.rejects(createApp({ PORT: 'x', GRAPHIQL: 'maybe' }), ({ name, message }) => {
      assert.equal(name, 'ConfigError');
      assert.match(message, /PORT: [^]*GRAPHIQL: /);
      return true;
    });
    await assert.rejects(createApp({}), { name: 'ConfigError', message: /No platform is set/ });
    await assert.rejects(createApp({ ...settings, DATA_DIR: '/dev/null/x' }), { name: 'StoreError' });
  });

  test('writes its log where it is asked to', async (t) => {
    const lines = [];
    const app = await create(t, { ...settings, LOG_LEVEL: 'trace' }, { log: { write: (line) => lines.push(line) } });
    const url = await serve(t, app.listener);
    await fetch(`${simulator.adminUrl}/faults`, {
      method: 'POST',
      body: JSON.stringify({ path: '/m2m/v1/session/login', status: 500, times: 1 }),
    });
    await ask(url);
    assert.ok(lines.length > 0);
    for (const line of lines) assert.equal(typeof JSON.parse(line).msg, 'string');
  });
});
