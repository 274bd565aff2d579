// Requests a report of all vehicles of a depot, and prints its progress: node follow-report.mjs <URL of the gateway> [<depot>]
import { readFileSync } from 'node:fs';
import { ask } from './ask.mjs';
import { toLastWeek } from './last-week.mjs';
import { subscribe } from './subscribe.mjs';

const [url, wanted] = process.argv.slice(2);
const read = (name) => readFileSync(new URL(`operations/${name}.graphql`, import.meta.url), 'utf8');

const { depots } = await query('{ depots }');
const depot = wanted ?? depots[0];
const { vehicles } = await query('query ($depot: String!) { vehicles(depot: $depot) { device { imei } } }', { depot });
const imei = vehicles.map(({ device }) => device.imei);
const { requestAggregatedReport: report } = await query(read('request-report'), { imei, ...toLastWeek(Date.now()) });

// Server-sent events: the gateway sends a state of the report whenever one arrives, and ends the stream with the last.
for await (const { data, errors } of subscribe(url, read('report-progress'), { txid: report.txid })) {
  if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  const { status, receivedDevices, expectedDevices, usage } = data.aggregatedReportProgress;
  const most = usage.nodes.toSorted((a, b) => b.bytesTransferred - a.bytesTransferred)[0];
  const text = most === undefined ? '' : `, most used by ${most.device.vehicle.name}: ${most.bytesTransferred} bytes`;
  process.stdout.write(`${status}: ${receivedDevices} of ${expectedDevices} devices${text}\n`);
}

/** Returns the data of a response. Throws an Error with the messages if it has errors. */
async function query(document, variables) {
  const { data, errors } = await ask(url, document, variables);
  if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  return data;
}
