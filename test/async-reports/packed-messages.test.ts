import path from 'node:path';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import SqliteFile from 'libsql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { imeisOf, startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';
import { fc } from '../support/fast-check.ts';

const [A = '', B = ''] = imeisOf(2);
const MAX_BYTES = 4 * 2 ** 20;

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const json = (charset: string): string => `application/json; charset=${charset}`;

describe('a packed or oddly encoded callback is never destroyed', () => {
  let at: AsyncWorld;

  beforeEach(async () => {
    at = await startAsyncWorld();
  });
  afterEach(() => at.close());

  const post = async (body: Buffer, headers: Record<string, string> = {}): Promise<void> => {
    expect((await at.post(body, { headers })).status).toBe(200);
  };
  const errorOf = async (txid: string) => (await at.find(txid))?.errors.nodes[0]?.errorMessage;
  /** The bytes of the dead letters, oldest first. */
  const deadLetters = (): { reason: string; bytes: Buffer }[] => {
    const file = new SqliteFile(path.join(at.world.dataDir, 'requests.sqlite'));
    const rows = file.prepare('SELECT reason, body, raw FROM aside_bodies ORDER BY id').all([]) as {
      readonly reason: string;
      readonly body: string;
      readonly raw: ArrayBuffer | null;
    }[];
    file.close();
    return rows.map(({ reason, body, raw }) => ({
      reason,
      bytes: raw === null ? Buffer.from(body) : Buffer.from(raw),
    }));
  };

  test.each<[string, (text: string) => Buffer, Record<string, string>]>([
    ['gzip', gzipSync, { 'Content-Encoding': 'gzip' }],
    ['x-gzip', gzipSync, { 'Content-Encoding': 'X-GZIP' }],
    ['gzip that no header names', gzipSync, {}],
    ['deflate', deflateSync, { 'Content-Encoding': 'deflate' }],
    ['deflate without its head', deflateRawSync, { 'Content-Encoding': 'deflate' }],
    ['gzip that is called deflate', gzipSync, { 'Content-Encoding': 'deflate' }],
    ['br', brotliCompressSync, { 'Content-Encoding': 'br' }],
    ['two codings', (text) => brotliCompressSync(gzipSync(text)), { 'Content-Encoding': 'gzip, br' }],
    ['a coding that a proxy has undone', (text) => Buffer.from(text), { 'Content-Encoding': 'gzip' }],
    ['UTF-16 whose coding a proxy has undone', utf16be, { 'Content-Encoding': 'gzip', 'Content-Type': json('utf-16') }],
    ['no coding', (text) => Buffer.from(text), { 'Content-Encoding': 'identity' }],
    ['UTF-16 with a byte order mark', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'), {}],
    ['UTF-16 by its charset', utf16be, { 'Content-Type': json('"UTF-16"') }],
    ['UTF-16LE by its charset', (text) => Buffer.from(text, 'utf16le'), { 'Content-Type': json('utf-16le') }],
    ['UTF-16 that no header names', utf16be, { 'Content-Type': 'application/json' }],
    ['ISO-8859-1', (text) => Buffer.from(text, 'latin1'), { 'Content-Type': json('ISO-8859-1') }],
    [
      'packed ISO-8859-1',
      (text) => gzipSync(Buffer.from(text, 'latin1')),
      { 'Content-Type': json('iso-8859-1'), 'Content-Encoding': 'gzip' },
    ],
  ])('is read: %s', async (_, encode, headers) => {
    const txid = await at.request([A]);
    await post(encode(JSON.stringify({ txid, imei: A, errorMessage: 'Gerät fehlt' })), headers);
    expect(await errorOf(txid)).toBe('Gerät fehlt');
    expect(deadLetters()).toEqual([]);
  });

  test.each<[string, Buffer, Record<string, string>, string]>([
    ['an unknown coding', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 1]), { 'Content-Encoding': 'zstd' }, 'not supported'],
    ['garbage in place of gzip', Buffer.from([1, 2, 0, 0xff]), { 'Content-Encoding': 'gzip' }, 'cannot be unpacked'],
    ['half of gzip', gzipSync('{"txid":"t"}').subarray(0, 20), { 'Content-Encoding': 'gzip' }, 'cannot be unpacked'],
    ['an unknown charset', Buffer.from([0x7b, 0x81, 0xff, 0x7d]), { 'Content-Type': json('ebcdic') }, 'charset is not'],
    ['half of UTF-16', Buffer.from([0x7b, 0, 0x22]), { 'Content-Type': json('utf-16le') }, 'not a text in its charset'],
    ['a large body of an unknown coding', Buffer.alloc(500_000, 0xee), { 'Content-Encoding': 'zstd' }, 'not supported'],
    ['four codings', gzipSync('{}'), { 'Content-Encoding': 'gzip, gzip, gzip, gzip' }, 'not supported'],
  ])('is stored as raw bytes and answered 200: %s', async (_, body, headers, reason) => {
    await post(body, headers);
    expect(deadLetters()).toEqual([{ reason: expect.stringContaining(reason) as string, bytes: body }]);
  });

  test('is stored packed if it unpacks to more than the limit, and unpacking stops there', async () => {
    const bombs = [gzipSync(Buffer.alloc(400 * 2 ** 20)), brotliCompressSync(Buffer.alloc(64 * 2 ** 20))];
    const before = process.memoryUsage.rss();
    for (const [number, bomb] of bombs.entries())
      await post(bomb, { 'Content-Encoding': number === 0 ? 'gzip' : 'br' });
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 2 ** 20);
    const reason = `It unpacks to more than ${MAX_BYTES} bytes.`;
    expect(deadLetters()).toEqual(bombs.map((bytes) => ({ reason, bytes })));
  });

  test('is read if it unpacks to the limit exactly', async () => {
    const txid = await at.request([A]);
    const text = JSON.stringify(usageOf(txid, A));
    await post(gzipSync(text.padEnd(MAX_BYTES, ' ')), { 'Content-Encoding': 'gzip' });
    expect(await at.find(txid)).toMatchObject({ status: 'COMPLETED' });
    await post(gzipSync(text.padEnd(MAX_BYTES + 1, ' ')), { 'Content-Encoding': 'gzip' });
    expect(deadLetters()).toHaveLength(1);
  });

  test('is read as far as possible, and its bytes are stored, if it is not valid UTF-8', async () => {
    const txid = await at.request([A, B]);
    const body = Buffer.from(JSON.stringify({ txid, imei: A, errorMessage: 'Gerät fehlt' }), 'latin1');
    await post(body);
    expect(await errorOf(txid)).toBe('Ger\uFFFDt fehlt');
    expect(deadLetters()).toEqual([{ reason: 'It is not valid UTF-8.', bytes: body }]);
  });

  test('is stored byte by byte, whatever its bytes and headers are', { timeout: 120_000 }, async () => {
    const header = fc.constantFrom('gzip', 'br', 'deflate', 'zstd', 'identity', 'gzip, br');
    const charset = fc.constantFrom('utf-8', 'utf-16', 'utf-16be', 'iso-8859-1', 'shift_jis', 'x-unknown');
    let posted = 0;
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 50 }), header, charset, async (bytes, coding, name) => {
        const body = Buffer.from(bytes);
        await post(body, { 'Content-Encoding': coding, 'Content-Type': json(name) });
        posted += 1;
        const stored = deadLetters();
        expect(stored).toHaveLength(posted);
        // What was unpacked is stored unpacked.
        const last = stored.at(-1)?.bytes ?? Buffer.alloc(0);
        expect(last.equals(body) || coding !== 'identity').toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

describe('while the secret and the password of the receiver are changed', () => {
  let at: AsyncWorld;
  afterEach(() => at.close());

  test('messages with the previous ones are accepted beside the new ones, and no others', async () => {
    at = await startAsyncWorld({
      config: {
        publicUrl: 'https://reports.example.com',
        callbackSecret: 'the-new-secret',
        callbackSecretPrevious: 'the-old-secret',
        callbackCredentials: { username: 'carrier', password: 'new' },
        callbackPasswordPrevious: 'old',
      },
    });
    const txid = await at.request([A, B]);
    const base = `${new URL(at.world.url).origin}/callbacks/device-reports/`;
    const send = async (secret: string, password: string, imei: string): Promise<number> => {
      const headers = { Authorization: `Basic ${Buffer.from(`carrier:${password}`).toString('base64')}` };
      return (await at.post(usageOf(txid, imei), { url: `${base}${secret}`, headers })).status;
    };
    expect(await send('the-older-secret', 'new', A)).toBe(404);
    expect(await send('the-new-secret', 'older', A)).toBe(401);
    expect(await send('the-old-secret', '', A)).toBe(401);
    expect(await at.find(txid)).toMatchObject({ receivedDevices: 0 });
    expect(await send('the-old-secret', 'old', A)).toBe(200);
    expect(await send('the-new-secret', 'new', B)).toBe(200);
    expect(await at.find(txid)).toMatchObject({ receivedDevices: 2 });
    const listener = {
      name: 'BullseyeReporting',
      url: `https://reports.example.com/callbacks/device-reports/the-old-secret`,
    };
    at.platform.onRequest('/hyper-precise/v1/callbacks?accountNumber=0844021539-00001', (response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify([listener]));
    });
    const { data } = await at.world.query('{ callbackListeners { isThisServer url } }');
    expect(data).toEqual({
      callbackListeners: [{ isThisServer: true, url: 'https://reports.example.com/callbacks/device-reports/***' }],
    });
  });
});
