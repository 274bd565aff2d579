import { accountNumber } from '../expected-usage.mjs';

const aggregatedReport = JSON.stringify(
  'query ($input: AggregatedReportInput!) { aggregatedReport(input: $input) { usage { imei numberOfSessions bytesTransferred } } }',
);
const sessionsReport = JSON.stringify(
  'query ($input: SessionsReportInput!) { sessionsReport(input: $input) { deviceId txid sessions { startTime endTime numBytes } } }',
);
const operation = (/** @type {string} */ query, /** @type {object} */ input) =>
  `{"query":${query},"variables":${JSON.stringify({ input })}}`;

/** @typedef {{ startDate: string, endDate: string }} Window */

/**
 * How to write an operation and read its response. An empty list of devices means the whole account.
 * @typedef {{
 *   aggregated(window: Window, imei: string[]): string,
 *   aggregatedLiterally?(window: Window, imei: string[]): string,
 *   usageIn(response: any): any[],
 *   sessions(window: Window, imei: string): string,
 *   sessionsIn(response: any): any[],
 * }} Dialect
 */

/** @type {Dialect} */
export const reports = {
  aggregated: ({ startDate, endDate }, imei) =>
    operation(aggregatedReport, { accountNumber, imei, allDevices: imei.length === 0, startDate, endDate }),
  aggregatedLiterally({ startDate, endDate }, imei) {
    const input = Object.entries({ accountNumber, imei, startDate, endDate }).map(
      ([name, value]) => `${name}: ${JSON.stringify(value)}`,
    );
    const query = `{ aggregatedReport(input: { ${input.join(', ')} }) { usage { imei numberOfSessions bytesTransferred } } }`;
    return JSON.stringify({ query });
  },
  usageIn: (response) => response.data.aggregatedReport.usage,
  sessions: ({ startDate, endDate }, imei) => operation(sessionsReport, { accountNumber, imei, startDate, endDate }),
  sessionsIn: (response) => response.data.sessionsReport.sessions,
};
