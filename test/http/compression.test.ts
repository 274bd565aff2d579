import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { brotliDecompressSync, createGunzip, gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { createCompression } from '../../src/http/compression.ts';
import { eventually } from '../support/eventually.ts';
import { sendRaw, type RawAnswer, type RawBytes, type RawRequest } from '../support/raw-request.ts';
import { imeisOf, startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';
import type { Settings } from '../support/world/settings.ts';
import { startWorld, type World } from '../support/world/world.ts';

const IMEIS = imeisOf(1_000);
const LONG = `{ devices(imei: ${JSON.stringify(IMEIS)}) { imei accountNumber } }`;
const SHORT = `{ devices(imei: ${JSON.stringify(IMEIS.slice(0, 5))}) { imei accountNumber } }`;

let world: World | null = null;
let at: AsyncWorld | null = null;
afterEach(async () => {
  await world?.close();
  await at?.close();
  [world, at] = [null, null];
});
const open = async (config: Settings = {}): Promise<World> => (world = await startWorld({ config }));

type Sent = RawAnswer & RawBytes;

const toText = ({ headers, bytes }: Sent): string => {
  const encoding = headers['content-encoding'];
  if (encoding === undefined) return bytes.toString('utf8');
  return (encoding === 'br' ? brotliDecompressSync(bytes) : gunzipSync(bytes)).toString('utf8');
};
const namesIn = (value: unknown): string[] =>
  typeof value === 'string' ? value.split(',').map((name) => name.trim().toLowerCase()) : [];

/** The ways in which a query can come. */
const LANES: readonly (readonly [string, (query: string) => RawRequest])[] = [
  ['the fast lane', (query) => ({ headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ query }) })],
  [
    'the lane of Yoga',
    (query) => ({
      headers: { 'Content-Type': 'application/json', Accept: 'application/json;q=0.9' },
      body: JSON.stringify({ query }),
    }),
  ],
  [
    'a GET',
    (query) => ({
      method: 'GET',
      path: `/graphql?query=${encodeURIComponent(query)}`,
      headers: { 'Content-Type': 'application/json' },
    }),
  ],
];

describe.each(LANES)('a long response in %s', (name, toRequest) => {
  // A URL has room for fewer.
  const long = name === 'a GET' ? LONG.replace(JSON.stringify(IMEIS), JSON.stringify(IMEIS.slice(0, 300))) : LONG;
  const send = async (headers: Record<string, string>, query = long): Promise<Sent> => {
    const request = toRequest(query);
    return sendRaw((world ?? (await open())).url, { ...request, headers: { ...request.headers, ...headers } });
  };

  test.each([
    ['gzip, deflate', 'gzip'],
    ['gzip, deflate, br', 'br'],
    ['br;q=0.1, gzip', 'gzip'],
  ])('is compressed for Accept-Encoding: %s by %s, with the same content', async (accepted, encoding) => {
    const plain = await send({});
    const compressed = await send({ 'Accept-Encoding': accepted });
    expect(plain.headers).not.toHaveProperty('content-encoding');
    expect(compressed.headers['content-encoding']).toBe(encoding);
    expect(toText(compressed)).toBe(plain.body);
    expect(compressed.bytes.length).toBeLessThan(plain.bytes.length / 5);
    for (const { headers } of [plain, compressed]) expect(namesIn(headers['vary'])).toContain('accept-encoding');
    expect(compressed.headers['content-type']).toBe(plain.headers['content-type']);
  });

  test.each(['identity', 'deflate, zstd', 'gzip;q=0', '*;q=0'])(
    'is sent as it is for Accept-Encoding: %s',
    async (accepted) => {
      const answer = await send({ 'Accept-Encoding': accepted });
      expect(answer.headers).not.toHaveProperty('content-encoding');
      expect(JSON.parse(answer.body)).toHaveProperty('data.devices');
    },
  );

  test('is sent as it is if compression is turned off', async () => {
    await open({ compressResponses: false });
    const answer = await send({ 'Accept-Encoding': 'gzip, br' });
    expect(answer.headers).not.toHaveProperty('content-encoding');
    expect(JSON.parse(answer.body)).toHaveProperty('data.devices');
  });

  test('is only one of at least 1,000 characters', async () => {
    const answer = await send({ 'Accept-Encoding': 'gzip, br' }, SHORT);
    expect(answer.headers).not.toHaveProperty('content-encoding');
    expect(JSON.parse(answer.body)).toHaveProperty('data.devices.4');
  });

  test('is compressed if it consists of errors, too', async () => {
    const query = `{ ${Array.from({ length: 5 }, (_, n) => `${'nothing'.repeat(20)}${n}`).join(' ')} }`;
    const answer = await send({ 'Accept-Encoding': 'gzip' }, query);
    expect(answer.headers['content-encoding']).toBe('gzip');
    expect(JSON.parse(toText(answer))).toHaveProperty('errors.4');
  });
});

