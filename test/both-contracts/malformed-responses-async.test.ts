import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type World } from '../support/world/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ config: { retries: 0 } });
});
afterAll(() => world.close());
beforeEach(() => world.admin.endFaults());

describe('the response to an async report request', () => {
  const request = `mutation { requestAggregatedReport(input: { imei: ["111111111111111"], portalInitiated: true }) { txid status } }`;

  test.each([
    ['{"txid": "t-1", "status": "QUEUED"}', { txid: 't-1', status: 'QUEUED' }],
    ['{"txid": "t-2", "status": "COMPLETED", "more": 1}', { txid: 't-2', status: 'COMPLETED' }],
    ['{"txid": 3, "status": null}', { txid: '3', status: 'QUEUED' }],
    ['{"txid": "t-4", "status": ["COMPLETED"]}', { txid: 't-4', status: 'QUEUED' }],
    ['{"txid": "t-5", "status": "EXPIRED"}', { txid: 't-5', status: 'QUEUED' }],
  ])('that is %s is read as %j', async (rawBody, reported) => {
    await world.admin.fault({ path: PATHS.async, rawBody });
    expect((await world.query(request)).data).toEqual({ requestAggregatedReport: reported });
  });

  test.each([
    '{}',
    '[]',
    'null',
    '"text"',
    '{"txid": null}',
    '{"txid": ""}',
    '{"txid": {}}',
    '{"status": "QUEUED"}',
    '{"errorCode": "INTERNAL_ERROR", "errorMessage": "no queue"}',
    '',
  ])('without a transaction id, %s, is an error that warns against repeating, and is not retried', async (rawBody) => {
    await world.admin.fault({ path: PATHS.async, rawBody });
    await world.admin.forgetCalls();
    const { data, errors } = await world.query(request);
    expect(data).toEqual({ requestAggregatedReport: null });
    expect(errors).toMatchObject([
      {
        message: expect.stringMatching(/Sending it again may start the report twice/) as string,
        extensions: { code: 'UPSTREAM_UNAVAILABLE' },
      },
    ]);
    expect(await world.admin.calls(PATHS.async)).toHaveLength(1);
  });
});
