import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { ACCOUNT, codesOf, imeisOf, startAsyncWorld, WINDOW, type AsyncWorld } from '../support/world/async-world.ts';
import { eventually } from '../support/eventually.ts';
import { RequestAggregatedReportDocument } from '../support/graphql/graphql.ts';
import { createHeldAnswers } from '../support/fakes/held-responses.ts';
import { answerWith, type Respond } from '../support/fakes/recording-platform.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/world/token-issuer.ts';

const [A = '', B = ''] = imeisOf(2);

describe('an idempotency key', () => {
  let at: AsyncWorld;
  let neighbour: AsyncWorld;

  beforeEach(async () => {
    at = await startAsyncWorld();
    neighbour = await startAsyncWorld({ platformOf: at, config: { dataDir: at.world.dataDir } });
  });
  afterEach(async () => {
    await neighbour.close();
    await at.close();
  });

  const ask = (where: AsyncWorld, input: Record<string, unknown>, header?: string) =>
    where.world.query(
      RequestAggregatedReportDocument,
      { input: { imei: [A, B], ...WINDOW, ...input } },
      header === undefined ? {} : { headers: { 'Idempotency-Key': header } },
    );
  const txidOf = async (answer: ReturnType<typeof ask>): Promise<string | undefined> =>
    (await answer).data?.requestAggregatedReport?.txid;
  const upstreamRequests = (): number => at.platform.requestsTo(PATHS.async).length;

  test('returns the first report if it is sent again, in the input or the header, with the devices in any order', async () => {
    const first = await txidOf(ask(at, { idempotencyKey: 'k1' }));
    expect(await txidOf(ask(at, { idempotencyKey: 'k1', imei: [B, A, B] }))).toBe(first);
    expect(await txidOf(ask(neighbour, {}, 'k1'))).toBe(first);
    expect(await txidOf(ask(at, { idempotencyKey: 'k1' }, 'k1'))).toBe(first);
    expect(upstreamRequests()).toBe(1);
    expect(await txidOf(ask(at, { idempotencyKey: 'k2' }))).not.toBe(first);
    expect(await txidOf(ask(at, {}))).not.toBe(first);
    expect(upstreamRequests()).toBe(3);
  });

  test('is a conflict if it is sent with different input, without an upstream call', async () => {
    await ask(at, { idempotencyKey: 'k1' });
    for (const other of [{ imei: [A] }, { portalInitiated: true }, { dataPlan: 'p' }, { startDate: '2026-11-02' }]) {
      const answer = await ask(neighbour, { idempotencyKey: 'k1', ...other });
      expect(codesOf(answer)).toEqual(['IDEMPOTENCY_CONFLICT']);
    }
    expect(upstreamRequests()).toBe(1);
  });

  test('is bad input if input and header differ', async () => {
    const answer = await ask(at, { idempotencyKey: 'k1' }, 'k2');
    expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
    expect(upstreamRequests()).toBe(0);
  });

  test('that is not valid is blamed on the header if it was sent there', async () => {
    const inHeader = await ask(at, {}, 'k'.repeat(256));
    expect(inHeader.errors).toMatchObject([
      {
        message: expect.stringMatching(/^Idempotency-Key header: This is not a valid idempotency key/) as string,
        extensions: { code: 'BAD_USER_INPUT', argumentPath: ['Idempotency-Key header'] },
      },
    ]);
    const inInput = await ask(at, { idempotencyKey: 'k'.repeat(256) });
    expect(inInput.errors[0]?.extensions['argumentPath']).toEqual(['input', 'idempotencyKey']);
    const retry = await at.world.query(
      'mutation { retryMissingDevices(txid: "x") { txid } }',
      {},
      { headers: { 'Idempotency-Key': 'k'.repeat(256) } },
    );
    expect(retry.errors[0]?.extensions['argumentPath']).toEqual(['Idempotency-Key header']);
    expect(upstreamRequests()).toBe(0);
  });

  test('starts one report if it is sent many times at once, to two servers with one database', async () => {
    const held = createHeldAnswers();
    at.platform.onRequest(PATHS.async, held.hold(answerWith({ txid: 'the-one', status: 'QUEUED' })));
    const answers = Array.from({ length: 20 }, (_, n) =>
      txidOf(ask(n % 2 === 0 ? at : neighbour, { idempotencyKey: 'k' })),
    );
    await eventually(() => held.count()).toBe(1);
    // The others now wait for this response. One more is sent after it has arrived.
    held.letOneGo();
    expect(new Set(await Promise.all(answers))).toEqual(new Set(['the-one']));
    expect(await txidOf(ask(neighbour, { idempotencyKey: 'k' }))).toBe('the-one');
    expect(upstreamRequests()).toBe(1);
  });

  test('can be used again if the platform certainly started nothing', async () => {
    at.platform.onRequest(PATHS.async, answerWith({ errorCode: 'INVALID_PARAMETER' }, 400));
    expect(codesOf(await ask(at, { idempotencyKey: 'k' }))).toEqual(['UPSTREAM_BAD_REQUEST']);
    at.platform.onRequest(PATHS.async, answerWith({ txid: 'second', status: 'QUEUED' }));
    expect(await txidOf(ask(at, { idempotencyKey: 'k' }))).toBe('second');
  });

  test.each<[string, Respond]>([
    ['drops the connection', (response) => response.destroy()],
    ['fails', answerWith({ errorCode: 'INTERNAL_ERROR' }, 500)],
    ['returns no transaction id', answerWith({ status: 'QUEUED' })],
  ])('is uncertain if the platform %s, because the report may have started', async (_, respond) => {
    at.platform.onRequest(PATHS.async, respond);
    expect((await ask(at, { idempotencyKey: 'k' })).data).toEqual({ requestAggregatedReport: null });
    const calls = upstreamRequests();
    at.platform.onRequest(PATHS.async, answerWith({ txid: 'second', status: 'QUEUED' }));
    expect(codesOf(await ask(neighbour, { idempotencyKey: 'k' }))).toEqual(['IDEMPOTENCY_UNCERTAIN']);
    expect(upstreamRequests()).toBe(calls);
    expect(await txidOf(ask(at, { idempotencyKey: 'another' }))).toBe('second');
  });

  test('starts one report if retryMissingDevices is sent twice with it', async () => {
    const txid = await txidOf(ask(at, {}));
    const retry = async (where: AsyncWorld): Promise<unknown> => {
      const mutation = 'mutation ($txid: ID!) { retryMissingDevices(txid: $txid) { txid } }';
      return (await where.world.query(mutation, { txid }, { headers: { 'Idempotency-Key': 'again' } })).data;
    };
    expect(await retry(neighbour)).toEqual(await retry(at));
    expect(upstreamRequests()).toBe(2);
  });

  test('is UPSTREAM_TXID_REUSED for the second of two requests that the platform gives the same txid', async () => {
    at.platform.onRequest(PATHS.async, answerWith({ txid: 'twice', status: 'QUEUED' }));
    expect(await txidOf(ask(at, { idempotencyKey: 'k1' }))).toBe('twice');
    for (const [where, input] of [
      [at, { idempotencyKey: 'k2' }],
      [neighbour, {}],
      [at, { imei: [A] }],
    ] as const) {
      const answer = await ask(where, input);
      expect(codesOf(answer)).toEqual(['UPSTREAM_TXID_REUSED']);
      expect(answer.errors[0]?.message).toContain('the transaction twice, which belongs to an earlier request');
    }
    expect(await txidOf(ask(neighbour, { idempotencyKey: 'k1' }))).toBe('twice');
    expect(codesOf(await ask(at, { idempotencyKey: 'k2' }))).toEqual(['IDEMPOTENCY_UNCERTAIN']);
    expect(await at.find('twice')).toMatchObject({ expectedDevices: 2 });
  });
});

