import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

const maxConnections = 1_000;

/**
 * Returns the times of arrivals of independent clients: exponential gaps, the same for every server.
 * @param {number} rate per second
 * @param {number} seconds
 */
function arrivals(rate, seconds) {
  const times = [];
  let seed = 1;
  for (let at = 0; at < seconds * 1000;) {
    seed = (seed * 48_271) % 2_147_483_647;
    at += (-Math.log(seed / 2_147_483_647) * 1000) / rate;
    times.push(at);
  }
  return times;
}

/**
 * Sends operations at their due times, whether or not the server keeps up. Latency is measured from the due time, so operations that
 * wait behind a stalled server count in full.
 * @param {{
 *   connect(): ReturnType<typeof import('./connection.mjs').createConnection>,
 *   next(): import('../operations/orders.mjs').PlacedOrder,
 *   rate: number, seconds: number,
 * }} load
 */
export async function openLoop({ connect, next, rate, seconds }) {
  /** @type {number[]} */
  const latencies = [];
  /** @type {ReturnType<typeof connect>[]} */
  const idle = [];
  /** @type {Promise<void>[]} */
  const pending = [];
  /** @type {unknown} */
  let failure = null;
  let opened = 0;
  const start = performance.now();

  async function send(/** @type {number} */ dueAt) {
    while (idle.length === 0 && opened >= maxConnections) await sleep(1);
    if (idle.length === 0) opened += 1;
    const connection = idle.pop() ?? connect();
    const order = next();
    const response = await connection.send(order.body);
    idle.push(connection);
    latencies.push(response.at - dueAt);
    order.check(response);
  }

  for (const arrival of arrivals(rate, seconds)) {
    const dueAt = start + arrival;
    const early = dueAt - performance.now();
    if (early > 0) await sleep(early);
    pending.push(send(dueAt).catch((error) => void (failure ??= error)));
    if (failure) break;
  }
  await Promise.all(pending);
  if (failure) throw failure;
  return { latencies, elapsedMs: performance.now() - start };
}
