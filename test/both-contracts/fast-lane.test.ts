import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fc } from '../support/fast-check.ts';
import { sendRaw, type RawRequest } from '../support/raw-request.ts';
import { startWorld, type World } from '../support/world/world.ts';

const IMEI = '709312034493372';
const QUERY = `
  query One($imei: IMEI!, $first: Int) {
    device(imei: $imei) { imei usage(startDate: "2026-11-01", endDate: "2026-11-10") { bytesTransferred } }
    aggregatedReport(input: { imei: [$imei], startDate: "2026-11-01", endDate: "2026-11-10" }) {
      txid
      usage(first: $first) { imei }
    }
  }
  query Two { __typename }
  mutation Three { __typename }
  subscription Four { aggregatedReportProgress(txid: "none") { txid } }`;
const MAX_BYTES = 1_000_000;

const queries = fc.oneof(
  { weight: 6, arbitrary: fc.constant(QUERY) },
  fc.constantFrom(`${QUERY} {`, QUERY.replace('txid', 'nothing'), '', ' ', null, 1, undefined),
);
const operationNames = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('One', 'Two', 'Three', 'Four') },
  fc.constantFrom('Five', 'One\n', '', null, 1, {}, undefined),
);
const variables = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ imei: IMEI }) },
  {
    weight: 4,
    arbitrary: fc.record({
      imei: fc.constantFrom(IMEI, 'no IMEI', null, 709312034493372, [IMEI]),
      first: fc.constantFrom(1, 0, '1', 1.5, 2 ** 31, true, null),
    }),
  },
  fc.constantFrom(undefined, null, [], '{}', { imei: IMEI, other: 1 }),
);
const extensions = fc.oneof(
  { weight: 8, arbitrary: fc.constant(undefined) },
  fc.constantFrom(null, {}, { persistedQuery: { version: 1 } }, 'none'),
);
const params = fc.record({ query: queries, operationName: operationNames, variables, extensions });

/** The body as it is sent, in one piece or in several. */
type Body = NonNullable<RawRequest['body']>;
const bodies: fc.Arbitrary<Body> = fc.oneof(
  { weight: 12, arbitrary: params.map((sent) => JSON.stringify(sent)) },
  params.map((sent) => JSON.stringify({ ...sent, id: 'mine' })),
  params.map((sent) => JSON.stringify([sent])),
  params.map((sent) => JSON.stringify(sent).slice(0, -5)),
  params.map((sent) => `\uFEFF${JSON.stringify(sent)}`),
  params.map((sent) => JSON.stringify(sent).match(/[^]{1,100}/g) ?? []),
  params.map((sent) => JSON.stringify(sent).padEnd(MAX_BYTES)),
  params.map((sent) => JSON.stringify(sent).padEnd(MAX_BYTES + 1)),
  params.map(
    () => `{"query":${JSON.stringify(QUERY)},"operationName":"One","variables":{"imei":"${IMEI}","__proto__":{}}}`,
  ),
  fc.constantFrom<Body[]>('[]', '{}', 'null', '0', '"text"', '""', '', [], '   ', Buffer.from([0x22, 0xff, 0x22])),
);

