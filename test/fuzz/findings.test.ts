import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { ACCOUNT, codesOf, imeisOf, startAsyncWorld, WINDOW, type AsyncWorld } from '../support/world/async-world.ts';
import { RequestAggregatedReportDocument } from '../support/graphql/graphql.ts';
import { answerWith } from '../support/fakes/recording-platform.ts';

const [IMEI = ''] = imeisOf(1);
const LEAKING =
  'The token a-bearer-token of http://10.11.12.13:8080/api, at gateway.example:8443 or reports.svc.cluster.local, is bad.';

/** Defects that random requests and responses have found, each as a plain test. */
describe('found by random tests and fixed:', () => {
  let at: AsyncWorld;
  beforeEach(async () => {
    at = await startAsyncWorld();
  });
  afterEach(() => at.close());

  test.each([
    'subscription { aggregatedReportProgress(txid: "x") @include(if: false) { txid } }',
    'subscription ($no: Boolean = false) { aggregatedReportProgress(txid: "x") @include(if: $no) { txid } }',
    'subscription { ... @skip(if: true) { aggregatedReportProgress(txid: "x") { txid } } }',
    'subscription { ...A } fragment A on Subscription { ...A @skip(if: true) aggregatedReportProgress(txid: "x") { txid } }',
    'subscription { ...A } fragment A on Subscription { ... on Subscription { aggregatedReportProgress(txid: "x") @skip(if: true) { txid } } }',
  ])('a subscription without a field is rejected before it runs: %s', async (query) => {
    const answer = await at.world.query(query);
    // If the condition depends on a variable, graphql-js itself fails, with another code.
    expect(new Set(codesOf(answer))).toEqual(
      new Set([query.includes('$no') ? 'BAD_USER_INPUT' : 'GRAPHQL_VALIDATION_FAILED']),
    );
    expect(at.world.logged).toEqual([]);
  });

  test.each(['image/png', 'application/json;q=', 'multipart/mixed'])(
    'a subscription that accepts only %s is rejected with a code',
    async (Accept) => {
      const txid = await at.request([IMEI]);
      const query = `subscription { aggregatedReportProgress(txid: "${txid}") { status } }`;
      const answer = await at.world.query(query, {}, { headers: { Accept } });
      expect([answer.status, ...codesOf(answer)]).toEqual([406, 'NOT_ACCEPTABLE']);
    },
  );

  test('a client that disconnects in the middle of a body is not logged', async () => {
    const socket = connect(Number(new URL(at.world.url).port), '127.0.0.1');
    const head = [
      'POST /graphql HTTP/1.1',
      'Host: localhost',
      'Content-Type: application/graphql',
      'Content-Length: 100',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n{ __typename`);
    await at.world.query('{ __typename }');
    socket.destroy();
    await once(socket, 'close');
    for (let times = 0; times < 3; times += 1) await at.world.query('{ __typename }');
    expect(at.world.logged).toEqual([]);
  });

  test('a mutation whose response the client does not accept is rejected before it runs', async () => {
    const input = { imei: [IMEI], ...WINDOW };
    for (const accept of ['image/png', 'multipart/mixed', 'text/plain, application/xml']) {
      const answer = await at.world.query(RequestAggregatedReportDocument, { input }, { headers: { Accept: accept } });
      expect([answer.status, ...codesOf(answer)]).toEqual([406, 'NOT_ACCEPTABLE']);
    }
    expect(at.platform.requestsTo(PATHS.async)).toEqual([]);
  });

  test('device errors in a report are passed on without addresses and tokens', async () => {
    const errors = [
      { imei: IMEI, errorMessage: LEAKING, errorResponse: { errorCode: 'X', detailErrorMessage: LEAKING } },
    ];
    at.platform.onRequest(PATHS.aggregate, answerWith({ txid: 'x', usage: [], errors }));
    const { data } = await at.world.query(
      `{ aggregatedReport(input: { imei: ["${IMEI}"] }) { errors { errorMessage errorResponse { errorCode detailErrorMessage } } } }`,
    );
    const hidden = 'The token [hidden] of [address] at [address] or [address], is bad.';
    const errorResponse = { errorCode: 'X', detailErrorMessage: hidden };
    expect(data).toEqual({ aggregatedReport: { errors: [{ errorMessage: hidden, errorResponse }] } });
  });

  test('device errors in a callback message are passed on without addresses and tokens', async () => {
    const txid = await at.request([IMEI]);
    const fault = { faultcode: 'X', faultstring: LEAKING };
    await at.post([
      { txid, imei: IMEI, faultResponse: fault },
      { txid, errorMessage: LEAKING },
    ]);
    const { data } = await at.world.query(
      `{ aggregatedReportRequest(txid: "${txid}") { errors { nodes { errorMessage errorResponse { errorMessage } } } } }`,
    );
    expect(JSON.stringify(data)).not.toMatch(/10\.11|gateway\.example|cluster\.local|a-bearer-token/);
    expect(JSON.stringify(data)).toContain('[address]');
  });

  test('a list of listeners that is longer than its Content-Length is not an empty list', async () => {
    at.platform.onRequest(`${PATHS.callbacks}?accountNumber=${ACCOUNT}`, (response) => {
      const list = '[{"name":"BullseyeReporting"}]';
      response.socket?.end(`HTTP/1.1 200 OK\r\nContent-Length: ${list.length}\r\n\r\n${list}${list}`);
    });
    const answer = await at.world.query('{ callbackListeners { name } }');
    expect([answer.data, codesOf(answer)]).toEqual([{ callbackListeners: null }, ['UPSTREAM_UNAVAILABLE']]);
  });

  test('an idempotency key whose report could not be stored does not block the next request with it', async () => {
    at.platform.onRequest(PATHS.async, answerWith({ txid: 'the-same', status: 'QUEUED' }));
    const ask = (accountNumber: string) => {
      const input = { imei: [IMEI], ...WINDOW, accountNumber, idempotencyKey: 'a-key' };
      return at.world.query(RequestAggregatedReportDocument, { input });
    };
    expect(codesOf(await ask('0844021539-00001'))).toEqual([]);
    expect(codesOf(await ask('0844021539-00002'))).toEqual(['UPSTREAM_TXID_REUSED']);
    expect(codesOf(await ask('0844021539-00002'))).toEqual(['IDEMPOTENCY_UNCERTAIN']);
  });
});
