import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sendRaw, type RawAnswer } from '../support/raw-request.ts';
import { imeisOf, startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';

interface MobileClient {
  /** `Accept` of queries and of subscriptions, and what else it sends, as its source has it. */
  readonly query: string;
  readonly subscription: string;
  readonly byGet: Record<string, string>;
}

const CLIENTS: Readonly<Record<string, MobileClient>> = {
  // Apollo iOS 2: JSONRequest.swift.
  'Apollo iOS': {
    query: 'multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json',
    subscription: 'multipart/mixed;subscriptionSpec=1.0,application/graphql-response+json,application/json',
    byGet: { 'Content-Type': 'application/json', 'X-APOLLO-OPERATION-NAME': 'Kind' },
  },
  // Apollo Kotlin 4: DefaultHttpRequestComposer.kt.
  'Apollo Kotlin': {
    query: 'multipart/mixed;deferSpec=20220824, application/graphql-response+json, application/json',
    subscription: 'multipart/mixed;subscriptionSpec=1.0, application/graphql-response+json, application/json',
    byGet: { 'Apollo-Require-Preflight': 'true' },
  },
};
const KIND = 'query Kind { __typename }';
const PROGRESS = 'subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) { status } }';
const persisted = { persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(KIND).digest('hex') } };

describe.each(Object.entries(CLIENTS))('%s', (_, client) => {
  let at: AsyncWorld;
  let origin: string;
  beforeEach(async () => {
    at = await startAsyncWorld();
    ({ origin } = new URL(at.world.url));
  });
  afterEach(() => at.close());
  const post = (accept: string, body: object): Promise<RawAnswer> =>
    sendRaw(origin, { headers: { 'Content-Type': 'application/json', Accept: accept }, body: JSON.stringify(body) });

  test('gets the response to a query as JSON of GraphQL', async () => {
    const { status, headers, body } = await post(client.query, { operationName: 'Kind', query: KIND, variables: {} });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/graphql-response+json; charset=utf-8');
    expect(JSON.parse(body)).toMatchObject({ data: { __typename: 'Query' } });
  });

  test('gets an error that it can read, with the status of the error', async () => {
    const { status, headers, body } = await post(client.query, { query: '{ nothing }', variables: {} });
    expect(status).toBe(400);
    expect(headers['content-type']).toBe('application/graphql-response+json; charset=utf-8');
    expect(JSON.parse(body)).toMatchObject({ errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
  });

  test.each(['POST', 'GET'])('is told to send the text after a hash by %s', async (method) => {
    const search = new URLSearchParams({ operationName: 'Kind', extensions: JSON.stringify(persisted) });
    const { status, body } =
      method === 'POST'
        ? await post(client.query, { operationName: 'Kind', variables: {}, extensions: persisted })
        : await sendRaw(origin, {
            method,
            path: `/graphql?${search.toString()}`,
            headers: { Accept: client.query, ...client.byGet },
          });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ errors: [{ message: 'PersistedQueryNotSupported' }] });
  });

  test('follows a report to its end in parts of one response', async () => {
    const [imei = ''] = imeisOf(1);
    const txid = await at.request([imei]);
    const following = post(client.subscription, { query: PROGRESS, variables: { txid } });
    await at.post(usageOf(txid, imei));
    const { headers, body } = await following;
    expect(headers['content-type']).toBe('multipart/mixed;boundary="graphql";subscriptionSpec=1.0');
    expect(body).toContain('{"payload":{"data":{"aggregatedReportProgress":{"status":"COMPLETED"}}}}');
    expect(body.endsWith('\r\n--graphql--\r\n')).toBe(true);
  });
});
