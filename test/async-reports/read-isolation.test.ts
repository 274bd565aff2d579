import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import pg from 'pg';
import { eventually } from '../support/eventually.ts';
import { subscribe } from '../support/event-stream.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import {
  ACCOUNT,
  codesOf,
  imeisOf,
  startAsyncWorld,
  usageOf,
  WINDOW,
  type AsyncWorld,
} from '../support/world/async-world.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/world/token-issuer.ts';

const TIMEOUT_MS = 60_000;
/** Each read of devices waits until the test lets it. Those of reports do not. */
const LOCK = 'BEGIN; LOCK TABLE device_rows IN ACCESS EXCLUSIVE MODE';
const REPORTS = 12;

describe('while reads of PostgreSQL are slow', () => {
  let issuer: TokenIssuer;
  let at: AsyncWorld;
  let locker: pg.Client;
  let observer: pg.Client;

  beforeEach(async () => {
    const databaseUrl = await createDatabase();
    issuer = await startTokenIssuer();
    at = await startAsyncWorld({ config: { databaseUrl, tokens: issuer.config, operationTimeoutMs: TIMEOUT_MS } });
    locker = new pg.Client(databaseUrl);
    observer = new pg.Client(databaseUrl);
    await Promise.all([locker.connect(), observer.connect()]);
    for (const imei of imeisOf(REPORTS)) {
      const input = `{ imei: ["${imei}"], startDate: "${WINDOW.startDate}" }`;
      const { data } = await ask('anne', `mutation { requestAggregatedReport(input: ${input}) { txid } }`);
      const { txid } = (data as { requestAggregatedReport: { txid: string } }).requestAggregatedReport;
      expect((await at.post(usageOf(txid, imei))).status).toBe(200);
    }
    await locker.query(LOCK);
  });
  afterEach(async () => {
    await Promise.all([locker.end(), observer.end()]);
    await at.close();
    await issuer.close();
  });

  const ask = async (sub: string, query: string) => {
    const token = await issuer.token(at.world.clock.now(), { sub, accounts: [ACCOUNT] });
    return at.world.query(query, {}, { headers: { Authorization: `Bearer ${token}` } });
  };
  const countBlocked = async (): Promise<number> => {
    const { rows } = await observer.query<{ blocked: number }>(
      `SELECT count(*)::int AS blocked FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows[0]?.blocked ?? 0;
  };
  const SLOW = `{ aggregatedReportRequests { nodes { totals { devices } usage { nodes { imei } } } } }`;
  const FAST = '{ aggregatedReportRequests { totalCount nodes { status } } }';

  test('another caller is answered, messages and mutations are stored, and then the reads are answered, too', async () => {
    const slow = ask('anne', SLOW);
    await eventually(countBlocked).toBe(3);
    const { data, errors } = await ask('bert', FAST);
    expect([errors, data]).toMatchObject([[], { aggregatedReportRequests: { totalCount: REPORTS } }]);
    // It is set aside, which is a commit.
    expect((await at.post('no message')).status).toBe(200);
    expect(await countBlocked()).toBe(3);
    await locker.query('COMMIT');
    expect((await slow).errors).toEqual([]);
  });

  test('the events of another caller who watches the same report take that caller’s turns', async () => {
    await locker.query('COMMIT');
    // No message has come for it, so it can be watched.
    const input = `{ imei: ["${imeisOf(2, 100).join('", "')}"], startDate: "${WINDOW.startDate}" }`;
    const { data } = await ask('anne', `mutation { requestAggregatedReport(input: ${input}) { txid } }`);
    const { txid } = (data as { requestAggregatedReport: { txid: string } }).requestAggregatedReport;
    await locker.query(LOCK);
    const follow = async (sub: string, fields: string) => {
      const token = await issuer.token(at.world.clock.now(), { sub, accounts: [ACCOUNT] });
      const query = `subscription { aggregatedReportProgress(txid: "${txid}") { ${fields} } }`;
      return subscribe<unknown>(at.world.url, query, {}, { Authorization: `Bearer ${token}` });
    };
    const ofAnne = await follow('anne', 'status');
    expect(await ofAnne.next()).toMatchObject({ data: { aggregatedReportProgress: { status: 'QUEUED' } } });
    const slow = ask('anne', SLOW);
    await eventually(countBlocked).toBe(3);
    const ofBert = await follow('bert', 'totals { devices }');
    await eventually(countBlocked).toBe(4);
    await locker.query('COMMIT');
    expect(await ofBert.next()).toMatchObject({ data: { aggregatedReportProgress: { totals: { devices: 0 } } } });
    expect((await slow).errors).toEqual([]);
    await Promise.all([ofAnne, ofBert].map((events) => events.abort()));
  });

  test('a subscriber who leaves while its event is read spoils that of no identical subscription', async () => {
    await locker.query('COMMIT');
    const input = `{ imei: ["${imeisOf(2, 100).join('", "')}"], startDate: "${WINDOW.startDate}" }`;
    const { data } = await ask('anne', `mutation { requestAggregatedReport(input: ${input}) { txid } }`);
    const { txid } = (data as { requestAggregatedReport: { txid: string } }).requestAggregatedReport;
    await locker.query(LOCK);
    const token = await issuer.token(at.world.clock.now(), { sub: 'anne', accounts: [ACCOUNT] });
    const query = `subscription { aggregatedReportProgress(txid: "${txid}") { totals { devices } } }`;
    const headers = { Authorization: `Bearer ${token}` };
    const leaving = await subscribe<unknown>(at.world.url, query, {}, headers);
    await eventually(countBlocked).toBe(1);
    const staying = await subscribe<unknown>(at.world.url, query, {}, headers);
    const next = staying.next();
    await leaving.abort();
    // The server has noticed by the time that it has answered others.
    for (let times = 0; times < 3; times += 1) expect((await ask('bert', FAST)).errors).toEqual([]);
    await locker.query('COMMIT');
    expect(await next).toEqual({ data: { aggregatedReportProgress: { totals: { devices: 0 } } } });
    await staying.abort();
  });

  test('an operation is answered at its deadline, and no further reads begin', async () => {
    const slow = ask(
      'anne',
      `{ fast: aggregatedReportRequests { totalCount } slow: aggregatedReportRequest(txid: "txid-1") { totals { devices } } }`,
    );
    await eventually(countBlocked).toBe(1);
    at.world.clock.advance(TIMEOUT_MS);
    const { data, errors } = await slow;
    expect(data).toEqual({ fast: { totalCount: REPORTS }, slow: null });
    expect(errors).toMatchObject([{ path: ['slow', 'totals'], extensions: { code: 'OPERATION_TIMEOUT' } }]);
    const many = ask('anne', SLOW);
    await eventually(countBlocked).toBe(3);
    at.world.clock.advance(TIMEOUT_MS);
    expect(new Set(codesOf(await many))).toEqual(new Set(['OPERATION_TIMEOUT']));
    expect(await countBlocked()).toBe(3);
  });
});
