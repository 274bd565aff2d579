// Requests a report of the last 30 days and follows it to its end: node dist/follow-report.js <URL of the API> <IMEI>…
import { print, runCommand } from './command.js';
import { formatBytes, toWindow } from './format.js';
import { graphql } from './gql/gql.js';
import { createReportsClient, DEFAULT_URL } from './reports-client.js';

const RequestReport = graphql(`
  mutation RequestReport($input: RequestAggregatedReportInput!) {
    requestAggregatedReport(input: $input) {
      txid
    }
  }
`);

const ReportProgress = graphql(`
  subscription ReportProgress($txid: ID!) {
    aggregatedReportProgress(txid: $txid) {
      status
      expectedDevices
      receivedDevices
      failedDevices
    }
  }
`);

const FinishedReport = graphql(`
  query FinishedReport($txid: ID!) {
    aggregatedReportRequest(txid: $txid) {
      totals {
        bytesTransferred
      }
      errors {
        nodes {
          imei
          errorMessage
        }
      }
      missing {
        nodes {
          imei
        }
      }
      download
    }
  }
`);

await runCommand(async ([url = DEFAULT_URL, ...imei]) => {
  const client = createReportsClient(url, () => process.env['TOKEN']);
  const requested = (await client.run(RequestReport, { input: { imei, ...toWindow(30) } })).data
    .requestAggregatedReport;
  if (!requested) throw new Error('The report was not started.');
  const { txid } = requested;
  print(`Report ${txid}`);

  for await (const { aggregatedReportProgress: report } of client.follow(ReportProgress, { txid })) {
    const { status, expectedDevices, receivedDevices, failedDevices } = report;
    print(`${status}: ${receivedDevices + failedDevices} of ${expectedDevices ?? 'all'} devices`);
  }

  const finished = (await client.run(FinishedReport, { txid })).data.aggregatedReportRequest;
  if (!finished) throw new Error('The report is not stored any more.');
  print(`Total: ${formatBytes(finished.totals.bytesTransferred ?? 0)}`);
  for (const device of finished.errors.nodes)
    print(`Failed: ${device.imei ?? 'unknown device'}, ${device.errorMessage ?? 'no reason'}`);
  for (const device of finished.missing.nodes) print(`Missing: ${device.imei}`);
  if (finished.download) print(`CSV: ${new URL(finished.download, url).href}`);
});
