import { gzipSync } from 'node:zlib';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createListParser } from '../../src/async-reports/device-lists/parse-list.ts';
import { fc } from '../support/fast-check.ts';
import { ACCOUNT, codesOf, imeisOf, startAsyncWorld, type AsyncWorld } from '../support/world/async-world.ts';
import { createUpload, requestFleet, type FleetClient } from '../support/world/fleet-world.ts';
import { EVERY_SCOPE, startTokenIssuer, type TokenIssuer } from '../support/world/token-issuer.ts';

const [A = '', B = ''] = imeisOf(2);

const put = async (url: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) => {
  const response = await fetch(url, { method: 'PUT', body, headers });
  return { status: response.status, text: await response.text(), headers: response.headers };
};

/** Resolves when the server reads a list: it accepts no other by that URL then. */
const uploadBegun = (url: string): Promise<void> =>
  vi.waitFor(async () => expect((await put(url, '')).text).toContain('another request'), { timeout: 10_000 });

describe('the upload of a list of devices', () => {
  let at: AsyncWorld;

  beforeEach(async () => {
    at = await startAsyncWorld({ config: { requestTimeoutMs: 3_000 } });
  });
  afterEach(() => at.close());

  test('counts each device once, in text and in CSV, with or without a head', async () => {
    const bodies = [
      `${A}\n${B}\n${A}`,
      `\uFEFFimei\r\n"${B}"\r\n\r\n${A}\r\n${B}\r\n`,
      `"IMEI"\n="${A}"\n  ${B}  \n${A}\n`,
    ];
    for (const body of bodies) {
      const { id, url } = await createUpload(at.world);
      const { status, text } = await put(url, body);
      expect([status, JSON.parse(text)]).toMatchObject([200, { id, devices: 2, duplicates: 1 }]);
    }
  });

  test('names each line that is not valid, and can then be repeated', async () => {
    const { url } = await createUpload(at.world);
    const lines = [A, '123', `${B},Boston`, '35000000000000x', 'x'.repeat(300), '', B];
    const { status, text } = await put(url, lines.join('\n'));
    expect(status).toBe(400);
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => line.replace(/:.*/, '')),
    ).toEqual(['Line 2', 'Line 3', 'Line 4', 'Line 5']);
    const many = await put(url, 'x\n'.repeat(1_000));
    expect(many.text).toContain('Line 20: This has 1 characters.');
    expect(many.text).toContain('980 more lines are not valid.');
    expect(many.text.length).toBeLessThan(5_000);
    expect(await put(url, '\n\n')).toMatchObject({
      status: 400,
      text: expect.stringContaining('no devices') as string,
    });
    expect((await put(url, A)).status).toBe(200);
  });

  test('is good for one list, one report and one account', async () => {
    const { id, url } = await createUpload(at.world);
    expect((await put(url, A)).status).toBe(200);
    expect((await put(url, B)).status).toBe(409);
    await requestFleet(at.world, id);
    expect((await put(url, A)).status).toBe(409);
    await expect(requestFleet(at.world, id)).rejects.toThrow('no such list');
    const other = await createUpload(at.world);
    await expect(requestFleet(at.world, other.id)).rejects.toThrow('not uploaded yet');
    expect((await put(other.url, A)).status).toBe(200);
    await expect(requestFleet(at.world, other.id, { accountNumber: '0000000001-00001' })).rejects.toThrow(
      'no such list',
    );
  });

  test('has a URL that cannot be changed, and that expires', async () => {
    const [one, other] = [await createUpload(at.world), await createUpload(at.world)];
    const forged = [
      one.url.replace(one.id, other.id),
      one.url.replace(/expires=\d+/, 'expires=99999999999'),
      one.url.replace(/signature=..../, 'signature=AAAA'),
      one.url.split('?')[0] ?? '',
    ];
    for (const url of forged) expect([url, (await put(url, A)).status]).toEqual([url, 403]);
    expect((await put(`${new URL(one.url).origin}/device-lists/`, A)).status).toBe(404);
    expect((await fetch(one.url)).headers.get('allow')).toBe('PUT');
    at.world.clock.advance(61 * 60_000);
    expect((await put(one.url, A)).status).toBe(410);
  });

  test('accepts no compressed body, no binary one, and none that is too large', async () => {
    const { url, maxBytes } = await createUpload(at.world);
    const packed = new Uint8Array(gzipSync(A));
    expect((await put(url, packed, { 'Content-Encoding': 'gzip' })).status).toBe(415);
    expect((await put(url, packed)).status).toBe(400);
    expect((await put(url, Buffer.from(A, 'utf16le'))).text).toContain('not text');
    const { host, hostname, port, pathname, search } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write(`PUT ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${maxBytes + 1}\r\n\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toContain('413');
    socket.destroy();
    expect((await put(url, A)).status).toBe(200);
  });

  test('is cut off if it is too slow, and needs no memory for one long line', async () => {
    const { url } = await createUpload(at.world);
    const { host, hostname, port, pathname, search } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write(`PUT ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1000\r\n\r\n${A}`);
    await uploadBegun(url);
    at.world.clock.advance(3_100);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 408 [^]*Connection: close[^]*Send at least 32768 bytes per second/);
    const { status, text } = await put(url, '1'.repeat(8_000_000));
    expect([status, text.length < 200]).toEqual([400, true]);
    expect((await put(url, A)).status).toBe(200);
  }, 30_000);

  test('may take longer than another request, while it is fast enough', async () => {
    const { url } = await createUpload(at.world);
    const { host, hostname, port, pathname, search } = new URL(url);
    const open = (head: string): Socket => {
      const socket = connect(Number(port), hostname);
      const headers = ['Content-Type: application/json', `Content-Length: ${`${A}\n${B}`.length + 65_536}`];
      socket.write([`${head} HTTP/1.1`, `Host: ${host}`, ...headers, '', ''].join('\r\n'));
      return socket;
    };
    const list = open(`PUT ${pathname}${search}`);
    list.write(`${A}\n${B}${'\n'.repeat(65_535)}`);
    await uploadBegun(url);
    const other = open('POST /graphql');
    const [cutOff] = (await once(other, 'data')) as [Buffer];
    expect(cutOff.toString()).toMatch(/^HTTP\/1\.1 408 /);
    at.world.clock.advance(4_900);
    list.write('\n');
    const [answer] = (await once(list, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 [^]*"devices":2/);
    list.destroy();
  }, 30_000);

  test('can be sent twice at once, and is stored once', async () => {
    const { url } = await createUpload(at.world);
    const answers = await Promise.all([put(url, A), put(url, A), put(url, `${A}\n${B}`)]);
    const stored = answers.filter(({ status }) => status === 200);
    expect(stored).toHaveLength(1);
    expect(answers.every(({ status }) => status === 200 || status === 409 || status === 503)).toBe(true);
  });

  test('can wait for ten lists of one caller at once', async () => {
    for (let list = 0; list < 10; list += 1) await createUpload(at.world);
    expect(codesOf(await at.world.query('mutation { createDeviceListUpload { id } }'))).toEqual(['BUDGET_EXCEEDED']);
    at.world.clock.advance(61 * 60_000);
    await createUpload(at.world);
  });
});

describe('the upload of a list of devices, if callers sign in', () => {
  let at: AsyncWorld;
  let issuer: TokenIssuer;

  beforeEach(async () => {
    issuer = await startTokenIssuer();
    at = await startAsyncWorld({ config: { tokens: issuer.config } });
  });
  afterEach(async () => {
    await at.close();
    await issuer.close();
  });

  test('needs the token of the caller who created it, with the scope to request reports', async () => {
    const bearer = async (claims: Record<string, unknown>) => ({
      Authorization: `Bearer ${await issuer.token(at.world.clock.now(), { accounts: [ACCOUNT], ...claims })}`,
    });
    const clientOf = (headers: Record<string, string>): FleetClient => ({
      query: (text, variables) => at.world.query(text, variables, { headers }),
    });
    const anne = await bearer({ sub: 'anne', scope: 'reports:read reports:request' });
    const { url, id } = await createUpload(clientOf(anne));
    expect((await put(url, A)).status).toBe(401);
    expect((await put(url, A, await bearer({ sub: 'bob', scope: 'reports:read reports:request' }))).status).toBe(409);
    expect((await put(url, A, await bearer({ sub: 'anne', scope: 'reports:read' }))).status).toBe(403);
    expect((await put(url, A, anne)).status).toBe(200);
    const bob = { headers: await bearer({ sub: 'bob', scope: 'reports:read reports:request' }) };
    await expect(requestFleet(clientOf(bob.headers), id)).rejects.toThrow('no such list');
    const fleet = await requestFleet(clientOf(anne), id);
    const query = `{ fleetReport(id: "${fleet.id}") { status } }`;
    expect(codesOf(await at.world.query(query, {}, { headers: anne }))).toEqual([]);
    // As any report, it is for everyone with access to the account, and for nobody else.
    expect(codesOf(await at.world.query(query, {}, bob))).toEqual([]);
    const carol = { headers: await bearer({ sub: 'carol', accounts: ['0000000001-00001'], scope: EVERY_SCOPE }) };
    expect(codesOf(await at.world.query(query, {}, carol))).toEqual(['NOT_FOUND']);
    expect(
      codesOf(await at.world.query(`mutation { cancelFleetReport(id: "${fleet.id}") { id } }`, {}, carol)),
    ).toEqual(['NOT_FOUND']);
  });
});

test('a list is read in the same way however it is cut into pieces', () => {
  const line = fc.oneof(
    fc.integer({ min: 0, max: 999 }).map((number) => String(350_000_000_000_000 + number)),
    fc.constantFrom('', 'imei', 'x'.repeat(400), '"350000000000001"', '12'),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60 }), fc.array(fc.nat(9_000), { maxLength: 20 }), (lines, cuts) => {
      const bytes = Buffer.from(lines.join('\n'));
      const whole = createListParser();
      whole.write(bytes);
      const pieces = createListParser();
      let from = 0;
      for (const cut of [...cuts, bytes.length].sort((one, other) => one - other)) {
        pieces.write(bytes.subarray(from, Math.max(from, cut)));
        from = Math.max(from, Math.min(cut, bytes.length));
      }
      const [one, other] = [whole.end(), pieces.end()];
      const toLines = ({ faults }: typeof one): number[] => faults.map(({ line: number }) => number);
      expect([other.count, other.faultCount, toLines(other)]).toEqual([one.count, one.faultCount, toLines(one)]);
      const imeis = [...one.imeis.toChunks(7)].flat();
      expect([...other.imeis.toChunks(9)].flat()).toEqual(imeis);
      expect(imeis).toEqual([...new Set(imeis)].sort());
    }),
  );
});
