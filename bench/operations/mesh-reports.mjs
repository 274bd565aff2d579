import { accountNumber } from '../expected-usage.mjs';
import { inTens } from './tens.mjs';

const usage = '... on AggregateSessionReport { usage { imei numberOfSessions bytesTransferred } }';
const sessions = '... on SessionReport { id txid sessions { startTime endTime numBytes } }';

/**
 * Mesh keeps the limit of the REST contract, so its query has one field per ten devices.
 * @param {number} fields
 */
function aggregatedQuery(fields) {
  const indexes = Array.from({ length: fields }, (_, index) => index);
  const inputs = indexes.map(
    (index) => `$c${index}: NonNegativeInt!, $i${index}: AggregateSessionReportRequest_Input!`,
  );
  const calls = indexes.map(
    (index) =>
      `c${index}: calculateAggregatedReportSynchronous(accountNumber: $account, imei: $c${index}, input: $i${index}) { ${usage} }`,
  );
  return `query ($account: String!, ${inputs.join(', ')}) { ${calls.join(' ')} }`;
}

/** @type {Map<number, string>} */
const aggregatedQueries = new Map();

/** @type {import('./reports.mjs').Dialect} */
export const meshReports = {
  aggregated(window, imei) {
    const tens = inTens(imei);
    const query = aggregatedQueries.get(tens.length) ?? aggregatedQuery(tens.length);
    aggregatedQueries.set(tens.length, query);
    const variables = Object.fromEntries(
      tens.flatMap((ten, index) => [
        [`c${index}`, ten.length],
        [`i${index}`, { accountNumber, imei: ten, ...window }],
      ]),
    );
    return JSON.stringify({ query, variables: { account: accountNumber, ...variables } });
  },
  usageIn: (response) => Object.values(response.data).flatMap((report) => report.usage),
  sessions: (window, imei) =>
    JSON.stringify({
      query: `query ($account: String!, $imei: Imei!, $input: SessionReportRequest_Input!) {
        getSessionsReport(accountNumber: $account, imei: $imei, input: $input) { ${sessions} } }`,
      variables: { account: accountNumber, imei, input: { accountNumber, imei, ...window } },
    }),
  sessionsIn: (response) => response.data.getSessionsReport.sessions,
};
