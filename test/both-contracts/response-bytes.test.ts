import { executeSync, getIntrospectionQuery, getNamedType, isIntrospectionType, isObjectType, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../schema/index.ts';
import type { OperationContext } from '../../src/context.ts';
import { createLineIndex } from '../../src/graphql/execution/line-index.ts';
import { createFindOperation } from '../../src/graphql/execution/prepared-operation.ts';
import { createRunOperation } from '../../src/graphql/execution/run-operation.ts';
import { createMaskError } from '../../src/graphql/mask-error.ts';
import { answerWith, startRecordingPlatform, type RecordingPlatform } from '../support/fakes/recording-platform.ts';
import { fc } from '../support/fast-check.ts';
import { createQueryArbitrary, variablesArbitrary } from '../support/generated-query.ts';
import { PATHS } from '../support/world/admin.ts';
import { imeisOf, startAsyncWorld, usageOf } from '../support/world/async-world.ts';
import { createFixedContext } from '../support/world/fixed-context.ts';
import { startWorld, type World } from '../support/world/world.ts';

const LIMIT = 60_000;
/** Errors are limited apart, and so are warnings. */
const MAX_ERROR_BYTES = 64_000 + 1_000;

const MAX_TXID_BYTES = 6 * 255 + 100;

const repeat = (count: number, make: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => make(at)).join(' ');

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 700 }),
  fc.constantFrom('"'.repeat(600), '\\"\0\n'.repeat(100), '😀'.repeat(300), '\uD800'.repeat(20), 'ß'.repeat(499), ''),
);
const anyText = fc.option(text, { freq: 8 });
const count = fc.option(fc.oneof(fc.nat(9), fc.nat(2 ** 31 - 1)));
const imeiAt = (at: number): string => String(100_000_000_000_000 + at);

const report = fc
  .record({
    txid: fc.string({ maxLength: 255 }),
    usage: fc.array(fc.record({ numberOfSessions: count, bytesTransferred: count }), { maxLength: 60 }),
    errors: fc.array(
      fc.record({
        errorMessage: anyText,
        errorResponse: fc.option(
          fc.record({
            errorCode: anyText,
            errorMessage: anyText,
            httpStatusCode: anyText,
            detailErrorMessage: anyText,
          }),
        ),
      }),
      { maxLength: 30 },
    ),
  })
  .map(({ txid, usage, errors }) => ({
    txid: txid.replace(/[\p{Cc}\p{Cs}]/gu, ''),
    usage: usage.map((row, at) => ({ imei: imeiAt(at), ...row })),
    errors: errors.map((row, at) => ({ imei: imeiAt(at + 1_000), ...row })),
  }));

const ROWS = [
  'usage { imei numberOfSessions bytesTransferred }',
  'usage { device { imei accountNumber } numberOfSessions }',
  'usage(orderBy: BYTES_DESC, first: 20) { __typename imei ...More }',
  'errors { imei errorMessage }',
  'errors { imei errorResponse { errorCode errorMessage httpStatusCode detailErrorMessage } }',
  'errors { errorMessage errorResponse { errorMessage } }',
  'missing txids',
  'txid',
  'totals { devices silentDevices numberOfSessions bytesTransferred bytesPercentiles }',
  'freshness { asOf settled }',
];
const document = fc
  .array(fc.tuple(fc.constantFrom(...ROWS), fc.integer({ min: 1, max: 12 })), { minLength: 1, maxLength: 4 })
  .map((parts) => {
    const fields = parts.flatMap(([row, times], at) =>
      Array.from({ length: times }, (_, time) => `part${at}_${time}: aggregatedReport(input: $input) { ${row} }`),
    );
    return `query ($input: AggregatedReportInput!) { ${fields.join(' ')} }
      fragment More on DeviceUsage { sessions: numberOfSessions device { imei } }`;
  })
  .map((query) => (query.includes('...More') ? query : query.slice(0, query.indexOf('fragment More'))));

