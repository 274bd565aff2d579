import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACCOUNT, imeisOf, startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';
import { subscribe } from '../support/event-stream.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';

const [A = '', B = '', C = ''] = imeisOf(3);
const LARGEST = Number.MAX_SAFE_INTEGER;
const REPORT = `txid status receivedDevices
  usage(orderBy: IMEI) { nodes { imei bytesTransferred } }
  totals { devices numberOfSessions bytesTransferred bytesPercentiles(p: [100]) }`;
const QUERY = `query ($txid: ID!) { aggregatedReportRequest(txid: $txid) { ${REPORT} } }`;
/** graphql-jit does not compile a document that has fragments and conditions. */
const INTERPRETED = `query ($txid: ID!) { ...F @include(if: true) }
  fragment F on Query { aggregatedReportRequest(txid: $txid) { ${REPORT} } }`;

interface Event {
  readonly data: { readonly aggregatedReportProgress: Readonly<Record<string, unknown>> };
  readonly errors?: readonly { readonly path: unknown; readonly extensions: { readonly code: string } }[];
}

describe.each(['SQLite', 'PostgreSQL'])('a stored sum over 2^53-1, on %s,', (kind) => {
  let at: AsyncWorld;

  beforeAll(async () => {
    at = await startAsyncWorld({ config: { databaseUrl: kind === 'PostgreSQL' ? await createDatabase() : null } });
  });
  afterAll(() => at.close());

  test('fails that sum alone in a query and in a list, compiled or interpreted', async () => {
    const txid = await at.request([A, B]);
    await at.post([usageOf(txid, A, LARGEST), usageOf(txid, B, 1)]);
    const report = {
      txid,
      status: 'COMPLETED',
      receivedDevices: 2,
      usage: {
        nodes: [
          { imei: A, bytesTransferred: LARGEST },
          { imei: B, bytesTransferred: 1 },
        ],
      },
      totals: { devices: 2, numberOfSessions: 2, bytesTransferred: null, bytesPercentiles: [LARGEST] },
    };
    for (const query of [QUERY, INTERPRETED]) {
      const { data, errors } = await at.world.query(query, { txid });
      expect(data).toEqual({ aggregatedReportRequest: report });
      expect(errors).toMatchObject([
        {
          path: ['aggregatedReportRequest', 'totals', 'bytesTransferred'],
          message: expect.stringMatching(/^bytesTransferred exceeds 2\^53-1/) as string,
          extensions: { code: 'SUM_TOO_LARGE' },
        },
      ]);
    }
    const list = await at.world.query(
      `{ aggregatedReportRequests(accountNumber: "${ACCOUNT}") { nodes { txid totals { devices bytesTransferred } } } }`,
    );
    expect(list.data).toEqual({
      aggregatedReportRequests: { nodes: [{ txid, totals: { devices: 2, bytesTransferred: null } }] },
    });
    expect(list.errors.map(({ path }) => path)).toEqual([
      ['aggregatedReportRequests', 'nodes', 0, 'totals', 'bytesTransferred'],
    ]);
    expect(at.world.logged.filter((line) => line.includes('error'))).toEqual([]);
  });

  test('does not end a subscription', async () => {
    const txid = await at.request([A, B, C]);
    await at.post([usageOf(txid, A, LARGEST), usageOf(txid, B, LARGEST)]);
    const events = await subscribe<Event>(
      at.world.url,
      'subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) { status totals { devices bytesTransferred } } }',
      { txid },
    );
    const state = (status: string, devices: number) => ({
      data: { aggregatedReportProgress: { status, totals: { devices, bytesTransferred: null } } },
      errors: [
        {
          path: ['aggregatedReportProgress', 'totals', 'bytesTransferred'],
          extensions: { code: 'SUM_TOO_LARGE' },
        },
      ],
    });
    expect(await events.next()).toMatchObject(state('RECEIVING', 2));
    await at.post(usageOf(txid, C, 1));
    expect(await events.next()).toMatchObject(state('COMPLETED', 3));
    expect(await events.next()).toBe(null);
  });
});
