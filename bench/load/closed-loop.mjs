import { performance } from 'node:perf_hooks';

/**
 * Each connection sends its next operation after the response to the last one, for a time or a number of operations.
 * @param {{
 *   connect(): ReturnType<typeof import('./connection.mjs').createConnection>,
 *   next(): import('../operations/orders.mjs').PlacedOrder,
 *   connections: number, seconds?: number, count?: number,
 * }} load
 */
export async function closedLoop({ connect, next, connections, seconds = Infinity, count = Infinity }) {
  /** @type {number[]} */
  const latencies = [];
  const start = performance.now();
  const end = start + seconds * 1000;
  let sent = 0;
  const more = () => sent < count && performance.now() < end;

  async function drive() {
    const connection = connect();
    while (more()) {
      sent += 1;
      const order = next();
      const sentAt = performance.now();
      const response = await connection.send(order.body);
      latencies.push(response.at - sentAt);
      order.check(response);
    }
  }

  await Promise.all(Array.from({ length: connections }, drive));
  return { latencies, failed: 0, elapsedMs: performance.now() - start };
}
