import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { CombinedProtocolErrors } from '@apollo/client/errors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ACCOUNT, imeisOf, startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';
import { eventually } from '../support/eventually.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/world/token-issuer.ts';

const PROGRESS = 'subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) { status receivedDevices } }';
const ACCEPT = 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0,application/json';

interface Parts {
  readonly response: Response;
  /** The JSON of the next part; null at the end of the response. */
  next(): Promise<unknown>;
  cancel(): Promise<void>;
}

describe('a subscription in parts', () => {
  let at: AsyncWorld;
  let issuer: TokenIssuer;
  beforeEach(async () => {
    issuer = await startTokenIssuer();
    at = await startAsyncWorld();
  });
  afterEach(async () => {
    await at.close();
    await issuer.close();
  });

  const post = (body: object, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(at.world.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: ACCEPT, ...headers },
      body: JSON.stringify(body),
    });
  /** Reads parts as RFC 2046 has them: each lies between two delimiters. */
  const follow = async (txid: string, headers: Record<string, string> = {}): Promise<Parts> => {
    const response = await post({ query: PROGRESS, variables: { txid } }, headers);
    const reader = response.body?.getReader();
    if (reader === undefined) throw new Error('there is no body');
    const decoder = new TextDecoder();
    let text = '\r\n';
    const readPast = async (delimiter: string): Promise<string | null> => {
      for (;;) {
        const end = text.indexOf(delimiter);
        if (end >= 0) {
          const before = text.slice(0, end);
          text = text.slice(end + delimiter.length);
          return before;
        }
        const { done, value } = await reader.read();
        if (done) return null;
        text += decoder.decode(value, { stream: true });
      }
    };
    expect(await readPast('\r\n--graphql')).toBe('');
    return {
      response,
      async next() {
        const part = await readPast('\r\n--graphql');
        if (part === null) {
          expect(text).toBe('--\r\n');
          return null;
        }
        const [head = '', json = ''] = part.split('\r\n\r\n');
        expect(head).toBe('\r\nContent-Type: application/json; charset=utf-8');
        return JSON.parse(json) as unknown;
      },
      cancel: () => reader.cancel(),
    };
  };
  const toPart = (status: string, receivedDevices: number) => ({
    payload: { data: { aggregatedReportProgress: { status, receivedDevices } } },
  });

  test('begins with a heartbeat, has each event in a payload, and ends with the report', async () => {
    const [a = '', b = ''] = imeisOf(2);
    const txid = await at.request([a, b]);
    const parts = await follow(txid);
    expect(parts.response.headers.get('content-type')).toBe('multipart/mixed;boundary="graphql";subscriptionSpec=1.0');
    expect(parts.response.headers.get('cache-control')).toBe('no-store');
    expect(await parts.next()).toEqual({});
    expect(await parts.next()).toEqual(toPart('QUEUED', 0));
    await at.post(usageOf(txid, a));
    expect(await parts.next()).toEqual(toPart('RECEIVING', 1));
    await at.post(usageOf(txid, b));
    expect(await parts.next()).toEqual(toPart('COMPLETED', 2));
    expect(await parts.next()).toBe(null);
  });

  test('has a heartbeat every five seconds', async () => {
    const parts = await follow(await at.request(imeisOf(2)));
    await parts.next();
    await parts.next();
    for (let beat = 0; beat < 3; beat += 1) {
      at.world.clock.advance(5_000);
      expect(await parts.next()).toEqual({});
    }
    await parts.cancel();
    await eventually(() => at.world.countWatches()).toBe(0);
  });

  test('that does not start is answered in JSON', async () => {
    const response = await post({ query: PROGRESS, variables: { txid: 'nobody' } });
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  });

  test('leaves queries as they are', async () => {
    const response = await post({ query: '{ __typename }' });
    expect(await response.json()).toMatchObject({ data: { __typename: 'Query' } });
  });

  test('ends with an error beside the payload when the server stops', async () => {
    const parts = await follow(await at.request(imeisOf(2)));
    await parts.next();
    await parts.next();
    const stopped = at.world.shutDown();
    expect(await parts.next()).toMatchObject({
      payload: null,
      errors: [{ extensions: { code: 'SERVER_SHUTTING_DOWN', retryAfterSeconds: 1 } }],
    });
    expect(await parts.next()).toBe(null);
    await stopped;
  });

  test('ends with an error beside the payload when the token expires', async () => {
    await at.close();
    at = await startAsyncWorld({ config: { tokens: issuer.config } });
    const exp = Math.floor(at.world.clock.now() / 1_000) + 60;
    const token = await issuer.token(at.world.clock.now(), { accounts: [ACCOUNT], exp });
    const headers = { Authorization: `Bearer ${token}` };
    const query = `mutation { requestAggregatedReport(input: { imei: ${JSON.stringify(imeisOf(2))}, startDate: "2026-11-01" }) { txid } }`;
    const { data } = await at.world.query(query, {}, { headers });
    const parts = await follow(
      (data as { requestAggregatedReport: { txid: string } }).requestAggregatedReport.txid,
      headers,
    );
    await parts.next();
    await parts.next();
    at.world.clock.advance(91_000);
    let last = await parts.next();
    if (JSON.stringify(last) === '{}') last = await parts.next();
    expect(last).toMatchObject({ payload: null, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(await parts.next()).toBe(null);
  });

  test('works with Apollo Client as it is, which reports the error of a shutdown', async () => {
    const [a = '', b = ''] = imeisOf(2);
    const txid = await at.request([a, b]);
    const client = new ApolloClient({ link: new HttpLink({ uri: at.world.url }), cache: new InMemoryCache() });
    const statuses: unknown[] = [];
    const errors: unknown[] = [];
    let isOver = false;
    client.subscribe({ query: gql(PROGRESS), variables: { txid } }).subscribe({
      next: ({ data, error }) => {
        if (error !== undefined) errors.push(error);
        else statuses.push((data as { aggregatedReportProgress: { status: string } }).aggregatedReportProgress.status);
      },
      complete: () => (isOver = true),
    });
    await eventually(() => statuses).toEqual(['QUEUED']);
    await at.post(usageOf(txid, a));
    await eventually(() => statuses).toEqual(['QUEUED', 'RECEIVING']);
    const stopped = at.world.shutDown();
    await eventually(() => errors.length).toBe(1);
    expect(errors[0]).toBeInstanceOf(CombinedProtocolErrors);
    expect((errors[0] as CombinedProtocolErrors).errors).toMatchObject([
      { extensions: { code: 'SERVER_SHUTTING_DOWN' } },
    ]);
    await eventually(() => isOver).toBe(true);
    await stopped;
  });
});