describe('the bytes of a response', () => {
  let platform: RecordingPlatform;
  let small: World;
  let large: World;

  beforeAll(async () => {
    platform = await startRecordingPlatform();
    small = await startWorld({ config: { baseUrl: platform.url, maxGraphqlResponseBytes: LIMIT } });
    large = await startWorld({
      simulatorOf: small,
      config: { baseUrl: platform.url, maxGraphqlResponseBytes: 2 ** 28 },
    });
  });
  afterAll(async () => {
    await large.close();
    await small.close();
    await platform.close();
  });

  const send = async (world: World, query: string, variables: object = {}) => {
    const response = await fetch(world.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const body = await response.text();
    const { data, errors = [] } = JSON.parse(body) as {
      data?: Record<string, Record<string, unknown>>;
      errors?: { message: string; path?: unknown; extensions: Record<string, unknown> }[];
    };
    const codes = [...new Set(errors.map(({ extensions }) => extensions['code']))];
    return { status: response.status, bytes: Buffer.byteLength(body), codes, errors, result: data ?? {} };
  };

  test('are never more than the limit and the errors, whatever is requested and whatever the platform sends', async () => {
    let leftOut = 0;
    await fc.assert(
      fc.asyncProperty(report, document, async (answer, query) => {
        platform.onRequest(PATHS.aggregate, answerWith(answer));
        const variables = { input: { imei: [], allDevices: true } };
        const { bytes, codes } = await send(small, query, variables);
        expect(bytes).toBeLessThanOrEqual(LIMIT + MAX_ERROR_BYTES);
        if (codes.length === 0) {
          expect(bytes).toBeLessThanOrEqual(LIMIT);
          return;
        }
        leftOut += 1;
        expect(codes.filter((code) => code !== 'MORE_ERRORS')).toEqual(['ANSWER_TOO_LARGE']);
        // Nothing is left out that would be less than half of the limit. Outside lists, texts count as the longest that they can be,
        // and each report as at least 2,000 bytes.
        const outsideLists =
          (query.match(/\{ txid \}/g) ?? []).length * MAX_TXID_BYTES +
          (query.match(/: aggregatedReport/g) ?? []).length * 2_000;
        expect((await send(large, query, variables)).bytes).toBeGreaterThan((LIMIT - outsideLists) / 2);
      }),
      { numRuns: 150 },
    );
    expect(leftOut).toBeGreaterThan(5);
  });

  test('count every text outside lists, too: a schema of 30 kB under 500 aliases is refused before it is read', async () => {
    const query = `{ _service { ${repeat(500, (at) => `a${at}: sdl`)} } }`;
    const { status, codes, errors } = await send(small, query);
    expect([status, codes]).toEqual([400, ['ANSWER_TOO_LARGE']]);
    expect(errors[0]?.extensions['limit']).toBe(LIMIT);
    expect(errors[0]?.message).toMatch(
      new RegExp(`without its lists, and the maximum is ${LIMIT}.*fewer rows, fields or aliases`),
    );
    expect((await send(large, '{ _service { sdl } }')).codes).toEqual([]);
  });

  test('count the lists of introspection', async () => {
    const query = `{ ${repeat(100, (at) => `a${at}: __schema { types { name description fields { name description } } }`)} }`;
    for (const lane of ['interpreted', 'compiled', 'compiled again']) {
      const { bytes, codes } = await send(small, query);
      expect([lane, codes]).toEqual([lane, ['ANSWER_TOO_LARGE']]);
      expect(bytes).toBeLessThanOrEqual(LIMIT + MAX_ERROR_BYTES);
    }
    expect((await send(large, query)).codes).toEqual([]);
  });

  test('count every list that is left out, and report the first two hundred', async () => {
    const lists = repeat(100, (at) => `list${at}: fields { name description }`);
    const query = `{ ${repeat(4, (at) => `type${at}: __type(name: "Query") { ${lists} }`)} }`;
    for (const lane of ['interpreted', 'compiled', 'compiled again']) {
      const { result, errors } = await send(small, query);
      const leftOut = Object.values(result)
        .flatMap(Object.values)
        .filter((list) => list === null).length;
      const more = errors.filter(({ extensions }) => extensions['code'] === 'MORE_ERRORS');
      const reported = errors.filter(({ extensions }) => extensions['code'] === 'ANSWER_TOO_LARGE');
      expect([lane, more.length, leftOut > 300]).toEqual([lane, 1, true]);
      expect(reported.length).toBeGreaterThan(100);
      expect(new Set(reported.map(({ path }) => String(path))).size).toBe(reported.length);
      expect(reported.length + Number(more[0]?.extensions['count'])).toBe(leftOut);
    }
  });

  test('that are too many name the limit and what to ask for instead', async () => {
    const usage = Array.from({ length: 2_000 }, (_, at) => ({ imei: imeiAt(at) }));
    platform.onRequest(PATHS.aggregate, answerWith({ txid: 'x', usage }));
    const query = (first: string): string =>
      `{ aggregatedReport(input: { imei: [], allDevices: true }) { usage${first} { imei } } }`;
    const { status, errors } = await send(small, query(''));
    expect(status).toBe(200);
    expect(errors).toMatchObject([{ path: ['aggregatedReport', 'usage'], extensions: { limit: LIMIT } }]);
    expect(errors[0]?.message).toMatch(
      new RegExp(`more than ${LIMIT} bytes.*use first, and after where the list has pages`),
    );
    expect((await send(small, query('(first: 500)'))).errors).toEqual([]);
  });
});

test('the pages of stored reports are counted, too: nodes, edges, cursors and links', async () => {
  const { world, post, request, close } = await startAsyncWorld({ config: { maxGraphqlResponseBytes: LIMIT } });
  for (const imei of imeisOf(15)) await post(usageOf(await request([imei]), imei));
  const fields =
    'txid status accountNumber requestedAt updatedAt completedAt expiresAt expectedDevices receivedDevices failedDevices progress ' +
    'csv: download jsonl: download(format: JSONL) usage { totalCount edges { cursor node { imei device { accountNumber } } } pageInfo { startCursor endCursor } } ' +
    'totals { devices bytesTransferred bytesPercentiles }';
  const page = (name: string): string =>
    `${name}: aggregatedReportRequests { totalCount nodes { ${fields} } edges { cursor node { ${fields} } } pageInfo { endCursor } }`;
  const send = async (pages: number) => {
    const response = await fetch(world.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query: `{ ${repeat(pages, (at) => page(`page${at}`))} }` }),
    });
    const body = await response.text();
    const { errors = [] } = JSON.parse(body) as { errors?: { extensions: { code: string } }[] };
    return { bytes: Buffer.byteLength(body), codes: [...new Set(errors.map(({ extensions }) => extensions.code))] };
  };

  const { bytes: bytesOfOne } = await send(1);
  for (const pages of [1, 2, 5, 10]) {
    const { bytes, codes } = await send(pages);
    expect(bytes).toBeLessThanOrEqual(LIMIT + MAX_ERROR_BYTES);
    expect([pages, codes]).toEqual([pages, pages * bytesOfOne > LIMIT ? ['ANSWER_TOO_LARGE'] : codes]);
  }
  await close();
});

