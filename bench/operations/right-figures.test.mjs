import assert from 'node:assert/strict';
import { test } from 'node:test';
import { busyDevice, sessionsOf, usageOf } from '../figures.mjs';
import { checkSessions, checkUsage } from './right-figures.mjs';

const imei = ['350000000000001', '350000000000002'];
const rows = imei.map(usageOf);
const window = { startDate: '2026-01-01T00:00:00.000Z', endDate: '2026-01-08T00:00:00.000Z' };

test('right figures pass in any order', () => {
  checkUsage(rows, imei);
  checkUsage(rows.toReversed(), imei);
  checkSessions(sessionsOf(busyDevice, window), busyDevice, window);
});

test('another device’s figures, a device missing, a device twice and a device not asked for are caught', () => {
  assert.throws(() => checkUsage([rows[0], { ...rows[0], imei: imei[1] }], imei), /wrong figures/);
  assert.throws(() => checkUsage([rows[0]], imei), /1 of 2 devices/);
  assert.throws(() => checkUsage([rows[0], rows[0]], imei), /wrong figures/);
  assert.throws(() => checkUsage([...rows, usageOf('350000000000003')], imei), /wrong figures/);
});

test('a session missing or changed is caught', () => {
  const sessions = sessionsOf(busyDevice, window);
  assert.throws(() => checkSessions(sessions.slice(1), busyDevice, window), /4999 sessions instead of 5000/);
  const changed = sessions.with(7, { ...sessions[7], numBytes: 0 });
  assert.throws(() => checkSessions(changed, busyDevice, window), /wrong session/);
});
