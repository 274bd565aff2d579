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
  ['that are valid', ONE.variables],
  ['that are left out', undefined],
  ['that are null', null],
  ['that are a list', []],
  ['that are a string', '{}'],
  ['with a string for Int', { imei: IMEI, first: '1' }],
  ['with a fraction for Int', { imei: IMEI, first: 1.5 }],
  ['with more than Int holds', { imei: IMEI, first: 2 ** 31 }],
  ['with a Boolean for Int', { imei: IMEI, first: true }],
  ['with null for Int', { imei: IMEI, first: null }],
  ['that are out of bounds for their argument', { imei: IMEI, first: 0 }],
  ['with null for a required one', { imei: null }],
  ['with a number for an IMEI', { imei: 709312034493372 }],
  ['with a list for an IMEI', { imei: [IMEI] }],
  ['that are not declared', { imei: IMEI, other: 1 }],
];

const operationNames: [string, unknown][] = [
  ['the name of another operation', 'Two'],
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
  ['a string for extensions', (query) => asJson({ query, ...ONE, extensions: 'none' })],
  ['an extra field', (query) => asJson({ query, ...ONE, id: 'mine' })],
  ['an extra null field', (query) => asJson({ query, ...ONE, id: null })],
  ['a list of operations', (query) => asJson([{ query, ...ONE }])],
  ['an empty list', () => asJson([])],
  ['an empty object', () => asJson({})],
  ['null', () => asJson(null)],
  ['a number', () => asJson(0)],
  ['a Boolean', () => asJson(false)],
  ['a string', () => asJson('text')],
  ['an empty string', () => asJson('')],
  ['no query', () => asJson(ONE)],
  ['null for a query', () => asJson({ query: null })],
  ['a number for a query', () => asJson({ query: 1 })],
  ['an empty query', () => asJson({ query: '' })],
  ['a query that cannot be parsed', (query) => asJson({ query: `${query} {` })],
  ['a query of unknown fields', (query) => asJson({ query: query.replace('txid', 'nothing'), ...ONE })],
  ['nothing', () => ({ headers: JSON_TYPE, body: '' })],
  ['nothing, chunked', () => ({ headers: JSON_TYPE, body: [] })],
  ['spaces', () => ({ headers: JSON_TYPE, body: '   ' })],
  ['a truncated query', (query) => ({ headers: JSON_TYPE, body: padded(query, 0).slice(0, -5) })],
  ['a query after a byte order mark', (query) => ({ headers: JSON_TYPE, body: `\uFEFF${padded(query, 0)}` })],
  ['invalid UTF-8', () => ({ headers: JSON_TYPE, body: Buffer.from([0x22, 0xff, 0x22]) })],
  ['many chunks', (query) => ({ headers: JSON_TYPE, body: inPieces(padded(query, 300_000)) })],
  ['a prototype for a variable', (query) => ({ ...asJson({}), body: withPrototype(query) })],
  ['the maximum number of bytes', (query) => ({ headers: JSON_TYPE, body: padded(query, MAX_BYTES) })],
  ['one byte too many', (query) => ({ headers: JSON_TYPE, body: padded(query, MAX_BYTES + 1) })],
  ['one byte too many, chunked', (query) => ({ headers: JSON_TYPE, body: inPieces(padded(query, MAX_BYTES + 1)) })],
  [
    'gzip',
    () => ({ headers: { ...JSON_TYPE, 'Content-Encoding': 'gzip' }, body: gzipSync(padded('{ __typename }', 0)) }),
  ],
];

describe('a response is the same in both lanes for', () => {
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
  test.each(operationNames)('an operation name that is %s', async (_, operationName) => {
    await expectSame((query) => asJson({ query, ...ONE, operationName }));
  });
  test.each(bodies)('this body: %s', async (name, make) => {
    const status = await expectSame(make);
    if (name.startsWith('one byte too many')) expect(status).toBe(413);
    if (name === 'the maximum number of bytes') expect(status).toBe(200);
  });
  test('all of these, and none of them is logged as unexpected', () => {
    expect(world.logged.filter((line) => line.includes('unexpected'))).toEqual([]);
  });
});

function withPrototype(query: string): string {
  return `{"query":${JSON.stringify(query)},"operationName":"One","variables":{"imei":"${IMEI}","__proto__":{"first":0}}}`;
}
