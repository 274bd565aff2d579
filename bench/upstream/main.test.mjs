import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { usageOf } from '../expected-usage.mjs';
import { platformHeaders } from '../peers/platform-headers.mjs';
import { createProcesses } from '../processes.mjs';
import { startUpstream } from './control.mjs';

const processes = createProcesses();
after(() => processes.stopAll());

test('calls above the limit get a 429 with Retry-After, and are counted', async () => {
  const upstream = await startUpstream(processes);
  const imei = ['350000000000001'];
  const call = () =>
    fetch(`${upstream.url}/hyper-precise/v1/report/aggregate`, {
      method: 'POST',
      headers: platformHeaders,
      body: JSON.stringify({ imei }),
    });

  await upstream.limitCallsPerSecond(0.001);
  assert.equal((await call()).status, 429);
  const rejected = await call();
  assert.deepEqual([rejected.status, rejected.headers.get('retry-after')], [429, '1']);
  await upstream.limitCallsPerSecond(0);
  assert.deepEqual((await (await call()).json()).usage, imei.map(usageOf));
  const { reportCalls, rejected: count, devicesPerCall } = await upstream.counts();
  assert.deepEqual({ reportCalls, count, devicesPerCall }, { reportCalls: 3, count: 2, devicesPerCall: 1 });
});
