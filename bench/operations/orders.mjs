import { busyDevice, devicesOfAccount } from '../expected-usage.mjs';
import { checkSessions, checkUsage } from './check-usage.mjs';
import { FailedOperation } from './failed-operation.mjs';
import { createMessages } from './messages.mjs';

/**
 * What a load requests repeatedly. With `pool`, devices come from a pool of that size; without it, no device is requested twice.
 * With `literals`, the arguments are part of the document, so that no two documents are the same.
 * @typedef {{ report: 'devices', devices: number, window: 'unsettled' | 'settled', pool?: number, literals?: boolean }
 *   | { report: 'account' } | { report: 'sessions' } | { report: 'messages', txid: string, say: 'usage' | 'errors' }} Order
 */
/** @typedef {{ status: number, body: import('node:buffer').Buffer }} Response */
/** @typedef {{ body: string, check(response: Response): void }} PlacedOrder */

/**
 * Creates IMEIs: fresh ones that were never used before, or from a pool.
 * @param {string} prefix two digits
 */
export function createDevices(prefix) {
  let drawn = 0;
  const imei = (/** @type {number} */ index) => prefix + String(index).padStart(13, '0');
  return {
    fresh: (/** @type {number} */ count) => Array.from({ length: count }, () => imei((drawn += 1))),
    pooled: (/** @type {number} */ count, /** @type {number} */ pool) =>
      Array.from({ length: count }, () => imei(9_000_000_000_000 + ((drawn += 1) % pool))),
  };
}

/**
 * Returns a function that creates the next operation of a load, with a check of its response.
 * @param {Order} order
 * @param {{
 *   dialect: import('./reports.mjs').Dialect | null,
 *   windows: ReturnType<typeof import('../windows.mjs').createWindows>,
 *   devices: ReturnType<typeof createDevices>,
 * }} means
 * @returns {() => PlacedOrder}
 */
export function createOrders(order, { dialect, windows, devices }) {
  const parse = (/** @type {Response} */ { status, body }) => {
    const text = body.toString();
    const result = status === 200 ? JSON.parse(text) : {};
    if (!result.data || result.errors) throw new FailedOperation(`${status} ${text.slice(0, 500)}`);
    return result;
  };
  const usage = (/** @type {string} */ body, /** @type {string[]} */ imei) => ({
    body,
    check: (/** @type {Response} */ response) => checkUsage(dialect.usageIn(parse(response)), imei),
  });

  switch (order.report) {
    case 'devices':
      return () => {
        const imei = order.pool ? devices.pooled(order.devices, order.pool) : devices.fresh(order.devices);
        const write = order.literals ? dialect.aggregatedLiterally : dialect.aggregated;
        return usage(write(windows[order.window], imei), imei);
      };
    case 'account': {
      const body = dialect.aggregated(windows.unsettled, []);
      const imei = devicesOfAccount();
      return () => usage(body, imei);
    }
    case 'messages':
      return createMessages(order.txid, order.say);
    case 'sessions': {
      const body = dialect.sessions(windows.unsettled, busyDevice);
      return () => ({
        body,
        check: (response) => checkSessions(dialect.sessionsIn(parse(response)), busyDevice, windows.unsettled),
      });
    }
  }
}
