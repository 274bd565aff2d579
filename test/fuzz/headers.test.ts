import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';
import { fc } from '../support/fast-check.ts';
import { createChecks, type Checks } from '../support/fuzz/checks.ts';
import { exchangeBytes } from '../support/fuzz/raw-socket.ts';
import { FUZZ_TIMEOUT_MS, holdsFor } from '../support/fuzz/runs.ts';
import { mutated } from '../support/fuzz/values.ts';
import { answerWith } from '../support/fakes/recording-platform.ts';

const IMEI = '709312034493372';
const BODY = JSON.stringify({
  query: 'query ($i: IMEI!) { device(imei: $i) { imei usage { bytesTransferred } } }',
  variables: { i: IMEI },
});
const QUERY_IN_URL = `/graphql?query=${encodeURIComponent('{ __typename }')}`;

const method = fc.oneof(
  { weight: 4, arbitrary: fc.constant('POST') },
  fc.constantFrom(
    'GET',
    'HEAD',
    'OPTIONS',
    'PUT',
    'DELETE',
    'PATCH',
    'TRACE',
    'PROPFIND',
    'QUERY',
    'post',
    'FOO',
    'GET\tX',
  ),
);
const path = fc.oneof(
  { weight: 4, arbitrary: fc.constant('/graphql') },
  fc.constantFrom(
    QUERY_IN_URL,
    '/graphql?query=',
    '/graphql?query=%7B&variables=%7B',
    '/graphql?query=mutation%7B__typename%7D',
    '/graphql?%E0%A4%A',
    '/graphql/',
    '//graphql',
    '/graphql/../graphql',
    '/GRAPHQL',
    '/',
    '*',
    '/health',
    '/callbacks/',
    '/callbacks/guess',
    '/callbacks/%00',
    '/reports/',
    '/reports/x.csv',
    '/reports/%2e%2e%2fx.csv?expires=1&signature=a',
    '/../../etc/passwd',
    'http://elsewhere.example/graphql',
    '/graphql#x',
    '/%',
    '/__proto__',
    '/constructor',
  ),
  fc.string().map((text) => `/${text}`),
);
const text = fc.string({
  unit: fc.constantFrom(...Array.from('aZ09 \t;=,"\\/*.:-_{}()[]<>@?&%+é\u00ff')),
  maxLength: 30,
});
const bad = fc.constantFrom(
  '\0',
  '\u0001',
  '\u007f',
  ' a b',
  '\r',
  '\n',
  '\r\n x',
  'x'.repeat(9_000),
  'x'.repeat(20_000),
);
const values: Readonly<Record<string, readonly string[]>> = {
  Accept: [
    '*/*',
    'application/json',
    'application/graphql-response+json;q=0',
    'text/event-stream',
    'multipart/mixed',
    'text/html',
    'image/*',
    ';q=2',
    ',,,',
    'application/json;q=1e999',
    '*/*'.repeat(500),
  ],
  'Content-Type': [
    'application/json',
    'application/json; charset=utf-8',
    'application/json; charset=utf-16',
    'application/graphql',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    'application/json; boundary=',
    '/',
  ],
  'Content-Length': ['0', '1', '-1', '99999999999999999999', '1e3', '0x10', '5, 5', '+5', '1000001', ' '],
  'Transfer-Encoding': ['chunked', 'identity', 'gzip', 'chunked, chunked', 'xchunked', 'gzip, chunked'],
  'Content-Encoding': ['gzip', 'br', 'deflate', 'identity', 'zstd', 'gzip, gzip'],
  'Cache-Control': ['no-cache', 'no-store, no-cache', 'max-age=-1', 'only-if-cached', 'no-cache="x'],
  'Idempotency-Key': ['a-key', '', ' ', 'x'.repeat(256), '\u00e9'],
  'X-Forwarded-For': ['1.2.3.4', '::1', '1.2.3.4, 5.6.7.8', 'unknown', '1.2.3.4:80, [::1]:443', ','.repeat(300)],
  'X-Forwarded-Host': ['reports.example.com', 'evil.example\r', '[::1', 'a@b', 'x/y'],
  'X-Forwarded-Proto': ['https', 'javascript', 'https,http'],
  Authorization: [
    'Bearer',
    'Bearer x',
    'Bearer a.b.c',
    'Basic !!!',
    'Negotiate x',
    'bearer  a.b.c',
    'Bearer '.repeat(100),
  ],
  'VZ-M2M-Token': ['a-token', '', 'x'.repeat(5_000)],
  'If-None-Match': ['*', '"x"', 'W/"x", "y"', '"'],
  Host: ['', 'LOCALHOST:1', 'evil.example', 'a b', '[::1]:80', 'x:99999', 'here\u00e9'],
  Cookie: ['a=b; __Host-x=y', '='.repeat(100)],
  Origin: ['null', 'https://evil.example', 'file://'],
  Range: ['bytes=0-1', 'bytes=1-0', 'bytes=-'],
  Expect: ['100-continue', 'nothing'],
  Connection: ['close', 'keep-alive', 'upgrade', 'content-length, host'],
  Upgrade: ['websocket', 'h2c'],
  'Accept-Encoding': ['gzip', 'identity;q=0', '*;q=0'],
  'apollo-require-preflight': ['true'],
  __proto__: ['x'],
  constructor: ['x'],
};
const header = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .constantFrom(...Object.entries(values))
      .chain(([name, known]) =>
        fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, text, bad).map((value) => `${name}: ${value}`),
      ),
  },
  { weight: 1, arbitrary: fc.tuple(fc.string({ maxLength: 10 }), text).map((parts) => parts.join(':')) },
);
const request = fc.record({
  method,
  path,
  headers: fc.array(header, { maxLength: 5 }),
  body: fc.oneof(
    { weight: 3, arbitrary: fc.constant(BODY) },
    mutated(fc.constant(BODY)),
    fc.constantFrom('', '5\r\nhello\r\n0\r\n\r\n', '{}', 'GET /graphql HTTP/1.1\r\nHost: x\r\n\r\n'),
  ),
  sendsLength: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
});

