import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  ACCOUNT,
  codesOf,
  imeisOf,
  startAsyncWorld,
  usageOf,
  WINDOW,
  type AsyncWorld,
} from '../support/world/async-world.ts';
import { subscribe } from '../support/event-stream.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/world/token-issuer.ts';
import type { Answer } from '../support/world/world.ts';

const OTHER_ACCOUNT = '0742644905-00001';

interface Progress {
  readonly data?: { readonly aggregatedReportProgress: { readonly status: string } } | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

describe('with a token,', () => {
  let issuer: TokenIssuer;
  let at: AsyncWorld;

  beforeEach(async () => {
    issuer = await startTokenIssuer();
    at = await startAsyncWorld({ config: { tokens: issuer.config } });
  });
  afterEach(async () => {
    await at.close();
    await issuer.close();
  });

  const headersOf = async (claims: Record<string, unknown>) => ({
    Authorization: `Bearer ${await issuer.token(at.world.clock.now(), { accounts: [ACCOUNT], ...claims })}`,
  });
  const ask = async (query: string, claims: Record<string, unknown> = {}): Promise<Answer> =>
    at.world.query(query, {}, { headers: await headersOf(claims) });
  const [imei = ''] = imeisOf(1);
  const window = `startDate: "${WINDOW.startDate}", endDate: "${WINDOW.endDate}"`;
  const request = async (claims: Record<string, unknown> = {}): Promise<string> => {
    const { data } = await ask(
      `mutation { requestAggregatedReport(input: { imei: ["${imei}"], ${window} }) { txid } }`,
      claims,
    );
    return (data?.['requestAggregatedReport'] as { txid: string }).txid;
  };
  const upstreamPaths = () => at.platform.requests.map(({ path }) => path);

  const READS = [
    `sessionsReport(input: { imei: "${imei}" }) { txid }`,
    `aggregatedReport(input: { imei: ["${imei}"] }) { txid }`,
    `device(imei: "${imei}") { usage { imei } }`,
    `devices(imei: ["${imei}"]) { sessionsReport { txid } }`,
    `usageSeries(input: { imei: ["${imei}"], ${window}, granularity: DAY }) { plan { path } groups { key } }`,
    `usageChanges(input: { imei: ["${imei}"], ${window} }) { plan { path } factors { total } }`,
    `billingCycle(input: { imei: ["${imei}"], cycleStartDay: 1 }) { plan { path } usage { devices } }`,
    'aggregatedReportRequest(txid: "txid-1") { txid }',
    'aggregatedReportRequests { totalCount }',
    'fleetReports { totalCount }',
    `_entities(representations: [{ __typename: "Device", imei: "${imei}" }]) { __typename }`,
  ];
  test.each([
    ...READS.map((field) => ['query', field, 'reports:read'] as const),
    ['query', 'callbackListeners { url }', 'listeners:manage'],
    ['query', 'serverStatus { version }', 'operations'],
    ['mutation', `requestAggregatedReport(input: { imei: ["${imei}"] }) { txid }`, 'reports:request'],
    ['mutation', 'retryMissingDevices(txid: "txid-1") { txid }', 'reports:request'],
    ['mutation', 'registerCallbackListener(input: { url: "https://example.com:443/" }) { url }', 'listeners:manage'],
    ['mutation', 'deregisterCallbackListener { url }', 'listeners:manage'],
  ] as const)('%s %s requires the scope %s, and makes no upstream call without it', async (kind, field, scope) => {
    const scopes = ['reports:read', 'reports:request', 'listeners:manage', 'operations'].filter(
      (each) => each !== scope,
    );
    for (const granted of [scopes.join(' '), '', scope.toUpperCase(), `${scope}:more`]) {
      const answer = await ask(`${kind} { ${field} }`, { scope: granted });
      expect(codesOf(answer)).toEqual(['FORBIDDEN']);
      expect(answer.errors[0]?.message).toContain(scope);
    }
    expect(upstreamPaths()).toEqual([]);
    expect(codesOf(await ask(`${kind} { ${field} }`, { scope }))).not.toContain('FORBIDDEN');
  });

  test('scopes may also be in the claim scp, as an array', async () => {
    const field = '{ aggregatedReportRequests { totalCount } }';
    expect(codesOf(await ask(field, { scope: undefined, scp: ['reports:read'] }))).toEqual([]);
    expect(codesOf(await ask(field, { scope: undefined, scp: ['reports:request'] }))).toEqual(['FORBIDDEN']);
  });

  test('a caller who may only start reports reads no usage in the response', async () => {
    const key = 'idempotencyKey: "a-key"';
    const start = (fields: string) =>
      `mutation { requestAggregatedReport(input: { imei: ["${imei}"], ${window}, ${key} }) { txid status ${fields} } }`;
    const first = await ask(start(''));
    const { txid } = first.data?.['requestAggregatedReport'] as { txid: string };
    await at.post(usageOf(txid, imei, 77));
    for (const fields of [
      'usage { totalCount }',
      'errors { totalCount }',
      'missing { totalCount }',
      'totals { bytesTransferred }',
      'download',
    ]) {
      const answer = await ask(start(fields), { scope: 'reports:request' });
      expect(codesOf(answer)).toContain('FORBIDDEN');
      expect(JSON.stringify(answer)).not.toContain('77');
    }
    expect(codesOf(await ask(start(''), { scope: 'reports:request' }))).toEqual([]);
  });

  test('a caller who may only start reports starts none whose results it asks for, because it would not get the txid', async () => {
    const before = upstreamPaths().length;
    for (let time = 1; time <= 2; time += 1) {
      const answer = await ask(
        `mutation { requestAggregatedReport(input: { imei: ["${imei}"], ${window} }) { txid usage { totalCount } } }`,
        { scope: 'reports:request' },
      );
      expect(answer.data).toEqual({ requestAggregatedReport: null });
      expect(answer.errors.map(({ path, extensions }) => [path, extensions['code']])).toEqual([
        [['requestAggregatedReport'], 'FORBIDDEN'],
      ]);
    }
    expect(upstreamPaths()).toHaveLength(before);
  });

  test.each([
    `sessionsReport(input: { imei: "${imei}", accountNumber: "${OTHER_ACCOUNT}" }) { txid }`,
    `aggregatedReport(input: { imei: ["${imei}"], accountNumber: "${OTHER_ACCOUNT}" }) { txid }`,
    `aggregatedReport(input: { imei: [], allDevices: true, accountNumber: "${OTHER_ACCOUNT}" }) { txid }`,
    `usageSeries(input: { imei: ["${imei}"], accountNumber: "${OTHER_ACCOUNT}", ${window}, granularity: DAY }) { plan { path } }`,
    `usageChanges(input: { imei: ["${imei}"], accountNumber: "${OTHER_ACCOUNT}", ${window} }) { plan { path } }`,
    `billingCycle(input: { imei: ["${imei}"], accountNumber: "${OTHER_ACCOUNT}", cycleStartDay: 1 }) { plan { path } }`,
    `device(imei: "${imei}", accountNumber: "${OTHER_ACCOUNT}") { imei }`,
    `devices(imei: ["${imei}"], accountNumber: "${OTHER_ACCOUNT}") { imei }`,
    `_entities(representations: [{ __typename: "Device", imei: "${imei}", accountNumber: "${OTHER_ACCOUNT}" }]) { __typename }`,
    `aggregatedReportRequest(txid: "txid-1", accountNumber: "${OTHER_ACCOUNT}") { txid }`,
    `aggregatedReportRequests(accountNumber: "${OTHER_ACCOUNT}") { totalCount }`,
    `callbackListeners(accountNumber: "${OTHER_ACCOUNT}") { url }`,
  ])('an account that the token does not list is forbidden: %s', async (field) => {
    expect(codesOf(await ask(`{ ${field} }`))).toEqual(['FORBIDDEN']);
    expect(upstreamPaths()).toEqual([]);
  });

  test('no account is allowed if the claim lists none', async () => {
    for (const accounts of [[], ['*'], [` ${ACCOUNT}`], [[ACCOUNT]], 'all', '']) {
      expect(
        codesOf(await ask(`{ device(imei: "${imei}", accountNumber: "${ACCOUNT}") { imei } }`, { accounts })),
      ).toEqual(['FORBIDDEN']);
    }
    expect(codesOf(await ask(`{ device(imei: "${imei}") { imei } }`, { accounts: `x,${ACCOUNT}` }))).toEqual([]);
  });

  test('an operation without accountNumber uses the configured account if the token lists it, or else the only one listed', async () => {
    const accountOf = async (accounts: string[]) => {
      const answer = await ask(`{ device(imei: "${imei}") { accountNumber } }`, { accounts });
      return (answer.data?.['device'] as { accountNumber: string } | null)?.accountNumber ?? codesOf(answer)[0];
    };
    expect(await accountOf([OTHER_ACCOUNT, ACCOUNT])).toBe(ACCOUNT);
    expect(await accountOf([OTHER_ACCOUNT])).toBe(OTHER_ACCOUNT);
    expect(await accountOf([OTHER_ACCOUNT, '0742644905-00002'])).toBe('BAD_USER_INPUT');
  });

  test('a report of another account is not found by query, entity, retry, subscription or download', async () => {
    const txid = await request();
    await at.post(usageOf(txid, imei, 5));
    const link = await ask(`{ aggregatedReportRequest(txid: "${txid}") { download } }`);
    const { download } = link.data?.['aggregatedReportRequest'] as { download: string };
    const local = download.replace(/^https?:\/\/[^/]+/, new URL(at.world.url).origin);

    for (const accounts of [[OTHER_ACCOUNT], [OTHER_ACCOUNT, '0742644905-00002']]) {
      const entity = `_entities(representations: [{ __typename: "AggregatedReportRequest", txid: "${txid}" }]) { __typename }`;
      const answer = await ask(`{ aggregatedReportRequest(txid: "${txid}") { txid } ${entity} }`, { accounts });
      expect(answer.data).toEqual({ aggregatedReportRequest: null, _entities: [null] });
      const retry = await ask(`mutation { retryMissingDevices(txid: "${txid}") { txid } }`, { accounts });
      expect(retry.data).toEqual({ retryMissingDevices: null });
      const stream = await subscribe<Progress>(
        at.world.url,
        `subscription { aggregatedReportProgress(txid: "${txid}") { status } }`,
        {},
        await headersOf({ accounts }),
      );
      expect((await stream.next())?.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
      expect((await fetch(local, { headers: await headersOf({ accounts }) })).status).toBe(404);
    }
    expect((await fetch(local)).status).toBe(401);
    expect((await fetch(local, { headers: await headersOf({ scope: 'reports:request' }) })).status).toBe(403);
    const mine = await fetch(local, { headers: await headersOf({}) });
    expect([mine.status, (await mine.text()).includes(imei)]).toEqual([200, true]);
  });

  test('a subscription requires reports:read, and ends with an error when the token expires', async () => {
    const txid = await request();
    const follow = async (claims: Record<string, unknown>) =>
      subscribe<Progress>(
        at.world.url,
        `subscription { aggregatedReportProgress(txid: "${txid}") { status } }`,
        {},
        await headersOf(claims),
      );
    expect((await (await follow({ scope: 'reports:request' })).next())?.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const seconds = Math.floor(at.world.clock.now() / 1_000);
    const short = await follow({ exp: seconds + 60 });
    const long = await follow({ exp: seconds + 600 });
    expect((await short.next())?.data?.aggregatedReportProgress.status).toBe('QUEUED');
    expect((await long.next())?.data?.aggregatedReportProgress.status).toBe('QUEUED');
    at.world.clock.advance(91_000);
    const last = await short.next();
    expect(last?.errors?.[0]).toMatchObject({
      message: 'The token has expired. Send a new one.',
      extensions: { code: 'UNAUTHENTICATED' },
    });
    expect(await short.next()).toBe(null);
    await at.post(usageOf(txid, imei));
    expect((await long.all()).at(-1)?.data?.aggregatedReportProgress.status).toBe('COMPLETED');
    expect(at.world.countWatches()).toBe(0);
  });

  test('an idempotency key belongs to its account', async () => {
    const start = (account: string) =>
      `mutation { requestAggregatedReport(input: { imei: ["${imei}"], ${window}, accountNumber: "${account}", idempotencyKey: "same" }) { txid accountNumber } }`;
    const ofMine = await ask(start(ACCOUNT));
    const ofOther = await ask(start(OTHER_ACCOUNT), { accounts: [OTHER_ACCOUNT] });
    expect(ofMine.data).not.toEqual(ofOther.data);
    expect(codesOf(await ask(start(ACCOUNT), { accounts: [OTHER_ACCOUNT] }))).toEqual(['FORBIDDEN']);
    expect((await ask(start(ACCOUNT))).data).toEqual(ofMine.data);
  });
});

describe('with AUTH_SCOPES_CLAIM,', () => {
  let issuer: TokenIssuer;
  let at: AsyncWorld;

  beforeEach(async () => {
    issuer = await startTokenIssuer();
    at = await startAsyncWorld({ config: { tokens: { ...issuer.config, scopesClaims: ['permissions', 'roles'] } } });
  });
  afterEach(async () => {
    await at.close();
    await issuer.close();
  });

  test.each([
    { claims: { permissions: ['reports:read'] }, isGranted: true },
    { claims: { permissions: [], roles: 'reports:request reports:read' }, isGranted: true },
    { claims: { permissions: ['reports:request'], roles: [] }, isGranted: false },
    { claims: { permissions: { 'reports:read': true } }, isGranted: false },
    { claims: { scope: 'reports:read', scp: ['reports:read'] }, isGranted: false },
    { claims: {}, isGranted: false },
  ])('a token with $claims may read: $isGranted', async ({ claims, isGranted }) => {
    const token = await issuer.token(at.world.clock.now(), { accounts: [ACCOUNT], scope: undefined, ...claims });
    const headers = { Authorization: `Bearer ${token}` };
    const answer = await at.world.query('{ aggregatedReportRequests { totalCount } }', {}, { headers });
    expect(codesOf(answer)).toEqual(isGranted ? [] : ['FORBIDDEN']);
  });
});
