import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { devicesOfAccount, sessionsOf } from '../expected-usage.mjs';
import { createConnection } from '../load/connection.mjs';
import { checkUsage } from '../operations/check-usage.mjs';
import { createDailyOrders } from '../operations/daily-orders.mjs';
import { dialects } from '../operations/dialects.mjs';
import { listDays } from '../windows.mjs';

const days = 30;
const imei = devicesOfAccount().slice(0, 1_000);
const pauseMs = 100;
/** So that 100 to 500 upstream calls are in flight: more would wait for connections. */
const operationsAtOnce = { series: 1, reports: 5, sessions: 100 };

/** The days that end so many days ago. */
const endingDaysAgo = (/** @type {number} */ ago) => listDays(Date.now(), ago + days - 1, days);

/**
 * Throws unless every session of every device is in a day.
 * @param {{ numberOfSessions: number }[]} rows
 * @param {ReturnType<typeof listDays>} window
 */
function checkSessionCount(rows, window) {
  const whole = { startDate: window[0].startDate, endDate: window[window.length - 1].endDate };
  const expected = imei.reduce((sum, one) => sum + sessionsOf(one, whole).length, 0);
  const found = rows.reduce((sum, { numberOfSessions }) => sum + numberOfSessions, 0);
  if (found !== expected) throw new Error(`${found} sessions instead of ${expected}`);
}

/**
 * Asks for the usage of every device on every day, at once, and checks each row.
 * @param {import('./under-load.mjs').Bench} bench
 * @param {ReturnType<typeof listDays>} window
 */
async function askFor({ server, upstream, entry }, window) {
  await upstream.reset();
  const orders = createDailyOrders(dialects[server.target.dialect], entry.daily ?? 'reports', window, imei);
  /** @type {import('../operations/orders.mjs').Response[]} */
  const responses = [];
  const waiting = orders.entries();
  const startedAt = performance.now();
  const sendNext = async () => {
    const connection = createConnection(server.target);
    for (const [at, { body }] of waiting) responses[at] = await connection.send(body);
    connection.close();
  };
  await Promise.all(Array.from({ length: operationsAtOnce[entry.daily ?? 'reports'] }, sendNext));
  const ms = performance.now() - startedAt;
  const ofDays = orders.flatMap(({ readDays }, at) => readDays(responses[at]));
  if (ofDays.length !== days) throw new Error(`${ofDays.length} days instead of ${days}`);
  if (entry.daily === 'sessions') checkSessionCount(ofDays.flat(), window);
  else for (const rows of ofDays) checkUsage(rows, imei);
  const { reportCalls } = await upstream.counts();
  // What was settled in the meantime is cached.
  await sleep(pauseMs);
  return { calls: reportCalls, ms };
}

/** @type {import('./under-load.mjs').Workload} */
export const dailyUsage = {
  number: 15,
  title:
    'daily usage of 1,000 devices over 30 days, all rows; the account has 10,000 devices; ' +
    'the upstream takes 50 ms and limits nothing',
  upstreamDelayMs: 50,
  rounds: 5,
  // An account of 10,000 devices for 30 days, in one operation.
  environment: { MAX_UPSTREAM_BYTES: String(64 * 2 ** 20) },
  // What one round caches would change the next.
  freshEachRound: true,
  servers: ['bare', 'bare-sessions', 'before', 'server', 'apollo-loader', 'yoga', 'mesh', 'tailcall'],
  metrics: [
    { key: 'callsFirst', label: 'ended ten days ago: calls', digits: 0, target: { of: 'value', atMost: 30 } },
    { key: 'msFirst', label: 'ms', digits: 0 },
    { key: 'callsAgain', label: 'again: calls', digits: 0, noRatio: true, target: { of: 'value', atMost: 0 } },
    { key: 'msAgain', label: 'ms', digits: 0 },
    { key: 'callsRolled', label: 'a day on: calls', digits: 0, noRatio: true, target: { of: 'value', atMost: 4 } },
    { key: 'msRolled', label: 'ms', digits: 0 },
  ],
  async sample(bench) {
    const settled = endingDaysAgo(10);
    const first = await askFor(bench, settled);
    const again = await askFor(bench, settled);
    await askFor(bench, endingDaysAgo(1));
    const rolled = await askFor(bench, endingDaysAgo(0));
    return {
      callsFirst: first.calls,
      msFirst: first.ms,
      callsAgain: again.calls,
      msAgain: again.ms,
      callsRolled: rolled.calls,
      msRolled: rolled.ms,
    };
  },
};
