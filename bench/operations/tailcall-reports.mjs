import { accountNumber } from '../expected-usage.mjs';
import { inTens } from './tens.mjs';

const dayMs = 24 * 60 * 60 * 1000;
const usage = '{ usage { imei numberOfSessions bytesTransferred } }';
const sessions = '{ id txid sessions { startTime endTime numBytes } }';

/**
 * Tailcall cannot divide a list of devices, so its query has one field per ten devices.
 * @param {string} field
 * @param {number} fields
 */
function aggregatedQuery(field, fields) {
  const indexes = Array.from({ length: fields }, (_, index) => index);
  const inputs = indexes.map((index) => `$i${index}: AggregatedReportInput!`);
  const calls = indexes.map((index) => `c${index}: ${field}(input: $i${index}) ${usage}`);
  return `query (${inputs.join(', ')}) { ${calls.join(' ')} }`;
}

/** @type {Map<string, string>} */
const aggregatedQueries = new Map();

/**
 * @param {string} field
 * @param {import('./reports.mjs').Window} window
 * @param {string[]} imei
 */
function aggregated(field, window, imei) {
  const tens = inTens(imei);
  const key = `${field} ${tens.length}`;
  const query = aggregatedQueries.get(key) ?? aggregatedQuery(field, tens.length);
  aggregatedQueries.set(key, query);
  const inputs = tens.map((ten, index) => [`i${index}`, { accountNumber, imei: ten, ...window }]);
  return JSON.stringify({ query, variables: Object.fromEntries(inputs) });
}

/** @type {import('./reports.mjs').Dialect} */
export const tailcallReports = {
  aggregated: (window, imei) => aggregated('aggregatedReport', window, imei),
  usageIn: (response) => Object.values(response.data).flatMap((report) => report.usage),
  sessions: (window, imei) =>
    JSON.stringify({
      query: `query ($input: SessionsReportInput!) { sessionsReport(input: $input) ${sessions} }`,
      variables: { input: { accountNumber, imei, ...window } },
    }),
  sessionsIn: (response) => response.data.sessionsReport.sessions,
};

/**
 * Its cache does not look at dates. So whoever asks has to know that usage is final, and asks for the field that is cached.
 * @type {import('./reports.mjs').Dialect}
 */
export const tailcallWithCache = {
  ...tailcallReports,
  aggregated(window, imei) {
    const isFinal = Date.parse(window.endDate) + dayMs < Date.now();
    return aggregated(isFinal ? 'settledReport' : 'aggregatedReport', window, imei);
  },
};