describe('an event stream', () => {
  const PROGRESS = 'subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) { status receivedDevices } }';

  test('is compressed, and each event can be read before the next one comes', async () => {
    at = await startAsyncWorld();
    const [a = '', b = ''] = imeisOf(2);
    const txid = await at.request([a, b]);
    const response = await follow(
      at.world.url,
      { txid },
      { Accept: 'text/event-stream', 'Accept-Encoding': 'gzip, br' },
    );
    expect(response.headers['content-encoding']).toBe('gzip');
    expect(namesIn(response.headers['vary'])).toContain('accept-encoding');
    let received = '';
    const plain = response.pipe(createGunzip());
    plain.on('data', (chunk: Buffer) => (received += chunk.toString()));
    await eventually(() => received).toContain('"receivedDevices":0');
    await at.post(usageOf(txid, a, 1, 1));
    await eventually(() => received).toContain('"receivedDevices":1');
    expect(received).not.toContain('COMPLETED');
    await at.post(usageOf(txid, b, 1, 1));
    await once(plain, 'end');
    expect(received).toContain('COMPLETED');
  });

  test('is sent as it is if the client does not ask for compression', async () => {
    at = await startAsyncWorld();
    const [imei = ''] = imeisOf(1);
    const txid = await at.request([imei]);
    await at.post(usageOf(txid, imei, 1, 1));
    const response = await follow(at.world.url, { txid }, { Accept: 'text/event-stream' });
    expect(response.headers).not.toHaveProperty('content-encoding');
    expect(await text(response)).toContain('COMPLETED');
  });

  test('ends on the server, too, when its client leaves', async () => {
    at = await startAsyncWorld();
    const txid = await at.request(imeisOf(1));
    const { world: of } = at;
    const response = await follow(of.url, { txid }, { Accept: 'text/event-stream', 'Accept-Encoding': 'gzip' });
    await eventually(() => of.countWatches()).toBe(1);
    response.destroy();
    await eventually(() => of.countWatches()).toBe(0);
  });

  function follow(url: string, variables: object, headers: Record<string, string>): Promise<IncomingMessage> {
    const search = new URLSearchParams({ query: PROGRESS, variables: JSON.stringify(variables) });
    return new Promise((resolve, reject) => {
      const request = { headers: { ...headers, 'Apollo-Require-Preflight': 'true' }, agent: false };
      get(`${url}?${search.toString()}`, request, resolve).on('error', reject);
    });
  }
});

describe('a download', () => {
  test('is compressed while it is sent, with the same content', async () => {
    at = await startAsyncWorld();
    const imeis = imeisOf(500);
    const txid = await at.request(imeis);
    await at.post(imeis.map((imei, n) => usageOf(txid, imei, n, n)));
    const { data } = await at.world.query(`{ aggregatedReportRequest(txid: "${txid}") { download(format: CSV) } }`);
    const link = new URL((data as { aggregatedReportRequest: { download: string } }).aggregatedReportRequest.download);
    const download = (method: string, headers: Record<string, string>): Promise<Sent> =>
      sendRaw(link.origin, { method, path: `${link.pathname}${link.search}`, headers });
    const plain = await download('GET', {});
    expect(plain.headers).not.toHaveProperty('content-encoding');
    expect(plain.body).toContain(imeis.at(-1));
    for (const accepted of ['gzip', 'gzip, deflate, br']) {
      const compressed = await download('GET', { 'Accept-Encoding': accepted });
      expect(compressed.headers['content-encoding']).toBe('gzip');
      expect(compressed.headers['content-disposition']).toBe(plain.headers['content-disposition']);
      expect(toText(compressed)).toBe(plain.body);
      expect(compressed.bytes.length).toBeLessThan(plain.bytes.length / 3);
      const head = await download('HEAD', { 'Accept-Encoding': accepted });
      expect(head.headers['content-encoding']).toBe('gzip');
      expect(head.bytes).toHaveLength(0);
    }
    expect(namesIn(plain.headers['vary'])).toContain('accept-encoding');
  });
});

describe('the compression of a server', () => {
  const ofSize = (mebibytes: number): string =>
    '{"imei":"350000000000000","bytesTransferred":1},'.repeat(mebibytes * 22_000);

  test('takes two of the largest bodies at once; others are sent as they are, until there is room again', async () => {
    const compression = createCompression();
    const body = ofSize(8);
    const all = await Promise.all(['gzip', 'br', 'gzip', 'br'].map((encoding) => compression.body(encoding, body)));
    expect(all.map((compressed) => compressed?.encoding ?? null)).toEqual(['gzip', 'br', null, null]);
    const later = await compression.body('gzip', body);
    expect(gunzipSync(later?.bytes ?? '').toString('utf8')).toBe(body);
  });

  test('keeps at most 16 MiB for open streams, and has room again when one is closed, however it ends', async () => {
    const compression = createCompression();
    const streams = Array.from({ length: 200 }, () => compression.stream('gzip'));
    const opened = streams.filter((each) => each !== null);
    expect(opened).toHaveLength(85);
    const [first, second] = opened;
    first?.transform.destroy();
    second?.transform.resume().end('x');
    await eventually(() => second?.transform.closed).toBe(true);
    const reopened = [0, 1, 2].map(() => compression.stream('gzip'));
    expect(reopened.map((each) => each !== null)).toEqual([true, true, false]);
    for (const each of [...opened, ...reopened]) each?.transform.destroy();
  });
});
