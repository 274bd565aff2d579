import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { parse } from 'graphql';
import { sessionsOf, usageOf } from '../expected-usage.mjs';
import { listDays } from '../windows.mjs';
import { createDailyOrders } from './daily-orders.mjs';
import { dialects } from './dialects.mjs';

const days = listDays(Date.parse('2026-03-02T12:00:00Z'), 3, 3);
const imei = ['350000000000001', '350000000000002'];
const answer = (/** @type {unknown} */ data) => ({ status: 200, body: Buffer.from(JSON.stringify({ data })) });

test('days follow each other without gaps, each to its last millisecond', () => {
  assert.deepEqual(
    days.map(({ day }) => day),
    ['2026-02-27', '2026-02-28', '2026-03-01'],
  );
  assert.deepEqual(days[0], {
    day: '2026-02-27',
    startDate: '2026-02-27T00:00:00.000Z',
    endDate: '2026-02-27T23:59:59.999Z',
  });
});

test('a series is one operation for all days', () => {
  const [order, ...others] = createDailyOrders(dialects.reports, 'series', days, imei);
  assert.deepEqual(others, []);
  const { query, variables } = JSON.parse(order.body);
  parse(query);
  assert.deepEqual([variables.input.startDate, variables.input.endDate], ['2026-02-27', '2026-03-01']);
  const buckets = days.map(() => ({ usage: imei.map(usageOf) }));
  assert.deepEqual(
    order.readDays(answer({ usageSeries: { groups: [{ buckets }] } })),
    buckets.map(({ usage }) => usage),
  );
});

test('reports are one operation for each day', () => {
  const orders = createDailyOrders(dialects.tailcall, 'reports', days, imei);
  assert.equal(orders.length, 3);
  assert.deepEqual(orders[0].readDays(answer({ c0: { usage: [usageOf(imei[0])] } })), [[usageOf(imei[0])]]);
});

test('each report has the fields of a window only, because others reject what they do not know', () => {
  const [{ body }] = createDailyOrders(dialects.mesh, 'reports', days, imei);
  assert.deepEqual(Object.keys(JSON.parse(body).variables.i0), ['accountNumber', 'imei', 'startDate', 'endDate']);
});

test('sessions are one operation for each device, added up by the day on which they began', () => {
  const orders = createDailyOrders(dialects.reports, 'sessions', days, imei);
  const window = { startDate: days[0].startDate, endDate: days[2].endDate };
  const read = orders.map(({ readDays }, at) => {
    const sessions = sessionsOf(imei[at], window);
    return readDays(answer({ sessionsReport: { sessions } }));
  });
  assert.deepEqual(read[0], []);
  const rows = read[1].flat();
  assert.equal(read[1].length, 3);
  assert.equal(
    rows.reduce((sum, { bytesTransferred }) => sum + bytesTransferred, 0),
    imei.flatMap((one) => sessionsOf(one, window)).reduce((sum, { numBytes }) => sum + numBytes, 0),
  );
});

test('a failed operation is an error', () => {
  const [order] = createDailyOrders(dialects.reports, 'series', days, imei);
  assert.throws(() => order.readDays({ status: 400, body: Buffer.from('{}') }), /^Error: 400/);
});
