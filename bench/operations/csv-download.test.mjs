import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usageOf } from '../expected-usage.mjs';
import { checkErrorRows, checkUsageRows, rowsIn } from './csv-download.mjs';
import { longErrorOf } from './messages.mjs';

const imei = ['350000000000001', '350000000000002'];
const head = 'imei,accountNumber,status,numberOfSessions,bytesTransferred,errorCode,errorMessage\r\n';
const usage = imei.map((device) => {
  const { numberOfSessions, bytesTransferred } = usageOf(device);
  return `${device},0844021539-00001,USAGE,${numberOfSessions},${bytesTransferred},,\r\n`;
});
const errors = imei.map((device) => `${device},0844021539-00001,ERROR,,,,${longErrorOf(device)}\r\n`);

test('a CSV passes if each device occurs once with its own values', () => {
  checkUsageRows(rowsIn(head + usage.join('')), imei);
  checkErrorRows(rowsIn(head + errors.join('')), imei);
});

test('a CSV fails if it ends early, or if a row is missing, repeated or another device’s', () => {
  assert.throws(() => rowsIn((head + usage[0]).slice(0, -2)), /the last line is incomplete/);
  assert.throws(() => checkUsageRows(rowsIn(head + usage[0]), imei), /1 of 2 devices/);
  assert.throws(() => checkUsageRows(rowsIn(head + usage[0] + usage[0]), imei), /wrong usage/);
  assert.throws(() => checkErrorRows(rowsIn(head + errors[0]), imei), /1 of 2 devices/);
  assert.throws(() => checkErrorRows(rowsIn(head + errors[0] + errors[0]), imei), /wrong error/);
  assert.throws(() => checkErrorRows(rowsIn(head + errors[0].replace(/.\r/, '\r')), imei), /wrong error/);
});
