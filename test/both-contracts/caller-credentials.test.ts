import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { codesOf, imeisOf, startAsyncWorld, usageOf, WINDOW, type AsyncWorld } from '../support/world/async-world.ts';
import { answerWith } from '../support/fakes/recording-platform.ts';
import { createPlatformClient } from '../support/world/simulator-client.ts';
import { startWorld } from '../support/world/world.ts';

interface Tokens {
  readonly bearer: string;
  readonly session: string;
}
const ANNE: Tokens = { bearer: 'annes-bearer', session: 'annes-session' };
const BERT: Tokens = { bearer: 'berts-bearer', session: 'berts-session' };

function headersOf({ bearer, session }: Tokens): Record<string, string> {
  return { Authorization: `Bearer ${bearer}`, 'VZ-M2M-Token': session };
}

describe('callers who bring their own tokens', () => {
  let at: AsyncWorld;

  beforeEach(async () => {
    at = await startAsyncWorld({ config: { callersBringTokens: true, credentials: null, cacheMaxBytes: 1_000_000 } });
    at.platform.onRequest(PATHS.aggregate, (response, request) => {
      const { imei } = JSON.parse(request.body.toString('utf8')) as { imei: string[] };
      const usage = imei.map((each) => ({ imei: each, numberOfSessions: 1, bytesTransferred: 1 }));
      answerWith({ txid: 'a-txid', usage })(response, request);
    });
  });
  afterEach(() => at.close());

  const [imei = '', other = ''] = imeisOf(2);
  const usage = (device: string) =>
    `{ aggregatedReport(input: { imei: ["${device}"], startDate: "${WINDOW.startDate}", endDate: "2026-11-10" }) { usage { imei } } }`;
  const ask = (query: string, tokens: Tokens) => at.world.query(query, {}, { headers: headersOf(tokens) });
  const tokensSent = () =>
    at.platform.requests.map(({ headers }) => `${String(headers['authorization'])} ${String(headers['vz-m2m-token'])}`);

  test('have them forwarded unchanged, and this server never signs in', async () => {
    expect(codesOf(await ask(usage(imei), ANNE))).toEqual([]);
    expect(tokensSent()).toEqual(['Bearer annes-bearer annes-session']);
    expect(at.platform.requests.map(({ path }) => path)).toEqual([PATHS.aggregate]);
  });

  test('share no call and no cached usage, whether they query at once or in turn', async () => {
    await Promise.all([ask(usage(imei), ANNE), ask(usage(other), BERT), ask(usage(imei), BERT)]);
    const devicesSentBy = ({ bearer, session }: Tokens): string[] =>
      at.platform.requests
        .filter((_, call) => tokensSent()[call] === `Bearer ${bearer} ${session}`)
        .flatMap(({ body }) => (JSON.parse(body.toString('utf8')) as { imei: string[] }).imei);
    expect(devicesSentBy(ANNE)).toEqual([imei]);
    expect(devicesSentBy(BERT).sort()).toEqual([imei, other]);
    expect(new Set(tokensSent()).size).toBe(2);
    at.platform.requests.length = 0;
    await ask(usage(imei), ANNE);
    await ask(usage(imei), { ...ANNE, bearer: BERT.bearer });
    expect(tokensSent()).toEqual(['Bearer annes-bearer annes-session', 'Bearer berts-bearer annes-session']);
  });

  test('get 401 if one of the two is missing or malformed, and nothing is sent upstream', async () => {
    const statusOf = async (headers: Record<string, string>) =>
      (
        await fetch(at.world.url, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', ...headers },
          body: JSON.stringify({ query: usage(imei) }),
        })
      ).status;
    const { Authorization = '', ...session } = headersOf(ANNE);
    expect(await statusOf({})).toBe(401);
    expect(await statusOf({ Authorization })).toBe(401);
    expect(await statusOf(session)).toBe(401);
    expect(await statusOf({ Authorization, 'VZ-M2M-Token': 'two words' })).toBe(401);
    expect(await statusOf({ Authorization: 'Basic abc', ...session })).toBe(401);
    expect(at.platform.requests).toEqual([]);
  });

  test('see only the reports that they started themselves', async () => {
    const start = (key: string) =>
      `mutation { requestAggregatedReport(input: { imei: ["${imei}"], startDate: "${WINDOW.startDate}", endDate: "2026-11-10", idempotencyKey: "${key}" }) { txid } }`;
    const txidOf = async (tokens: Tokens) =>
      ((await ask(start('same'), tokens)).data?.['requestAggregatedReport'] as { txid: string }).txid;
    const annes = await txidOf(ANNE);
    const berts = await txidOf(BERT);
    expect(annes).not.toBe(berts);
    expect(await txidOf(ANNE)).toBe(annes);
    await at.post(usageOf(annes, imei, 41));

    const list = '{ aggregatedReportRequests { totalCount edges { node { txid } } } }';
    expect((await ask(list, BERT)).data).toEqual({
      aggregatedReportRequests: { totalCount: 1, edges: [{ node: { txid: berts } }] },
    });
    const find = `{ aggregatedReportRequest(txid: "${annes}") { download totals { bytesTransferred } } }`;
    expect((await ask(find, BERT)).data).toEqual({ aggregatedReportRequest: null });
    const mine = (await ask(find, ANNE)).data?.['aggregatedReportRequest'] as { download: string };
    expect(mine).toMatchObject({ totals: { bytesTransferred: 41 } });
    const link = mine.download.replace(/^https?:\/\/[^/]+/, new URL(at.world.url).origin);
    expect((await fetch(link)).status).toBe(401);
    expect((await fetch(link, { headers: headersOf(BERT) })).status).toBe(404);
    expect((await fetch(link, { headers: headersOf(ANNE) })).status).toBe(200);
    // The bearer token changes each hour, while the session lasts.
    expect((await ask(find, { ...ANNE, bearer: 'annes-next-bearer' })).data).toMatchObject({
      aggregatedReportRequest: { totals: { bytesTransferred: 41 } },
    });
  });

  test('are asked to send fresh tokens if the platform rejects theirs as expired', async () => {
    const world = await startWorld({ config: { callersBringTokens: true, credentials: null } });
    const headers = await createPlatformClient(world.simulator).signIn();
    const query = usage(world.devices('tracker', 1)[0] ?? '');
    expect(codesOf(await world.query(query, {}, { headers }))).toEqual([]);
    await world.admin.expire('session');
    await world.admin.forgetCalls();
    const answer = await world.query(query.replace('2026-11-10', '2026-11-11'), {}, { headers });
    expect(codesOf(answer)).toEqual(['UPSTREAM_UNAUTHENTICATED']);
    expect(answer.errors[0]?.message).toContain('send the new tokens in both headers');
    expect((await world.admin.calls()).map(({ path }) => path)).toEqual([expect.stringContaining(PATHS.aggregate)]);
    await world.close();
  });
});