const contentTypes = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('application/json', 'application/json; charset=utf-8') },
  fc.constantFrom(
    ...['application/json;charset=utf-8', 'application/json; charset=utf-16', 'application/json ; charset=utf-8'],
    ...['APPLICATION/JSON', 'application/graphql+json', 'application/graphql', 'application/jsonp', 'text/plain', ''],
  ),
);
const accepted = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.constantFrom('*/*', 'application/json', 'application/graphql-response+json', undefined),
  },
  fc.constantFrom(
    ...['application/*', 'application/json;q=0.5', 'application/json, text/plain, */*', ', application/json', ''],
    ...['application/graphql-response+json,application/json;q=0.9', 'application/graphql-response+jsonx'],
    ...['multipart/mixed;deferSpec=20220824, application/graphql-response+json, application/json'],
    ...['multipart/mixed;deferSpec=20220824,application/json', 'multipart/mixed;deferSpec=20220824, */*'],
    ...['text/event-stream', 'text/event-stream, application/json', 'multipart/mixed', 'text/html', 'image/png'],
  ),
);
const inUrl = `/graphql?${new URLSearchParams({ query: QUERY, operationName: 'Two' }).toString()}`;
const targets = fc.oneof(
  { weight: 20, arbitrary: fc.constant({ method: 'POST', path: '/graphql' }) },
  fc.constantFrom(
    ...[{ path: '/graphql/' }, { path: '/graphql?a=b' }, { path: '/graphql/below' }, { method: 'PATCH' }],
    ...[{ method: 'GET', path: inUrl }, { method: 'HEAD', path: inUrl }, { method: 'OPTIONS' }, { method: 'DELETE' }],
  ),
);
const moreHeaders = fc.oneof(
  { weight: 8, arbitrary: fc.constant({}) },
  fc.constantFrom<Record<string, string>[]>(
    ...[{ 'Cache-Control': 'no-cache' }, { 'Apollo-Require-Preflight': 'true' }],
    ...[{ 'Content-Encoding': 'gzip' }, { 'Apollo-Federation-Include-Trace': 'ftv1' }],
  ),
);

const requests: fc.Arbitrary<RawRequest> = fc
  .record({ body: bodies, type: contentTypes, accept: accepted, target: targets, more: moreHeaders })
  .map(({ body, type, accept, target, more }) => ({
    ...target,
    headers: {
      ...(type === '' ? {} : { 'Content-Type': type }),
      ...(accept === undefined ? {} : { Accept: accept }),
      ...more,
    },
    ...(target.method !== undefined && target.method !== 'POST' && target.method !== 'PATCH' ? {} : { body }),
  }));

/** What is different in every response: ids, durations, the tokens of event streams, and the time of day. */
const OWN = [/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, /"milliseconds":\d+/g, /^[\w-]{43}$/];

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

async function send(request: RawRequest) {
  const { status, headers, body } = await sendRaw(new URL(world.url).origin, request);
  const text = OWN.reduce((left, own) => left.replace(own, ''), body);
  return { status, headers: { ...headers, date: null, 'x-request-id': null, 'content-length': null }, text };
}

test(
  'whatever the request, its first and its second and third response are the same',
  { timeout: 120_000 },
  async () => {
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(requests, fc.integer(), async (generated, salt) => {
        // A comment makes the document new.
        const mark = (text: string): string => text.replaceAll('query One', `#${salt}\\nquery One`);
        const { body } = generated;
        const request = typeof body === 'string' ? { ...generated, body: mark(body) } : generated;
        const first = await send(request);
        statuses.set(first.status, (statuses.get(first.status) ?? 0) + 1);
        expect(await send(request)).toEqual(first);
        expect(await send(request)).toEqual(first);
      }),
      { numRuns: 400 },
    );
    // Otherwise little was compared.
    expect(statuses.get(200)).toBeGreaterThan(100);
    expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 413, 415]));
    expect(world.logged.filter((line) => line.includes('unexpected'))).toEqual([]);
  },
);

test('a document that is prepared is compiled on its second run, and answers as before', async () => {
  const body = JSON.stringify({ query: QUERY, operationName: 'One', variables: { imei: IMEI } });
  const request = { headers: { 'Content-Type': 'application/json' }, body };
  const responses = [await send(request), await send(request), await send(request)];
  expect(responses.map(({ text }) => text)).toEqual(responses.map(() => responses[0]?.text));
  expect(responses[0]?.text).toContain('"bytesTransferred":');
});

test('a compressed body is rejected, not misread', async () => {
  const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' };
  const { status, text } = await send({ headers, body: gzipSync('{"query":"{ __typename }"}') });
  expect([status, text]).toEqual([415, expect.stringContaining('UNSUPPORTED_MEDIA_TYPE')]);
});
