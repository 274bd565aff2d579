import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { FailedOperation } from '../operations/failed-operation.mjs';

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
 * wait behind a stalled server count in full. With `countFailures`, a failed operation is counted instead of ending the load.
 * @param {{
 *   connect(): ReturnType<typeof import('./connection.mjs').createConnection>,
 *   next(): import('../operations/orders.mjs').PlacedOrder,
 *   rate: number, seconds: number, countFailures?: boolean,
 * }} load
 */
export async function openLoop({ connect, next, rate, seconds, countFailures = false }) {
  /** @type {number[]} */
  const latencies = [];
  /** @type {ReturnType<typeof connect>[]} */
  const idle = [];
  /** @type {Promise<void>[]} */
  const pending = [];
  /** @type {unknown} */
  let failure = null;
  let failed = 0;
  let opened = 0;
  const start = performance.now();

  async function send(/** @type {number} */ dueAt) {
    while (idle.length === 0 && opened >= maxConnections) await sleep(1);
    if (idle.length === 0) opened += 1;
    const connection = idle.pop() ?? connect();
    const order = next();
    const response = await connection.send(order.body).catch((error) => {
      // It is not used again.
      opened -= 1;
      throw error;
    });
    idle.push(connection);
    order.check(response);
    latencies.push(response.at - dueAt);
  }

  function caught(/** @type {unknown} */ error) {
    if (countFailures && error instanceof FailedOperation) failed += 1;
    else failure ??= error;
  }

  for (const arrival of arrivals(rate, seconds)) {
    const dueAt = start + arrival;
    const early = dueAt - performance.now();
    if (early > 0) await sleep(early);
    pending.push(send(dueAt).catch(caught));
    if (failure) break;
  }
  await Promise.all(pending);
  if (failure) throw failure;
  return { latencies, failed, elapsedMs: performance.now() - start };
}
