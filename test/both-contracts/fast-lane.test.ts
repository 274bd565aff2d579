import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLanes, type Lanes } from '../support/world/lanes.ts';
import type { RawRequest } from '../support/raw-request.ts';
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
  query Two { __typename }`;
const ONE = { operationName: 'One', variables: { imei: IMEI } };
const JSON_TYPE = { 'Content-Type': 'application/json' };
const MAX_BYTES = 1_000_000;

const asJson = (body: unknown): RawRequest => ({ headers: JSON_TYPE, body: JSON.stringify(body) });
const padded = (query: string, bytes: number): string => JSON.stringify({ query, ...ONE }).padEnd(bytes);
const inPieces = (text: string): string[] => text.match(/[^]{1,50000}/g) ?? [];

const variables: [string, unknown][] = [
  ['as they should be', ONE.variables],
  ['left out', undefined],
  ['null', null],
  ['a list', []],
  ['a text', '{}'],
  ['with text for Int', { imei: IMEI, first: '1' }],
  ['with a fraction for Int', { imei: IMEI, first: 1.5 }],
  ['with more than Int holds', { imei: IMEI, first: 2 ** 31 }],
  ['with a Boolean for Int', { imei: IMEI, first: true }],
  ['with null for Int', { imei: IMEI, first: null }],
  ['out of the bounds of their argument', { imei: IMEI, first: 0 }],
  ['null where they may not be', { imei: null }],
  ['a number for an IMEI', { imei: 709312034493372 }],
  ['a list for an IMEI', { imei: [IMEI] }],
  ['of no declaration', { imei: IMEI, other: 1 }],
];

const operationNames: [string, unknown][] = [
  ['of another operation', 'Two'],
  ['unknown', 'Three'],
  ['left out', undefined],
  ['empty', ''],
  ['null', null],
  ['a number', 1],
  ['an object', {}],
  ['with a line feed', 'One\n'],
];

const bodies: [string, (query: string) => RawRequest][] = [
  ['no extensions', (query) => asJson({ query, ...ONE, extensions: null })],
  ['empty extensions', (query) => asJson({ query, ...ONE, extensions: {} })],
  ['extensions', (query) => asJson({ query, ...ONE, extensions: { persistedQuery: { version: 1 } } })],
  ['text for extensions', (query) => asJson({ query, ...ONE, extensions: 'none' })],
  ['a field more', (query) => asJson({ query, ...ONE, id: 'mine' })],
  ['a null field more', (query) => asJson({ query, ...ONE, id: null })],
  ['a list of operations', (query) => asJson([{ query, ...ONE }])],
  ['an empty list', () => asJson([])],
  ['an empty object', () => asJson({})],
  ['null', () => asJson(null)],
  ['a number', () => asJson(0)],
  ['a Boolean', () => asJson(false)],
  ['a text', () => asJson('text')],
  ['an empty text', () => asJson('')],
  ['no query', () => asJson(ONE)],
  ['null for a query', () => asJson({ query: null })],
  ['a number for a query', () => asJson({ query: 1 })],
  ['an empty query', () => asJson({ query: '' })],
  ['a query that cannot be parsed', (query) => asJson({ query: `${query} {` })],
  ['a query of unknown fields', (query) => asJson({ query: query.replace('txid', 'nothing'), ...ONE })],
  ['nothing', () => ({ headers: JSON_TYPE, body: '' })],
  ['nothing, chunked', () => ({ headers: JSON_TYPE, body: [] })],
  ['spaces', () => ({ headers: JSON_TYPE, body: '   ' })],
  ['half of it', (query) => ({ headers: JSON_TYPE, body: padded(query, 0).slice(0, -5) })],
  ['a byte order mark before it', (query) => ({ headers: JSON_TYPE, body: `\uFEFF${padded(query, 0)}` })],
  ['no UTF-8', () => ({ headers: JSON_TYPE, body: Buffer.from([0x22, 0xff, 0x22]) })],
  ['many chunks', (query) => ({ headers: JSON_TYPE, body: inPieces(padded(query, 300_000)) })],
  ['a prototype for a variable', (query) => ({ ...asJson({}), body: withPrototype(query) })],
  ['as many bytes as may be', (query) => ({ headers: JSON_TYPE, body: padded(query, MAX_BYTES) })],
  ['one byte too many', (query) => ({ headers: JSON_TYPE, body: padded(query, MAX_BYTES + 1) })],
  ['one byte too many, chunked', (query) => ({ headers: JSON_TYPE, body: inPieces(padded(query, MAX_BYTES + 1)) })],
  [
    'packed',
    () => ({ headers: { ...JSON_TYPE, 'Content-Encoding': 'gzip' }, body: gzipSync(padded('{ __typename }', 0)) }),
  ],
];

describe('an answer is the same in both lanes, for', () => {
  let world: World;
  let lanes: Lanes;
  beforeAll(async () => {
    world = await startWorld();
    lanes = createLanes(world, QUERY, [ONE, { operationName: 'Two' }]);
  });
  afterAll(() => world.close());

  const expectSame = async (make: (query: string) => RawRequest): Promise<number> => {
    const { first, again, warmed } = await lanes.answers(make);
    expect(again).toEqual(first);
    expect(warmed).toEqual(first);
    return first.status;
  };

  test.each(variables)('variables %s', async (_, each) => {
    await expectSame((query) => asJson({ query, ...ONE, variables: each }));
  });
  test.each(operationNames)('an operation’s name that is %s', async (_, operationName) => {
    await expectSame((query) => asJson({ query, ...ONE, operationName }));
  });
  test.each(bodies)('a body of %s', async (name, make) => {
    const status = await expectSame(make);
    if (name.startsWith('one byte too many')) expect(status).toBe(413);
    if (name === 'as many bytes as may be') expect(status).toBe(200);
  });
  test('and it is logged as nobody’s fault', () => {
    expect(world.logged.filter((line) => line.includes('unexpected'))).toEqual([]);
  });
});

function withPrototype(query: string): string {
  return `{"query":${JSON.stringify(query)},"operationName":"One","variables":{"imei":"${IMEI}","__proto__":{"first":0}}}`;
}
