import { sessionsOf, usageOf } from '../figures.mjs';

/**
 * Throws unless each device asked for is there once, with its own figures. The order is left open, as some peers leave it to their callers.
 * @param {{ imei: string, numberOfSessions: number, bytesTransferred: number }[]} rows
 * @param {string[]} imei
 */
export function checkUsage(rows, imei) {
  const awaited = new Set(imei);
  for (const row of rows) {
    const right = usageOf(row.imei);
    if (
      !awaited.delete(row.imei) ||
      row.numberOfSessions !== right.numberOfSessions ||
      row.bytesTransferred !== right.bytesTransferred
    ) {
      throw new Error(`wrong figures: ${JSON.stringify(row)} instead of ${JSON.stringify(right)}`);
    }
  }
  if (awaited.size > 0) throw new Error(`${awaited.size} of ${imei.length} devices are not in the answer`);
}

/**
 * @param {{ startTime: string, endTime: string, numBytes: number }[]} rows
 * @param {string} imei
 * @param {{ startDate: string, endDate: string }} window
 */
export function checkSessions(rows, imei, window) {
  const right = sessionsOf(imei, window);
  if (rows.length !== right.length) throw new Error(`${rows.length} sessions instead of ${right.length}`);
  const sameTime = (/** @type {string} */ one, /** @type {string} */ other) => Date.parse(one) === Date.parse(other);
  for (const [index, row] of rows.entries()) {
    const { startTime, endTime, numBytes } = right[index];
    if (!sameTime(row.startTime, startTime) || !sameTime(row.endTime, endTime) || row.numBytes !== numBytes) {
      throw new Error(`wrong session: ${JSON.stringify(row)} instead of ${JSON.stringify(right[index])}`);
    }
  }
}