describe.each(['SQLite', 'PostgreSQL'] as const)('an idempotency key under jwt, on %s', (kind) => {
  let issuer: TokenIssuer;
  let at: AsyncWorld;
  let databaseUrl: string | null;

  beforeEach(async () => {
    issuer = await startTokenIssuer();
    databaseUrl = kind === 'PostgreSQL' ? await createDatabase() : null;
    at = await startAsyncWorld({ config: { databaseUrl, tokens: issuer.config } });
  });
  afterEach(async () => {
    await at.close();
    await issuer.close();
  });

  const ask = async (sub: string, imei: string, idempotencyKey = 'november') => {
    const token = await issuer.token(at.world.clock.now(), { sub, accounts: [ACCOUNT] });
    const input = { imei: [imei], ...WINDOW, idempotencyKey };
    const headers = { Authorization: `Bearer ${token}` };
    return at.world.query(RequestAggregatedReportDocument, { input }, { headers });
  };
  const txidOf = async (answer: ReturnType<typeof ask>) => (await answer).data?.requestAggregatedReport?.txid;

  test('belongs to the principal, not to all principals of the account', async () => {
    const annes = await txidOf(ask('anne', A));
    expect(await txidOf(ask('anne', A))).toBe(annes);
    const bobs = await txidOf(ask('bob', A));
    expect(bobs).not.toBe(annes);
    expect(await txidOf(ask('carol', B))).not.toBe(bobs);
    expect(codesOf(await ask('anne', B))).toEqual(['IDEMPOTENCY_CONFLICT']);
  });

  test('that an earlier version stored is honoured for the same input', async () => {
    // Without authentication, keys are stored as earlier versions stored all of them.
    const { dataDir } = at.world;
    const earlier = await startAsyncWorld({ platformOf: at, config: { databaseUrl, dataDir } });
    const input = { imei: [A], ...WINDOW, idempotencyKey: 'november' };
    const before = (await earlier.world.query(RequestAggregatedReportDocument, { input })).data;
    await earlier.close();
    expect(await txidOf(ask('anne', A))).toBe(before?.requestAggregatedReport?.txid);
    expect(await txidOf(ask('bob', B))).not.toBe(before?.requestAggregatedReport?.txid);
    expect(at.platform.requestsTo(PATHS.async)).toHaveLength(2);
  });
});
