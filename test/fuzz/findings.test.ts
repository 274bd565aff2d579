import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { ACCOUNT, codesOf, imeisOf, startAsyncWorld, WINDOW, type AsyncWorld } from '../support/world/async-world.ts';
import { RequestAggregatedReportDocument } from '../support/graphql/graphql.ts';
import { answerWith } from '../support/fakes/recording-platform.ts';

const [IMEI = ''] = imeisOf(1);
const TELLING =
  'The token a-bearer-token of http://10.11.12.13:8080/api, at gateway.example:8443 or reports.svc.cluster.local, is bad.';

/** What random requests and answers have found wrong, each once and plainly. */
describe('found by chance, and mended:', () => {
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
  ])('a subscription without a field is refused before it runs: %s', async (query) => {
    const answer = await at.world.query(query);
    // A condition by a variable is one that graphql-js already fails to judge.
    expect(new Set(codesOf(answer))).toEqual(
      new Set([query.includes('$no') ? 'BAD_USER_INPUT' : 'GRAPHQL_VALIDATION_FAILED']),
    );
    expect(at.world.logged).toEqual([]);
  });

  test.each(['image/png', 'application/json;q=', 'multipart/mixed'])(
    'who accepts only %s for a subscription is told so, by a code',
    async (Accept) => {
      const txid = await at.request([IMEI]);
      const query = `subscription { aggregatedReportProgress(txid: "${txid}") { status } }`;
      const answer = await at.world.query(query, {}, { headers: { Accept } });
      expect([answer.status, ...codesOf(answer)]).toEqual([406, 'NOT_ACCEPTABLE']);
    },
  );

  test('a client who leaves in the middle of a body is no defect that the log tells of', async () => {
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

  test('a mutation whose answer nobody would take is refused before it runs', async () => {
    const input = { imei: [IMEI], ...WINDOW };
    for (const accept of ['image/png', 'multipart/mixed', 'text/plain, application/xml']) {
      const answer = await at.world.query(RequestAggregatedReportDocument, { input }, { headers: { Accept: accept } });
      expect([answer.status, ...codesOf(answer)]).toEqual([406, 'NOT_ACCEPTABLE']);
    }
    expect(at.platform.requestsTo(PATHS.async)).toEqual([]);
  });

  test('what the platform says of a device in a report that it answers is told without addresses and tokens', async () => {
    const errors = [
      { imei: IMEI, errorMessage: TELLING, errorResponse: { errorCode: 'X', detailErrorMessage: TELLING } },
    ];
    at.platform.onRequest(PATHS.aggregate, answerWith({ txid: 'x', usage: [], errors }));
    const { data } = await at.world.query(
      `{ aggregatedReport(input: { imei: ["${IMEI}"] }) { errors { errorMessage errorResponse { errorCode detailErrorMessage } } } }`,
    );
    const hidden = 'The token [hidden] of [address] at [address] or [address], is bad.';
    const errorResponse = { errorCode: 'X', detailErrorMessage: hidden };
    expect(data).toEqual({ aggregatedReport: { errors: [{ errorMessage: hidden, errorResponse }] } });
  });

  test('what the platform says of a device in a message is told without addresses and tokens', async () => {
    const txid = await at.request([IMEI]);
    const fault = { faultcode: 'X', faultstring: TELLING };
    await at.post([
      { txid, imei: IMEI, faultResponse: fault },
      { txid, errorMessage: TELLING },
    ]);
    const { data } = await at.world.query(
      `{ aggregatedReportRequest(txid: "${txid}") { errors { nodes { errorMessage errorResponse { errorMessage } } } } }`,
    );
    expect(JSON.stringify(data)).not.toMatch(/10\.11|gateway\.example|cluster\.local|a-bearer-token/);
    expect(JSON.stringify(data)).toContain('[address]');
  });

  test('a list of listeners that goes on behind its end is no empty list', async () => {
    at.platform.onRequest(`${PATHS.callbacks}?accountNumber=${ACCOUNT}`, (response) => {
      const list = '[{"name":"BullseyeReporting"}]';
      response.socket?.end(`HTTP/1.1 200 OK\r\nContent-Length: ${list.length}\r\n\r\n${list}${list}`);
    });
    const answer = await at.world.query('{ callbackListeners { name } }');
    expect([answer.data, codesOf(answer)]).toEqual([{ callbackListeners: null }, ['UPSTREAM_UNAVAILABLE']]);
  });

  test('an idempotency key whose request could not be kept does not hold up the next who sends it', async () => {
    at.platform.onRequest(PATHS.async, answerWith({ txid: 'the-same', status: 'QUEUED' }));
    const ask = (accountNumber: string) => {
      const input = { imei: [IMEI], ...WINDOW, accountNumber, idempotencyKey: 'a-key' };
      return at.world.query(RequestAggregatedReportDocument, { input });
    };
    expect(codesOf(await ask('0844021539-00001'))).toEqual([]);
    expect(codesOf(await ask('0844021539-00002'))).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect(codesOf(await ask('0844021539-00002'))).toEqual(['IDEMPOTENCY_UNCERTAIN']);
  });
});