describe('a request', { timeout: FUZZ_TIMEOUT_MS }, () => {
  let at: AsyncWorld;
  let check: Checks;

  beforeAll(async () => {
    at = await startAsyncWorld({ config: { batchWindowMs: 0, retries: 0, breakerFailures: 0, trustedProxies: 1 } });
    at.platform.onRequest(PATHS.aggregate, answerWith(usageOf('x', IMEI, 4_242)));
    check = createChecks(at.world, { secrets: [new URL(at.platform.url).host] });
  });
  afterAll(async () => {
    check.close();
    await at.close();
  });

  test('with any method, path, headers and body gets a well-formed response or is rejected, and harms no other', async () => {
    await holdsFor(request, async (sent) => {
      const answers = await exchangeBytes(new URL(at.world.url).origin, toBytes(sent));
      for (const answer of answers) {
        const isOfNode = BY_NODE.includes(answer.status) && answer.headers['content-type'] === undefined;
        // Neither has a body to check.
        if (answer.body === '' && (sent.method === 'HEAD' || isOfNode))
          check.check({ ...answer, status: 200, headers: {} });
        else check.check(answer);
        const bytes = /"bytesTransferred":(\d+)/.exec(answer.body)?.[1] ?? '4242';
        expect(bytes).toBe('4242');
      }
      await check.checkQuiet();
    });
    await check.checkAlive();
  });
});

/** The statuses with which Node.js itself rejects what is not HTTP, or too large. */
const BY_NODE = [400, 408, 413, 417, 431];

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly string[];
  readonly body: string;
  readonly sendsLength: boolean;
}

function toBytes({ method, path, headers, body, sendsLength }: Sent): Buffer {
  const length = sendsLength ? [`Content-Length: ${Buffer.byteLength(body)}`] : [];
  const type = headers.some((each) => each.startsWith('Content-Type')) ? [] : ['Content-Type: application/json'];
  const host = headers.some((each) => each.startsWith('Host')) ? [] : ['Host: localhost'];
  const head = [`${method} ${path} HTTP/1.1`, ...host, ...type, ...headers, ...length, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)]);
}
