import { setTimeout as sleep } from 'node:timers/promises';
import { serveJson } from './json-server.mjs';
import { createPlatform } from './platform.mjs';

const devicesPerCall = 10;
// As long as this server waits by default.
const waitMs = 5;
const platform = createPlatform(process.env.UPSTREAM_URL ?? '');

/** @typedef {{ startDate: string, endDate: string }} Window */
/** @typedef {{ imei: string[], isFull(): void, rows: Promise<Map<string, any>> }} Call */

/**
 * The call of each window that still has room.
 * @type {Map<string, Call>}
 */
const open = new Map();

/**
 * Opens a call, which is made as soon as it has ten devices, or after a short wait.
 * @param {string} key
 * @param {Window} window
 */
function openCall(key, window) {
  /** @type {Call} */
  const call = { imei: [], isFull: () => {}, rows: Promise.resolve(new Map()) };
  const full = new Promise((resolve) => (call.isFull = () => resolve(undefined)));
  call.rows = Promise.race([full, sleep(waitMs)]).then(async () => {
    if (open.get(key) === call) open.delete(key);
    const usage = await platform.usage(window, call.imei);
    return new Map(usage.map((/** @type {any} */ row) => [row.imei, row]));
  });
  open.set(key, call);
  return call;
}

// The bare handler, but with one device per operation it puts ten operations into a call. No server on node-fetch that shares calls does less.
serveJson(async (/** @type {Window & { imei: string[] }} */ { imei: [imei], startDate, endDate }) => {
  const key = `${startDate} ${endDate}`;
  const call = open.get(key) ?? openCall(key, { startDate, endDate });
  call.imei.push(imei);
  if (call.imei.length === devicesPerCall) {
    open.delete(key);
    call.isFull();
  }
  const { numberOfSessions, bytesTransferred } = (await call.rows).get(imei);
  return { aggregatedReport: { usage: [{ imei, numberOfSessions, bytesTransferred }] } };
});
