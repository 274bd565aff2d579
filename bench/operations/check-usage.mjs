import { sessionsOf, usageOf } from '../expected-usage.mjs';

/**
 * Throws unless each requested device occurs once, with its own usage. Any order is right, because some peers do not sort.
 * @param {{ imei: string, numberOfSessions: number, bytesTransferred: number }[]} rows
 * @param {string[]} imei
 */
export function checkUsage(rows, imei) {
  const awaited = new Set(imei);
  for (const row of rows) {
    const expected = usageOf(row.imei);
    if (
      !awaited.delete(row.imei) ||
      row.numberOfSessions !== expected.numberOfSessions ||
      row.bytesTransferred !== expected.bytesTransferred
    ) {
      throw new Error(`wrong usage: ${JSON.stringify(row)} instead of ${JSON.stringify(expected)}`);
    }
  }
  if (awaited.size > 0) throw new Error(`${awaited.size} of ${imei.length} devices are missing in the response`);
}

/**
 * Throws unless the sessions are exactly those of the device, in order.
 * @param {{ startTime: string, endTime: string, numBytes: number }[]} rows
 * @param {string} imei
 * @param {{ startDate: string, endDate: string }} window
 */
export function checkSessions(rows, imei, window) {
  const expected = sessionsOf(imei, window);
  if (rows.length !== expected.length) throw new Error(`${rows.length} sessions instead of ${expected.length}`);
  const sameTime = (/** @type {string} */ one, /** @type {string} */ other) => Date.parse(one) === Date.parse(other);
  for (const [index, row] of rows.entries()) {
    const { startTime, endTime, numBytes } = expected[index];
    if (!sameTime(row.startTime, startTime) || !sameTime(row.endTime, endTime) || row.numBytes !== numBytes) {
      throw new Error(`wrong session: ${JSON.stringify(row)} instead of ${JSON.stringify(expected[index])}`);
    }
  }
}
