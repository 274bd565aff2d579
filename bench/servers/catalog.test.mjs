import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createConnection } from '../load/connection.mjs';
import { dialects } from '../operations/dialects.mjs';
import { createDevices, createOrders } from '../operations/orders.mjs';
import { createProcesses } from '../processes.mjs';
import { Unavailable } from '../unavailable.mjs';
import { startUpstream } from '../upstream/control.mjs';
import { createWindows } from '../windows.mjs';
import { catalog, catalogWithBefore, everyServer } from './catalog.mjs';
import { startServer } from './start-server.mjs';
import { requireBuilt } from './this-server.mjs';

const processes = createProcesses();
const folder = mkdtempSync(join(tmpdir(), 'bench-test-'));
const upstream = await startUpstream(processes);
const windows = createWindows(Date.now());
after(async () => {
  await processes.stopAll();
  rmSync(folder, { recursive: true, force: true });
});

/** @type {Record<string, import('../operations/orders.mjs').Order[]>} */
const orders = {
  echo: [
    { report: 'devices', devices: 1, window: 'unsettled' },
    { report: 'devices', devices: 1, window: 'settled' },
  ],
  tailcall: [{ report: 'devices', devices: 25, window: 'unsettled' }, { report: 'account' }, { report: 'sessions' }],
  'tailcall-cache': [
    { report: 'devices', devices: 25, window: 'settled', pool: 25 },
    { report: 'devices', devices: 25, window: 'settled', pool: 25 },
  ],
};

/**
 * Sends operations one after another, and checks their responses.
 * @param {string} name
 */
async function respondsCorrectly(name) {
  const { target, stop } = await startServer(name, catalog[name], {
    upstreamUrl: upstream.url,
    processes,
    windows,
    folder,
  });
  const connection = createConnection(target);
  await upstream.reset();
  const devices = createDevices('34');
  for (const order of orders[name]) {
    const { body, check } = createOrders(order, { dialect: dialects[target.dialect ?? ''], windows, devices })();
    check(await connection.send(body));
  }
  connection.close();
  await stop();
  return (await upstream.counts()).reportCalls;
}

/**
 * @param {import('node:test').TestContext} context
 * @param {string} name
 */
async function callsUnlessUnavailable(context, name) {
  try {
    return await respondsCorrectly(name);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    context.skip(error.message);
    return null;
  }
}

test('the echo responds correctly without an upstream', async () => {
  assert.equal(await respondsCorrectly('echo'), 0);
});

test('the bare handler with shared calls puts several operations into a call', async () => {
  const { target, stop } = await startServer('bare-shared', catalog['bare-shared'], {
    upstreamUrl: upstream.url,
    processes,
    windows,
    folder,
  });
  await upstream.reset();
  const order = /** @type {const} */ ({ report: 'devices', devices: 1, window: 'unsettled' });
  const next = createOrders(order, { dialect: dialects.reports, windows, devices: createDevices('33') });
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      const connection = createConnection(target);
      const { body, check } = next();
      check(await connection.send(body));
      connection.close();
    }),
  );
  await stop();
  const { reportCalls } = await upstream.counts();
  assert.ok(reportCalls >= 2 && reportCalls < 20, `${reportCalls} calls`);
});

test('Tailcall responds correctly, with ten devices to a call', async (context) => {
  const calls = await callsUnlessUnavailable(context, 'tailcall');
  assert.ok(calls === null || calls === 5, `${calls} calls`);
});

test('Tailcall with its cache calls once for the same devices', async (context) => {
  const calls = await callsUnlessUnavailable(context, 'tailcall-cache');
  assert.ok(calls === null || calls === 3, `${calls} calls`);
});

test('this server before takes its turn just before this server', () => {
  const names = Object.keys(catalogWithBefore('/some/checkout'));
  assert.deepEqual(names.slice(3, 5), ['before', 'server']);
  assert.ok(everyServer.every((name) => names.includes(name)));
});

test('a folder that is no built checkout is rejected', () => {
  assert.throws(() => requireBuilt(folder), /is not a checkout of this project/);
});
