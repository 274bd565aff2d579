import { dialects } from '../operations/dialects.mjs';
import { createDevices, createOrders } from '../operations/orders.mjs';
import { closedLoop } from './closed-loop.mjs';
import { createConnection } from './connection.mjs';
import { openLoop } from './open-loop.mjs';
import { percentile } from './percentile.mjs';

const devices = createDevices('35');

/** @param {import('./control.mjs').Load} load */
async function run(load) {
  /** @type {ReturnType<typeof createConnection>[]} */
  const connections = [];
  const connect = () => {
    const connection = createConnection(load.target);
    connections.push(connection);
    return connection;
  };
  const next = createOrders(load.order, { dialect: dialects[load.target.dialect], windows: load.windows, devices });
  const before = process.cpuUsage();
  try {
    const { latencies, failed, elapsedMs } = await (load.loop === 'open'
      ? openLoop({
          connect,
          next,
          rate: load.rate ?? 0,
          seconds: load.seconds ?? 0,
          countFailures: load.countFailures,
        })
      : closedLoop({ connect, next, connections: load.connections ?? 1, seconds: load.seconds, count: load.count }));
    const cpu = process.cpuUsage(before);
    return {
      operations: latencies.length,
      failed,
      elapsedMs,
      p50Ms: percentile(latencies, 50),
      p99Ms: percentile(latencies, 99),
      cpuShare: (cpu.user + cpu.system) / 1000 / elapsedMs,
    };
  } finally {
    for (const connection of connections) connection.close();
  }
}

process.on('message', async (/** @type {import('./control.mjs').Load} */ load) => {
  try {
    process.send?.({ result: await run(load) });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.message : String(error) });
  }
});
process.once('disconnect', () => process.exit());
