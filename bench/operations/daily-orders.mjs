import { accountNumber } from '../expected-usage.mjs';

/** @typedef {import('./reports.mjs').Window & { day: string }} Day */
/** @typedef {import('./orders.mjs').Response} Response */

/**
 * How a server is asked for usage by day: with one operation for all days (`series`), one for each day (`reports`), or one for each device,
 * whose sessions are then added up by day (`sessions`).
 * @typedef {'series' | 'reports' | 'sessions'} Daily
 */

const series = `query ($input: UsageSeriesInput!, $first: Int!) {
  usageSeries(input: $input) { groups { buckets { usage(first: $first, orderBy: IMEI) { imei numberOfSessions bytesTransferred } } } }
}`;

/** @param {Response} response */
function parse({ status, body }) {
  const result = status === 200 ? JSON.parse(body.toString()) : {};
  if (!result.data || result.errors) throw new Error(`${status} ${body.toString().slice(0, 500)}`);
  return result;
}

/**
 * The operations that bring the usage of every device on every day, and how to read the rows of each day from their responses.
 * @param {import('./reports.mjs').Dialect} dialect
 * @param {Daily} daily
 * @param {Day[]} days
 * @param {string[]} imei
 * @returns {{ body: string, readDays(response: Response): any[][] }[]}
 */
export function createDailyOrders(dialect, daily, days, imei) {
  const [start, end] = [days[0], days[days.length - 1]];
  switch (daily) {
    case 'series': {
      const input = { accountNumber, imei, startDate: start.day, endDate: end.day, granularity: 'DAY' };
      const body = JSON.stringify({ query: series, variables: { input, first: imei.length } });
      return [
        {
          body,
          readDays: (response) =>
            parse(response).data.usageSeries.groups[0].buckets.map((/** @type {any} */ { usage }) => usage),
        },
      ];
    }
    case 'reports':
      return days.map(({ startDate, endDate }) => ({
        body: dialect.aggregated({ startDate, endDate }, imei),
        readDays: (response) => [dialect.usageIn(parse(response))],
      }));
    case 'sessions': {
      /** @type {Map<string, Map<string, { imei: string, numberOfSessions: number, bytesTransferred: number }>>} */
      const byDay = new Map(days.map(({ day }) => [day, new Map()]));
      const window = { startDate: start.startDate, endDate: end.endDate };
      return imei.map((one, at) => ({
        body: dialect.sessions(window, one),
        readDays(response) {
          for (const { startTime, numBytes } of dialect.sessionsIn(parse(response))) {
            const ofDay = byDay.get(startTime.slice(0, 10));
            const row = ofDay?.get(one) ?? { imei: one, numberOfSessions: 0, bytesTransferred: 0 };
            ofDay?.set(one, row);
            row.numberOfSessions += 1;
            row.bytesTransferred += numBytes;
          }
          // The days are complete with the last device.
          return at === imei.length - 1 ? [...byDay.values()].map((ofDay) => [...ofDay.values()]) : [];
        },
      }));
    }
  }
}
