import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection } from '../load/connection.mjs';
import { freePort } from '../servers/free-port.mjs';
import { freshClone, npmStart } from '../servers/fresh-clone.mjs';

const timeoutMs = 120_000;
const imei = '709312034493372';
// The embedded simulator answers. Its figures change with the date.
const body = JSON.stringify({
  query:
    'query ($input: AggregatedReportInput!) { aggregatedReport(input: $input) { usage { imei bytesTransferred } } }',
  variables: { input: { imei: [imei], startDate: 'LAST_WEEK', endDate: 'LAST_WEEK' } },
});

/**
 * @param {number} port
 * @param {() => boolean} isOver
 */
async function firstAnswer(port, isOver) {
  for (;;) {
    const connection = createConnection({ port, path: '/graphql' });
    try {
      const { status, body: text, at } = await connection.send(body);
      const { data } = JSON.parse(text.toString());
      if (status !== 200 || data?.aggregatedReport?.usage[0]?.imei !== imei) throw new Error(`${status} ${text}`);
      return at;
    } catch (error) {
      if (isOver()) throw error;
      await sleep(5);
    } finally {
      connection.close();
    }
  }
}

/** @type {import('./under-load.mjs').Workload} */
export const firstAnswerInClone = {
  number: 13,
  title: '"npm start" in a fresh clone after "npm ci", with the embedded simulator; time to the first answer',
  upstreamDelayMs: 0,
  rounds: 5,
  launchesItself: true,
  servers: ['before', 'server'],
  metrics: [{ key: 'seconds', label: 'seconds', digits: 2, target: { of: 'value', atMost: 3 } }],
  async sample({ name, entry, folder, processes }) {
    const clone = join(folder, `clone-${name}`);
    freshClone(entry.checkout ?? '', clone);
    const port = await freePort();
    const outputFile = join(folder, `npm-start-${name}.log`);
    const output = openSync(outputFile, 'w');
    const { child, launchedAt } = npmStart(clone, { port, output, processes });
    closeSync(output);
    const isOver = () => child.exitCode !== null || performance.now() - launchedAt > timeoutMs;
    try {
      return { seconds: ((await firstAnswer(port, isOver)) - launchedAt) / 1000 };
    } catch (error) {
      throw new Error(`npm start did not answer: ${error}\n${readFileSync(outputFile, 'utf8').slice(-2_000)}`, {
        cause: error,
      });
    } finally {
      await processes.stop(child);
    }
  },
};
