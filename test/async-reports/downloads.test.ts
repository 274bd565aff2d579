import { once } from 'node:events';
import { connect } from 'node:net';
import { parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDownloadLinks } from '../../src/async-reports/downloads/download-links.ts';
import { createDownloads, type DownloadSource } from '../../src/async-reports/downloads/stream-download.ts';
import { ANYONE } from '../../src/domain/access.ts';
import { createWait } from '../../src/domain/clock.ts';
import { createDeferred } from '../../src/domain/deferred.ts';
import { startServer } from '../../src/http/listen.ts';
import { eventually } from '../support/eventually.ts';
import { createTestClock } from '../support/fakes/clock.ts';
import { ACCOUNT, imeisOf, startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';

const HEAD =
  'imei,accountNumber,status,numberOfSessions,bytesTransferred,errorCode,errorMessage,httpStatusCode,detailErrorMessage,errorResponseMessage\r\n';

describe('a download', () => {
  let at: AsyncWorld;

  beforeEach(async () => {
    at = await startAsyncWorld();
  });
  afterEach(() => at.close());

  const linkOf = async (txid: string, format = 'CSV', headers: Record<string, string> = {}): Promise<string> => {
    const query = `{ aggregatedReportRequest(txid: ${JSON.stringify(txid)}) { download(format: ${format}) } }`;
    const { data } = await at.world.query(query, {}, { headers });
    return (data as { aggregatedReportRequest: { download: string } }).aggregatedReportRequest.download;
  };

  test('contains usage and errors, in CSV and in JSONL', async () => {
    const [a = '', b = '', c = ''] = imeisOf(3);
    const txid = await at.request([a, b, c]);
    expect(await linkOf(txid)).toBe(null);
    await at.post([
      usageOf(txid, b, 2 ** 52, 3),
      { txid, errors: [{ imei: a, errorMessage: 'a "bad", one\r\n', errorResponse: { errorCode: 'X' } }] },
    ]);
    const csv = await fetch(await linkOf(txid));
    expect(await csv.text()).toBe(
      `${HEAD}${a},${ACCOUNT},ERROR,,,X,"a ""bad"", one\r\n",,,\r\n${b},${ACCOUNT},USAGE,3,4503599627370496,,,,,\r\n`,
    );
    expect(Object.fromEntries(csv.headers)).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="${txid}.csv"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    const jsonl = await fetch(await linkOf(txid, 'JSONL'));
    expect(jsonl.headers.get('content-type')).toContain('jsonl');
    const rows = (await jsonl.text()).trimEnd().split('\n');
    expect(rows.map((row) => JSON.parse(row) as unknown)).toMatchObject([
      { imei: a, status: 'ERROR', errorCode: 'X', errorMessage: 'a "bad", one\r\n', bytesTransferred: null },
      { imei: b, status: 'USAGE', numberOfSessions: 3, bytesTransferred: 2 ** 52, errorCode: null },
    ]);
  });

  test('contains usage and errors in Parquet, with unknown values as nulls', async () => {
    const [a = '', b = '', c = ''] = imeisOf(3);
    const txid = await at.request([a, b, c]);
    await at.post([
      usageOf(txid, a, 2 ** 53 - 1, 3),
      { txid, usage: [{ imei: b, numberOfSessions: null, bytesTransferred: 5 }] },
      { txid, errors: [{ imei: c, errorMessage: '=1 "é"', errorResponse: { errorCode: 'X' } }] },
    ]);
    const file = await fetch(await linkOf(txid, 'PARQUET'));
    expect(file.headers.get('content-type')).toBe('application/vnd.apache.parquet');
    const none = { httpStatusCode: null, detailErrorMessage: null, errorResponseMessage: null };
    const usage = { accountNumber: ACCOUNT, status: 'USAGE', errorCode: null, errorMessage: null, ...none };
    expect(await parquetReadObjects({ file: await file.arrayBuffer() })).toEqual([
      { ...usage, imei: a, numberOfSessions: 3, bytesTransferred: 2n ** 53n - 1n },
      { ...usage, imei: b, numberOfSessions: null, bytesTransferred: 5n },
      {
        ...{ imei: c, accountNumber: ACCOUNT, status: 'ERROR', numberOfSessions: null, bytesTransferred: null },
        ...{ errorCode: 'X', errorMessage: '=1 "é"', ...none },
      },
    ]);
  });

  test.each([
    ...['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '=HYPERLINK("mailto:x","y")'],
    ...[
      '\nx',
      '\n=1',
      ' =1',
      '\u00a0=1',
      '  \u3000+1',
      '\u200b@x',
      '\uff1d1',
      '\uff0b1',
      '\uff0d1',
      '\uff20x',
      '\u22121',
      '\ufe0f=1',
      '\u3164=1',
      '\u2800=1',
    ],
  ])('contains no spreadsheet formula if a message begins with %j', async (errorMessage) => {
    const [imei = ''] = imeisOf(1);
    const txid = await at.request([imei]);
    await at.post({ txid, errors: [{ imei, errorMessage }] });
    const [, ...lines] = (await (await fetch(await linkOf(txid))).text()).split(HEAD);
    const field = lines.join('').slice(`${imei},${ACCOUNT},ERROR,,,,`.length, -',,,\r\n'.length);
    const text = field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
    expect(text).toBe(`'${errorMessage}`);
  });

  test('has the whole error of a device, in CSV and in JSONL', async () => {
    const [imei = ''] = imeisOf(1);
    const txid = await at.request([imei]);
    const errorResponse = {
      errorCode: 'X',
      errorMessage: 'of the error',
      httpStatusCode: '404 NOT_FOUND',
      detailErrorMessage: 'in detail',
    };
    await at.post({ txid, errors: [{ imei, errorMessage: 'of the device', errorResponse }] });
    const csv = await (await fetch(await linkOf(txid))).text();
    expect(csv).toBe(`${HEAD}${imei},${ACCOUNT},ERROR,,,X,of the device,404 NOT_FOUND,in detail,of the error\r\n`);
    const row = JSON.parse(await (await fetch(await linkOf(txid, 'JSONL'))).text()) as Record<string, unknown>;
    expect(Object.keys(row)).toEqual(HEAD.trim().split(','));
    expect(row).toMatchObject({
      errorMessage: 'of the device',
      httpStatusCode: '404 NOT_FOUND',
      detailErrorMessage: 'in detail',
      errorResponseMessage: 'of the error',
    });
  });

  test('begins with a byte order mark and has IMEIs that Excel keeps as text, with the dialect EXCEL', async () => {
    const [a = '', b = ''] = imeisOf(2);
    const txid = await at.request([a, b]);
    await at.post([usageOf(txid, a, 7, 3), { txid, errors: [{ imei: b, errorMessage: '=1' }] }]);
    const link = await linkOf(txid, 'CSV, dialect: EXCEL');
    const bytes = Buffer.from(await (await fetch(link)).arrayBuffer());
    const [first, second] = [a, b].map((imei) => `"=""${imei}""","=""${ACCOUNT}"""`);
    expect(bytes.toString('utf8')).toBe(`\uFEFF${HEAD}${first},USAGE,3,7,,,,,\r\n${second},ERROR,,,,'=1,,,\r\n`);
    for (const forged of [link.replace('dialect=excel&', ''), (await linkOf(txid)).replace('?', '?dialect=excel&')]) {
      expect((await fetch(forged)).status).toBe(403);
    }
    const plain = await linkOf(txid, 'JSONL');
    expect(await (await fetch(await linkOf(txid, 'JSONL, dialect: EXCEL'))).text()).toBe(
      await (await fetch(plain)).text(),
    );
  });

  test('has a link that expires and cannot be changed', async () => {
    const [imei = ''] = imeisOf(1);
    const [txid, other] = [await at.request([imei]), await at.request([imei])];
    await at.post(usageOf(txid, imei));
    const link = await linkOf(txid);
    const forged = [
      link.replace(txid, other),
      link.replace('.csv', '.jsonl'),
      link.replace(/expires=\d+/, 'expires=99999999999'),
      link.replace(/signature=..../, 'signature=AAAA'),
      link.split('?')[0] ?? '',
    ];
    for (const url of forged) {
      const answer = await fetch(url);
      expect([url, answer.status]).toEqual([url, 403]);
      expect(await answer.text()).toContain('for a new link');
    }
    at.world.clock.advance(59 * 60_000);
    expect((await fetch(link)).status).toBe(200);
    at.world.clock.advance(2 * 60_000);
    const late = await fetch(link);
    expect([late.status, late.headers.get('content-type')]).toEqual([410, 'text/plain; charset=utf-8']);
  });

  test('is not found under another path, and accepts GET and HEAD only', async () => {
    const [imei = ''] = imeisOf(1);
    const txid = await at.request([imei]);
    await at.post(usageOf(txid, imei));
    const link = await linkOf(txid);
    const { origin } = new URL(link);
    for (const path of ['/reports/', '/reports/x', '/reports/x.pdf', '/reports/x/y.csv', '/reports/%E0%A4%A.csv']) {
      expect([path, (await fetch(`${origin}${path}`)).status]).toEqual([path, 404]);
    }
    expect((await fetch(link, { method: 'POST' })).headers.get('allow')).toBe('GET, HEAD');
    const head = await fetch(link, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  test('logs no error and does not delay the shutdown if its client disconnects', { timeout: 60_000 }, async () => {
    const imeis = imeisOf(10_000);
    const txid = await at.request(imeis);
    const errorMessage = 'x'.repeat(1_000);
    for (let from = 0; from < imeis.length; from += 2_000) {
      const errors = imeis.slice(from, from + 2_000).map((imei) => ({ imei, errorMessage }));
      expect((await at.post({ txid, errors })).status).toBe(200);
    }
    const { host, hostname, port, pathname, search } = new URL(await linkOf(txid));
    const socket = connect(Number(port), hostname).pause();
    socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    await once(socket, 'readable');
    socket.destroy();
    const whole = await (await fetch(await linkOf(txid))).text();
    expect(whole.split('\r\n')).toHaveLength(10_002);
    expect(at.world.logged).toEqual([]);
  });

  test('has a link to PUBLIC_URL, or else to the address that the client used', async () => {
    const [imei = ''] = imeisOf(1);
    const txid = await at.request([imei]);
    await at.post(usageOf(txid, imei));
    const forwarded = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'reports.example.com' };
    expect(await linkOf(txid, 'CSV', forwarded)).toContain(`${new URL(at.world.url).origin}/reports/${txid}.csv?`);
    await at.close();
    at = await startAsyncWorld({ config: { trustedProxies: 1 } });
    await at.request([imei]);
    await at.post(usageOf(txid, imei));
    expect(await linkOf(txid, 'CSV', forwarded)).toContain(`https://reports.example.com/reports/${txid}.csv?`);
    await at.close();
    at = await startAsyncWorld({ config: { publicUrl: 'https://example.com/below' } });
    await at.request([imei]);
    await at.post(usageOf(txid, imei));
    expect(await linkOf(txid)).toContain(`https://example.com/below/reports/${txid}.csv?`);
  });

  test('has a link and a file name even if its transaction id has special characters', async () => {
    const [imei = ''] = imeisOf(1);
    const txid = 'a/b "c" é.csv';
    at.platform.onRequest('/hyper-precise/v1/report/async/aggregate', (response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ txid, status: 'QUEUED' }));
    });
    await at.request([imei]);
    await at.post(usageOf(txid, imei));
    const answer = await fetch(await linkOf(txid));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="a_b__c___.csv.csv"');
  });
});

test('a download that waits for its turn on the CPU ends when its client leaves, with its timer', async () => {
  const clock = createTestClock('2026-11-20T12:00:00Z');
  const wait = createWait(clock.after);
  const links = createDownloadLinks({ key: 'key', now: clock.now, lifetimeMs: 3_600_000 });
  const { promise: ended, resolve: end } = createDeferred<unknown>();
  const endless: DownloadSource = {
    find: () =>
      Promise.resolve({
        columns: [],
        isVisibleTo: () => true,
        // eslint-disable-next-line @typescript-eslint/require-await
        async *openRows() {
          for (;;) yield [];
        },
      }),
    notFound: '',
  };
  const listener = createDownloads({
    sources: { report: endless, fleet: endless, record: endless },
    queue: { run: (_principal, _signal, read) => read() },
    links,
    accessOf: () => ANYONE,
    principalOf: () => 'anne',
    async pause(_request, signal) {
      await wait(3_600_000, signal).finally(() => end(null));
    },
    logUnexpected: () => 'an id',
    logStoreFailure: () => 'an id',
  });
  const server = await startServer(listener, { host: '127.0.0.1', port: 0, requestTimeoutMs: 30_000 });
  const client = new AbortController();
  const response = await fetch(
    `${server.url}${links.write({ id: 'a', of: 'report', format: 'CSV', dialect: 'STANDARD' })}`,
    {
      signal: client.signal,
    },
  );
  expect(response.status).toBe(200);
  await eventually(() => clock.countTimers()).toBe(1);
  client.abort();
  await ended;
  expect(clock.countTimers()).toBe(0);
  await server.close();
});
