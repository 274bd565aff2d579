import assert from 'node:assert/strict';
import { test } from 'node:test';
import { busyDevice, sessionsOf, usageOf } from '../expected-usage.mjs';
import { checkSessions, checkUsage } from './check-usage.mjs';

const imei = ['350000000000001', '350000000000002'];
const rows = imei.map(usageOf);
const window = { startDate: '2026-01-01T00:00:00.000Z', endDate: '2026-01-08T00:00:00.000Z' };

test('correct usage passes in any order', () => {
  checkUsage(rows, imei);
  checkUsage(rows.toReversed(), imei);
  checkSessions(sessionsOf(busyDevice, window), busyDevice, window);
});

test('usage fails if it is another device’s, or if a device is missing, repeated or was not requested', () => {
  assert.throws(() => checkUsage([rows[0], { ...rows[0], imei: imei[1] }], imei), /wrong usage/);
  assert.throws(() => checkUsage([rows[0]], imei), /1 of 2 devices/);
  assert.throws(() => checkUsage([rows[0], rows[0]], imei), /wrong usage/);
  assert.throws(() => checkUsage([...rows, usageOf('350000000000003')], imei), /wrong usage/);
});

test('sessions fail if one is missing or changed', () => {
  const sessions = sessionsOf(busyDevice, window);
  assert.throws(() => checkSessions(sessions.slice(1), busyDevice, window), /4999 sessions instead of 5000/);
  const changed = sessions.with(7, { ...sessions[7], numBytes: 0 });
  assert.throws(() => checkSessions(changed, busyDevice, window), /wrong session/);
});
