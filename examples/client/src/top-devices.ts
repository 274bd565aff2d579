// Prints the devices that transferred most in the last seven days: node dist/top-devices.js [<URL of the API> [<how many>]]
import { print, runCommand } from './command.js';
import { formatBytes, toWindow } from './format.js';
import { graphql } from './gql/gql.js';
import { createReportsClient, DEFAULT_URL } from './reports-client.js';

const TopDevices = graphql(`
  query TopDevices($startDate: ReportDate!, $endDate: ReportDate!, $first: Int!) {
    aggregatedReport(input: { allDevices: true, startDate: $startDate, endDate: $endDate }) {
      usage(orderBy: BYTES_DESC, first: $first) {
        imei
        numberOfSessions
        bytesTransferred
      }
      totals {
        devices
        silentDevices
        bytesTransferred
      }
      freshness {
        settled
      }
    }
  }
`);

await runCommand(async ([url = DEFAULT_URL, first = '10']) => {
  const client = createReportsClient(url, () => process.env['TOKEN']);
  const window = toWindow(7);
  const { data, calls } = await client.run(TopDevices, { ...window, first: Number(first) });
  if (!data.aggregatedReport) throw new Error('The response has no report.');

  const { usage, totals, freshness } = data.aggregatedReport;
  const total = totals.bytesTransferred ?? 0;
  print(`${window.startDate} to ${window.endDate}${freshness.settled ? '' : ', not final yet'}`);
  print(`${totals.devices} devices, ${totals.silentDevices} of them silent: ${formatBytes(total)}\n`);
  for (const { imei, numberOfSessions, bytesTransferred } of usage) {
    const bytes = bytesTransferred ?? 0;
    const share = total === 0 ? 0 : (100 * bytes) / total;
    const sessions = `${numberOfSessions ?? '?'} sessions`;
    print(`${imei}  ${formatBytes(bytes).padStart(8)}  ${share.toFixed(1).padStart(5)} %  ${sessions.padStart(13)}`);
  }
  print(`\nUpstream calls: ${calls}`);
});
