import { accountNumber } from '../figures.mjs';

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
 * How an operation is written and its answer read. An empty list of devices asks for the whole account.
 * @typedef {{
 *   aggregated(window: Window, imei: string[]): string,
 *   usageIn(answer: any): any[],
 *   sessions(window: Window, imei: string): string,
 *   sessionsIn(answer: any): any[],
 * }} Dialect
 */

/** @type {Dialect} */
export const reports = {
  aggregated: ({ startDate, endDate }, imei) =>
    operation(aggregatedReport, { accountNumber, imei, allDevices: imei.length === 0, startDate, endDate }),
  usageIn: (answer) => answer.data.aggregatedReport.usage,
  sessions: ({ startDate, endDate }, imei) => operation(sessionsReport, { accountNumber, imei, startDate, endDate }),
  sessionsIn: (answer) => answer.data.sessionsReport.sessions,
};
