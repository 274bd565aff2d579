import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerWith } from '../support/fakes/recording-platform.ts';
import { PATHS } from '../support/world/admin.ts';
import { imeisOf, startAsyncWorld, WINDOW, type AsyncWorld } from '../support/world/async-world.ts';

const IMEIS = imeisOf(12);
const [A = '', B = '', C = '', D = ''] = IMEIS;

const QUERY = `query ($input: AggregatedReportInput!) {
  aggregatedReport(input: $input) {
    usage { imei } errors { imei errorMessage } missing totals { devices bytesTransferred } unexpectedDevices { imei numberOfSessions bytesTransferred }
  }
}`;

const usageOf = (imei: string, bytesTransferred: number): object => ({ imei, numberOfSessions: 1, bytesTransferred });

describe('devices nobody asked for in a synchronous report', () => {
  let at: AsyncWorld;
  beforeEach(async () => {
    at = await startAsyncWorld({ config: { cacheMaxBytes: 2 ** 20 } });
  });
  afterEach(() => at.close());

  const ask = async (input: Record<string, unknown>): Promise<unknown> => {
    const { data, errors } = await at.world.query(QUERY, { input: { ...WINDOW, ...input } });
    expect(errors).toEqual([]);
    return data?.['aggregatedReport'];
  };
  const respond = (...usage: readonly object[]): void =>
    at.platform.onRequest(PATHS.aggregate, answerWith({ txid: 't', usage }));

  test('are a list of their own, each once, and not in usage or totals', async () => {
    respond(usageOf(C, 5), usageOf(A, 7), usageOf(D, 9), usageOf(C, 6));
    expect(await ask({ imei: [A, B] })).toEqual({
      usage: [{ imei: A }],
      errors: [],
      missing: [B],
      totals: { devices: 1, bytesTransferred: 7 },
      unexpectedDevices: [
        { imei: C, numberOfSessions: 1, bytesTransferred: 6 },
        { imei: D, numberOfSessions: 1, bytesTransferred: 9 },
      ],
    });
  });

  test('are not those that another call of the same report names', async () => {
    respond(usageOf(A, 7), ...IMEIS.map((imei) => usageOf(imei, 1)));
    expect(await ask({ imei: IMEIS })).toMatchObject({ totals: { devices: 12 }, unexpectedDevices: [] });
    expect(at.platform.requestsTo(PATHS.aggregate)).toHaveLength(2);
  });

  test('are in errors if the platform reports an error of theirs, each once', async () => {
    const errorOf = (imei: string, errorMessage: string): object => ({ imei, errorMessage });
    const errors = [errorOf(C, 'none'), errorOf(D, 'first'), errorOf(D, 'the second'), errorOf(B, 'inactive')];
    at.platform.onRequest(PATHS.aggregate, answerWith({ txid: 't', usage: [usageOf(A, 7), usageOf(C, 5)], errors }));
    expect(await ask({ imei: [A, B] })).toEqual({
      usage: [{ imei: A }],
      errors: [
        { imei: B, errorMessage: 'inactive' },
        { imei: D, errorMessage: 'the second' },
      ],
      missing: [],
      totals: { devices: 1, bytesTransferred: 7 },
      unexpectedDevices: [{ imei: C, numberOfSessions: 1, bytesTransferred: 5 }],
    });
  });

  test('are not those that were requested in another call, which count if that call leaves them out', async () => {
    const [E = '', F = ''] = IMEIS.slice(10);
    const ofTen = {
      txid: 't',
      usage: [...IMEIS.slice(0, 9), E].map((imei) => usageOf(imei, 1)),
      errors: [{ imei: F }],
    };
    at.platform.onRequest(PATHS.aggregate, (response, request) =>
      answerWith(request.body.includes(A) ? ofTen : { txid: 't', usage: [] })(response, request),
    );
    expect(await ask({ imei: IMEIS })).toMatchObject({
      errors: [{ imei: F }],
      missing: IMEIS.slice(9, 10),
      totals: { devices: 10, bytesTransferred: 10 },
      unexpectedDevices: [],
    });
  });

  test('do not come from the cache, and do not exist for a whole account', async () => {
    respond(usageOf(A, 7), usageOf(C, 5));
    expect(await ask({ imei: [A] })).toMatchObject({ unexpectedDevices: [{ imei: C }] });
    expect(await ask({ imei: [A] })).toMatchObject({ usage: [{ imei: A }], unexpectedDevices: [] });
    expect(at.platform.requestsTo(PATHS.aggregate)).toHaveLength(1);
    expect(await ask({ imei: [], allDevices: true })).toMatchObject({ totals: { devices: 2 }, unexpectedDevices: [] });
  });
});