test('no operation writes more than was counted for it', async () => {
  const runOperation = createRunOperation({
    maskError: createMaskError({ logUnexpected: () => 'one', suggestions: true }),
    reportCost: false,
    startTracing: null,
  });
  await fc.assert(
    fc.asyncProperty(createQueryArbitrary(schema), variablesArbitrary, async (query, variables) => {
      const find = createFindOperation(schema, parse(query), createLineIndex(query).toOffset, {
        add: () => undefined,
        compilesAtOnce: false,
        hasRoomFor: () => true,
      });
      const operation = find(undefined);
      if (operation === null) throw new Error('there is no operation');
      for (const lane of ['interpreted', 'compiled']) {
        const context = createFixedContext() as OperationContext;
        const { data } = await runOperation(operation, variables, context);
        const written = Buffer.byteLength(JSON.stringify({ data: data ?? null }));
        expect([lane, written]).toEqual([lane, Math.min(written, context.responseSize.bytes || written)]);
      }
    }),
    { numRuns: 200 },
  );
});

test.each([undefined, null, {}, 'a context'])(
  'a schema can be introspected with the context %j, which is not ours',
  (contextValue) => {
    const { data, errors } = executeSync({ schema, document: parse(getIntrospectionQuery()), contextValue });
    expect(errors).toBeUndefined();
    expect(data?.['__schema']).toBeDefined();
  },
);

test('every text of the schema declares how long it is, and the descriptions are as short as they are counted', () => {
  const undeclared: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    expect(type.description?.length ?? 0).toBeLessThan(1_300);
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const isText = ['ID', 'String'].includes(getNamedType(field.type).name);
      if (isText && field.extensions['size'] === undefined) undeclared.push(`${type.name}.${field.name}`);
      for (const { description } of [field, ...field.args]) expect(description?.length ?? 0).toBeLessThan(1_300);
    }
  }
  expect(undeclared).toEqual([]);
});
