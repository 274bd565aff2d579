import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { accountDevices, devicesOfAccount, usageOf } from '../expected-usage.mjs';
import { createMessages, storedAfter } from './messages.mjs';

test('there is a message for each device of the account, in every form of the contract, with the device’s own usage', () => {
  const next = createMessages('a', 'usage');
  const bodies = Array.from({ length: accountDevices }, () => JSON.parse(next().body));
  assert.ok(Array.isArray(bodies[0].usage) && bodies[1].imei && Array.isArray(bodies[2]));

  const messages = bodies.map((body) => (Array.isArray(body) ? body[0] : body));
  assert.ok(messages.every(({ txid }) => txid === 'a'));
  const usage = messages.map((message) => {
    const { imei, numberOfSessions, bytesTransferred } = message.usage?.[0] ?? message;
    return { imei, numberOfSessions, bytesTransferred };
  });
  assert.deepEqual(new Set(usage.map(({ imei }) => imei)), new Set(devicesOfAccount()));
  for (const row of usage) assert.deepEqual(row, usageOf(row.imei));

  const bytes = usage.slice(0, 7).reduce((sum, { bytesTransferred }) => sum + bytesTransferred, 0);
  assert.deepEqual(storedAfter(7), { devices: 7, bytes });
});

test('any status but 200 fails', () => {
  const { check } = createMessages('a', 'errors')();
  check({ status: 200, body: Buffer.from('') });
  assert.throws(() => check({ status: 503, body: Buffer.from('Later.') }), /got status 503: Later/);
});
