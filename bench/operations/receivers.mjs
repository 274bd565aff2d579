import { randomUUID } from 'node:crypto';
import { accountNumber, devicesOfAccount } from '../expected-usage.mjs';

export const callbackSecret = 'bench-callbacks';

/**
 * How to request a report of the whole account, where to send its messages, and how to read what is stored of it.
 * @typedef {{
 *   messagePath: string,
 *   request(port: number, window: import('./reports.mjs').Window): Promise<string>,
 *   stored(port: number, txid: string): Promise<{ devices: number, bytes: number }>,
 *   csvUrl(port: number, txid: string): Promise<string>,
 * }} Receiver
 */

/**
 * @param {number} port
 * @param {string} query
 * @param {object} variables
 * @returns {Promise<any>}
 */
async function ask(port, query, variables) {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (!data || errors) throw new Error(`${response.status} ${JSON.stringify(errors)}`);
  return data;
}

/** @type {Receiver} */
const bare = {
  messagePath: '/messages',
  request: async () => randomUUID(),
  stored: async (port, txid) => (await fetch(`http://127.0.0.1:${port}/stored/${txid}`)).json(),
};

/** @type {Receiver} */
const server = {
  messagePath: `/callbacks/device-reports/${callbackSecret}`,
  async request(port, { startDate, endDate }) {
    const input = { accountNumber, imei: devicesOfAccount(), startDate, endDate };
    const mutation =
      'mutation ($input: RequestAggregatedReportInput!) { requestAggregatedReport(input: $input) { txid } }';
    return (await ask(port, mutation, { input })).requestAggregatedReport.txid;
  },
  async stored(port, txid) {
    const query =
      'query ($txid: ID!) { aggregatedReportRequest(txid: $txid) { receivedDevices totals { bytesTransferred } } }';
    const { receivedDevices, totals } = (await ask(port, query, { txid })).aggregatedReportRequest;
    return { devices: receivedDevices, bytes: totals.bytesTransferred };
  },
  async csvUrl(port, txid) {
    const query = 'query ($txid: ID!) { aggregatedReportRequest(txid: $txid) { download(format: CSV) } }';
    return (await ask(port, query, { txid })).aggregatedReportRequest.download;
  },
};

/** @type {Record<string, Receiver>} */
export const receivers = { bare, server, before: server };
