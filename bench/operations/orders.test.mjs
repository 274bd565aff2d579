import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'graphql';
import { usageOf } from '../expected-usage.mjs';
import { createWindows } from '../windows.mjs';
import { dialects } from './dialects.mjs';
import { createDevices, createOrders } from './orders.mjs';

const windows = createWindows(Date.now());
const literal = /** @type {const} */ ({ report: 'devices', devices: 1, window: 'unsettled', literals: true });

test('with literals, each operation is a valid document of its own, without variables', () => {
  const next = createOrders(literal, { dialect: dialects.reports, windows, devices: createDevices('35') });
  const requests = [next(), next(), next()].map(({ body }) => JSON.parse(body));
  for (const { query, variables } of requests) {
    assert.equal(variables, undefined);
    parse(query);
  }
  assert.equal(new Set(requests.map(({ query }) => query)).size, 3);
  assert.match(requests[0].query, new RegExp(usageOf('350000000000001').imei));
});

test('Tailcall gets one field per ten devices, and the cached one only for usage that is final', () => {
  const imei = createDevices('35').fresh(25);
  const query = (/** @type {string} */ dialect, /** @type {'settled' | 'unsettled'} */ window) =>
    JSON.parse(dialects[dialect].aggregated(windows[window], imei)).query;
  assert.equal(query('tailcall', 'settled').match(/aggregatedReport\(/g).length, 3);
  assert.equal(query('tailcall-cache', 'unsettled').match(/aggregatedReport\(/g).length, 3);
  assert.equal(query('tailcall-cache', 'settled').match(/settledReport\(/g).length, 3);
});
