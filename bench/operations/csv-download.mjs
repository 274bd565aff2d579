import { get } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkUsage } from './check-usage.mjs';
import { longErrorOf } from './messages.mjs';

/** @typedef {Record<string, string>[]} Rows */

/**
 * Downloads a CSV. A slow reader pauses after each piece.
 * @param {string} url
 * @param {number} [pauseMs]
 * @returns {Promise<{ elapsedMs: number, rows: Rows }>}
 */
export async function downloadCsv(url, pauseMs = 0) {
  const start = performance.now();
  /** @type {import('node:http').IncomingMessage} */
  const response = await new Promise((resolve, reject) => get(url, { agent: false }, resolve).once('error', reject));
  let text = '';
  response.setEncoding('utf8');
  for await (const piece of response) {
    text += piece;
    if (pauseMs > 0) await sleep(pauseMs);
  }
  if (response.statusCode !== 200) throw new Error(`the download failed with status ${response.statusCode}: ${text}`);
  return { elapsedMs: performance.now() - start, rows: rowsIn(text) };
}

/**
 * Parses a CSV to objects with the column names as keys. The fields in the benchmarks have no quotes.
 * @param {string} csv
 * @returns {Rows}
 */
export function rowsIn(csv) {
  const [head, ...lines] = csv.split('\r\n');
  if (lines.pop() !== '') throw new Error('the last line is incomplete');
  const columns = head.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((field, at) => [columns[at], field])));
}

/**
 * Throws unless each device occurs once, with its own usage.
 * @param {Rows} rows
 * @param {string[]} imei
 */
export function checkUsageRows(rows, imei) {
  const usage = rows.map((row) => ({
    imei: row.imei,
    numberOfSessions: Number(row.numberOfSessions),
    bytesTransferred: Number(row.bytesTransferred),
  }));
  checkUsage(usage, imei);
}

/**
 * Throws unless each device occurs once, with its own error.
 * @param {Rows} rows
 * @param {string[]} imei
 */
export function checkErrorRows(rows, imei) {
  const awaited = new Set(imei);
  for (const row of rows) {
    if (!awaited.delete(row.imei) || row.errorMessage !== longErrorOf(row.imei)) {
      throw new Error(`wrong error: ${JSON.stringify(row).slice(0, 200)}`);
    }
  }
  if (awaited.size > 0) throw new Error(`${awaited.size} of ${imei.length} devices are missing in the download`);
}
