import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type World } from '../support/world/world.ts';

const [A, B] = ['111111111111111', '222222222222222'];
const SESSIONS = 'query ($input: SessionsReportInput!) { sessionsReport(input: $input) { txid } }';
const AGGREGATED = 'query ($input: AggregatedReportInput!) { aggregatedReport(input: $input) { txid } }';
const REQUEST = `mutation { requestAggregatedReport(input: { imei: ["${A}"], portalInitiated: true }) { txid status } }`;

let world: World;

beforeAll(async () => {
  world = await startWorld({ config: { retries: 0 } });
});
afterAll(() => world.close());
beforeEach(() => world.admin.endFaults());

describe('a response with status 200', () => {
  test.each([
    ['{"errorCode": "INVALID_PARAMETER", "errorMessage": "The date is wrong"}', 'INVALID_PARAMETER: The date is wrong'],
    ['{"responseCode": "INTERNAL_ERROR", "message": "Busy"}', 'INTERNAL_ERROR: Busy'],
    ['{"fault": {"code": "900800", "message": "Throttled"}}', '900800: Throttled'],
    ['{"errorMessage": "Ask https://internal.example.com/help"}', 'Ask [address]'],
  ])('with an error body in place of a report, %s, tells its code and words', async (body, words) => {
    for (const path of [PATHS.sessions, PATHS.aggregate]) await world.admin.fault({ path, rawBody: body });
    for (const { errors } of [
      await world.query(SESSIONS, { input: { imei: A } }),
      await world.query(AGGREGATED, { input: { imei: [A, B] } }),
      await world.query(AGGREGATED, { input: { imei: [], allDevices: true } }),
    ]) {
      expect(world.logged).toEqual([]);
      expect(errors).toHaveLength(1);
      expect(errors[0]).toMatchObject({ extensions: { code: 'UPSTREAM_UNAVAILABLE', upstream: { status: 200 } } });
      expect(errors[0]?.message).toBe(
        `The platform answered with an error in place of a report (${words}). Try again in a moment. If it keeps failing, contact the carrier.`,
      );
    }
  });

  test.each([
    ['{"errorCode": "HyperPrecise.REQUEST_FAILED.Queue", "errorMessage": "The queue is full."}'],
    ['{"responseCode": "HyperPrecise.REQUEST_FAILED.Queue", "message": "The queue is full."}'],
    ['{"txid": null, "fault": {"code": "HyperPrecise.REQUEST_FAILED.Queue", "message": "The queue is full."}}'],
  ])('with an error body in place of a transaction id tells the platform’s code and words: %s', async (rawBody) => {
    await world.admin.fault({ path: PATHS.async, rawBody });
    const { errors } = await world.query(REQUEST);
    const said = { status: 200, code: 'HyperPrecise.REQUEST_FAILED.Queue', message: 'The queue is full.' };
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE', upstream: said } }]);
    expect(errors[0]?.message).toContain(`(${said.code}: ${said.message})`);
  });
});
