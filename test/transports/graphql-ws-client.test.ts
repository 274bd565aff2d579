import type { FormattedExecutionResult } from 'graphql';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ACCOUNT, imeisOf, startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';
import { eventually } from '../support/eventually.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/world/token-issuer.ts';

const PROGRESS = 'subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) { status } }';

interface Progress extends Record<string, unknown> {
  readonly aggregatedReportProgress: { readonly status: string };
}

describe('the client of graphql-ws', () => {
  let issuer: TokenIssuer;
  let at: AsyncWorld;
  let client: Client;
  /** How often the client asked for a token. */
  let asked = 0;
  let lifetimeSeconds = 600;

  beforeEach(async () => {
    issuer = await startTokenIssuer();
    at = await startAsyncWorld({ config: { tokens: issuer.config } });
    asked = 0;
    lifetimeSeconds = 600;
    client = createClient({
      url: at.world.url.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: async () => {
        asked += 1;
        return { Authorization: await bearer() };
      },
    });
  });
  afterEach(async () => {
    await client.dispose();
    await at.close();
    await issuer.close();
  });

  const bearer = async (): Promise<string> => {
    const nowMs = at.world.clock.now();
    return `Bearer ${await issuer.token(nowMs, { accounts: [ACCOUNT], exp: Math.floor(nowMs / 1_000) + lifetimeSeconds })}`;
  };
  const request = async (): Promise<string> => {
    const query = `mutation { requestAggregatedReport(input: { imei: ${JSON.stringify(imeisOf(2))}, startDate: "2026-11-01" }) { txid } }`;
    const result = await client.iterate({ query }).next();
    const { data } = result.value as FormattedExecutionResult<{ requestAggregatedReport: { txid: string } }>;
    return data?.requestAggregatedReport.txid ?? '';
  };
  const follow = (txid: string) => client.iterate<Progress>({ query: PROGRESS, variables: { txid } });
  const statusOf = async (events: ReturnType<typeof follow>): Promise<string | undefined> => {
    const result = await events.next();
    return result.done === true ? 'the end' : result.value.data?.aggregatedReportProgress.status;
  };

  test('runs queries and mutations, and follows a report to its end', async () => {
    const txid = await request();
    const events = follow(txid);
    expect(await statusOf(events)).toBe('QUEUED');
    const [a = '', b = ''] = imeisOf(2);
    await at.post(usageOf(txid, a));
    expect(await statusOf(events)).toBe('RECEIVING');
    await at.post(usageOf(txid, b));
    expect(await statusOf(events)).toBe('COMPLETED');
    expect(await statusOf(events)).toBe('the end');
    expect(at.world.countWatches()).toBe(0);
  });

  test('gets the errors of an operation that does not run', async () => {
    await expect(client.iterate({ query: '{ nothing }' }).next()).rejects.toMatchObject([
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
    await expect(follow('nobody').next()).rejects.toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  });

  test('ends a subscription that is left', async () => {
    const events = follow(await request());
    await statusOf(events);
    await events.return?.();
    await eventually(() => at.world.countWatches()).toBe(0);
  });

  test('gets an error when its token expires, and follows the same report again with a new token', async () => {
    // Which the tolerance for clock differences makes ten seconds, in which no ping is due.
    lifetimeSeconds = -20;
    const txid = await request();
    const events = follow(txid);
    expect(await statusOf(events)).toBe('QUEUED');
    const before = asked;
    at.world.clock.advance(11_000);
    await expect(events.next()).rejects.toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(await statusOf(follow(txid))).toBe('QUEUED');
    expect(asked).toBe(before + 1);
  });

  test('gets an error with a hint when the server stops', async () => {
    const events = follow(await request());
    await statusOf(events);
    const stopped = at.world.shutDown();
    await expect(events.next()).rejects.toMatchObject([
      { extensions: { code: 'SERVER_SHUTTING_DOWN', retryAfterSeconds: 1 } },
    ]);
    await stopped;
  });
});
