import { accountDevices, devicesOfAccount } from '../expected-usage.mjs';
import { median } from '../load/percentile.mjs';
import { checkErrorRows, checkUsageRows, downloadCsv } from '../operations/csv-download.mjs';
import { requestReport } from '../operations/stored-report.mjs';
import { memory, resetPeak } from '../process-usage.mjs';

const downloads = 10;
const slowReaderPauseMs = 5;

/** @param {import('./under-load.mjs').Bench} bench */
async function storeReports(bench) {
  const usage = await requestReport(bench);
  await bench.load({ ...usage.messages('usage'), count: accountDevices });
  await usage.checkStored(accountDevices);
  // 15 MB, because the socket buffers of a slow reader hold about a quarter of that.
  const errors = await requestReport(bench);
  await bench.load({ ...errors.messages('errors'), count: accountDevices });
  return { usage, errors };
}

/**
 * @param {import('./under-load.mjs').Bench} bench
 * @param {() => Promise<unknown>} work
 */
async function growthMiB({ server: { pid } }, work) {
  const before = memory(pid).residentMiB;
  resetPeak(pid);
  await work();
  return memory(pid).peakMiB - before;
}

/** @type {import('./under-load.mjs').Workload} */
export const csvDownload = {
  number: 10,
  title: '10,000 rows as CSV, one download after another; then 10,000 rows of 1.5 kB, with a slow reader',
  upstreamDelayMs: 0,
  rounds: 5,
  freshEachRound: true,
  servers: ['before', 'server'],
  metrics: [
    { key: 'timeMs', label: 'time ms', digits: 1 },
    { key: 'growthMiB', label: 'memory growth MiB', digits: 1, target: { of: 'value', below: 20 } },
    { key: 'slowSeconds', label: 'slow reader s', digits: 1 },
    { key: 'slowGrowthMiB', label: 'memory growth MiB', digits: 1, target: { of: 'value', below: 20 } },
  ],
  async sample(bench) {
    const { usage, errors } = await storeReports(bench);
    // Otherwise memory that receiving the messages needed would hide what a download needs.
    bench.server = await bench.server.restart();
    const imei = devicesOfAccount();
    /** @type {number[]} */
    const times = [];
    const growth = await growthMiB(bench, async () => {
      while (times.length < downloads) {
        const { elapsedMs, rows } = await downloadCsv(await usage.csvUrl());
        checkUsageRows(rows, imei);
        times.push(elapsedMs);
      }
    });
    let slowMs = 0;
    const slowGrowth = await growthMiB(bench, async () => {
      const { elapsedMs, rows } = await downloadCsv(await errors.csvUrl(), slowReaderPauseMs);
      checkErrorRows(rows, imei);
      slowMs = elapsedMs;
    });
    return { timeMs: median(times), growthMiB: growth, slowSeconds: slowMs / 1000, slowGrowthMiB: slowGrowth };
  },
};
