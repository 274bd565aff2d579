import { readdir, readFile } from 'node:fs/promises';
import { getIntrospectionQuery, parse } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { measureOperations } from '../../src/graphql/limits/document-measure.ts';
import { fc } from '../support/fast-check.ts';
import { sendRaw } from '../support/raw-request.ts';
import { startWorld, type World } from '../support/world/world.ts';

const IMEI = '709312034493372';
const MEDIA_TYPES = ['application/json', 'application/graphql-response+json'];
/** Generous for a busy machine. Without the limits, such a document would take far longer. */
const MAX_MS = 10_000;
const OPERATIONS = new URL('../../schema/operations/', import.meta.url);

const repeat = (count: number, make: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => make(at)).join(' ');
const nest = (levels: number): string =>
  `{ device(imei: "${IMEI}") `.concat(
    '{ sessionsReport { device '.repeat(levels),
    '{ imei }',
    ' } }'.repeat(levels),
    ' }',
  );
/** Each fragment spreads the next one twice, so n lines make 2^n fields. */
const bomb = (lines: number, spread: (next: string) => string): string =>
  `{ device(imei: "${IMEI}") { ...F0 } } ${repeat(lines, (at) => `fragment F${at} on Device { ${spread(`F${at + 1}`)} }`)} fragment F${lines} on Device { imei }`;

describe('the document limits', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());
  beforeEach(() => world.admin.forgetCalls());

  test.each<[string, string, string, RegExp]>([
    ['too many levels', nest(10), 'DEPTH_LIMIT_EXCEEDED', /has 22 levels.* the maximum is 20/],
    [
      'too many levels in fragments',
      `{ device(imei: "${IMEI}") { ...A } } ${repeat(10, (at) => `fragment ${'ABCDEFGHIJK'[at]} on Device { sessionsReport { device { ...${'BCDEFGHIJKL'[at]} } } }`)} fragment K on Device { imei } fragment L on Device { imei }`.replace(
        '...L',
        '...K',
      ),
      'DEPTH_LIMIT_EXCEEDED',
      /22 levels/,
    ],
    [
      'too many levels in a value',
      `{ devices(imei: ${'['.repeat(25)}${']'.repeat(25)}) { imei } }`,
      'DEPTH_LIMIT_EXCEEDED',
      /26 levels/,
    ],
    [
      'more levels than a parser can follow',
      '{ a '.repeat(9_000),
      'DEPTH_LIMIT_EXCEEDED',
      /more than the maximum of 20 levels/,
    ],
    [
      'more levels in a value than a parser can follow',
      `{ devices(imei: ${'['.repeat(19_000)}`,
      'DEPTH_LIMIT_EXCEEDED',
      /more than the maximum of 20 levels/,
    ],
    [
      'too many root fields',
      `{ ${repeat(201, () => '__typename')} }`,
      'ROOT_FIELD_LIMIT_EXCEEDED',
      /201 top-level fields/,
    ],
    [
      'too many aliases',
      `{ device(imei: "${IMEI}") { ${repeat(501, (at) => `a${at}: imei`)} } }`,
      'ALIAS_LIMIT_EXCEEDED',
      /501 aliases/,
    ],
    [
      'too many directives',
      `{ device(imei: "${IMEI}") { imei ${repeat(101, () => '@include(if: true)')} } }`,
      'DIRECTIVE_LIMIT_EXCEEDED',
      /101 directives/,
    ],
    [
      'too many directives on the operation',
      `query ${repeat(101, () => '@a')} { __typename }`,
      'DIRECTIVE_LIMIT_EXCEEDED',
      /101 directives/,
    ],
    [
      'too many directives on variables',
      `query (${repeat(101, (at) => `$v${at}: Int @a`)}) { __typename }`,
      'DIRECTIVE_LIMIT_EXCEEDED',
      /101 directives/,
    ],
    [
      'too many fields',
      `{ device(imei: "${IMEI}") { ${repeat(5_000, () => 'imei')} } }`,
      'FIELD_LIMIT_EXCEEDED',
      /5001 fields/,
    ],
    [
      'too many tokens',
      `{ devices(imei: [${repeat(20_000, () => '1')}]) { imei } }`,
      'TOKEN_LIMIT_EXCEEDED',
      /more than the maximum of 20000 tokens/,
    ],
    [
      'too many comments, which are tokens',
      `{ __typename }${'#\n'.repeat(20_000)}`,
      'TOKEN_LIMIT_EXCEEDED',
      /more than the maximum of 20000 tokens/,
    ],
    [
      'too many bytes, although white space is no token',
      `{ __typename }${'\n'.repeat(256_000)}`,
      'BYTE_LIMIT_EXCEEDED',
      /more than the maximum of 256000 bytes/,
    ],
    [
      'too many root fields in a second operation',
      `query A { __typename } query B { ${repeat(201, () => '__typename')} }`,
      'ROOT_FIELD_LIMIT_EXCEEDED',
      /201/,
    ],
    [
      'fragments that multiply',
      bomb(1_100, (next) => `...${next} ...${next} accountNumber`),
      'FIELD_LIMIT_EXCEEDED',
      /countless fields/,
    ],
    [
      'aliased fields that multiply',
      bomb(60, (next) => `a: sessionsReport { device { ...${next} } } b: sessionsReport { device { ...${next} } }`),
      'DEPTH_LIMIT_EXCEEDED',
      /levels/,
    ],
  ])('reject %s', async (_, query, code, message) => {
    for (const accept of [...MEDIA_TYPES, ...MEDIA_TYPES]) {
      const startedAtMs = performance.now();
      const { status, data, errors } = await world.query(query, {}, { headers: { Accept: accept } });
      expect(performance.now() - startedAtMs).toBeLessThan(MAX_MS);
      expect({ status, data }).toEqual({ status: 400, data: null });
      expect(errors).toHaveLength(1);
      expect(errors[0]?.extensions).toMatchObject({ code });
      expect(errors[0]?.message).toMatch(message);
    }
    expect(await world.admin.calls()).toEqual([]);
    expect(world.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
  });

  test('leave fragments that spread themselves to validation', async () => {
    const query = `{ device(imei: "${IMEI}") { ...A } } fragment A on Device { ...B ...A } fragment B on Device { sessionsReport { device { ...A } } }`;
    const { errors } = await world.query(query);
    expect(errors.map(({ extensions }) => extensions['code'])).toContain('GRAPHQL_VALIDATION_FAILED');
  });

  test('leave text that is not GraphQL to the parser', async () => {
    const { errors } = await world.query('{ device(');
    expect(errors[0]?.extensions['code']).toBe('GRAPHQL_PARSE_FAILED');
  });

  test('allow the sample operations, introspection and a hundred aliased devices', async () => {
    for (const name of await readdir(OPERATIONS)) {
      const { errors } = await world.query(
        await readFile(new URL(name, OPERATIONS), 'utf8'),
        {},
        { headers: { Accept: 'application/json' } },
      );
      for (const { extensions } of errors) expect(String(extensions['code'])).not.toMatch(/LIMIT/);
    }
    const introspection = getIntrospectionQuery({
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
    });
    expect((await world.query(introspection)).errors).toEqual([]);
    const devices = world.devices('meter', 100);
    const aliased = devices.map((imei, at) => `d${at}: device(imei: "${imei}") { imei usage { bytesTransferred } }`);
    expect((await world.query(`{ ${aliased.join(' ')} }`)).errors).toEqual([]);
  });

  test('allow 10,000 devices, in variables and in the document', async () => {
    const imeis = Array.from({ length: 10_000 }, (_, at) => String(350_000_000_000_000 + at));
    const inVariables = await world.query('query ($imei: [IMEI!]!) { devices(imei: $imei) { imei } }', { imei: imeis });
    expect(inVariables.data?.['devices']).toHaveLength(10_000);
    const inDocument = await world.query(`{ devices(imei: ${JSON.stringify(imeis)}) { imei } }`);
    expect(inDocument.data?.['devices']).toHaveLength(10_000);
  });

  test.each([
    '[]',
    '[{"query":"{ __typename }"}]',
    `[${repeat(3, () => '{"query":"{ __typename }"}').replaceAll(' {"q', ',{"q')}]`,
  ])('reject a list of operations: %s', async (body) => {
    for (const [accept, type] of [
      [MEDIA_TYPES[0], 'application/json'],
      [MEDIA_TYPES[1], 'application/json'],
      [MEDIA_TYPES[0], 'application/json; charset=UTF-8'],
    ]) {
      const headers = { 'Content-Type': type ?? '', Accept: accept ?? '' };
      const answer = await sendRaw(new URL(world.url).origin, { headers, body });
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.body)).toEqual({
        errors: [
          {
            message: expect.stringMatching(/Send each in a request/) as string,
            extensions: { code: 'BATCHING_NOT_SUPPORTED' },
          },
        ],
      });
    }
  });

  test('reject, with advice, a document with so many equal fields at one level that comparing them takes long', async () => {
    const usage = (at: number): string => `usage(startDate: "${at}") { imei }`;
    const inFragments = `...f${repeat(250, (at) => ` ...f${at}`)}`;
    const tooMany = [
      `{ device(imei: "${IMEI}") { ${repeat(2_400, () => 'usage { imei }')} } }`,
      `{ device(imei: "${IMEI}") { ${repeat(250, usage)} } }`,
      `{ ${repeat(20, () => `device(imei: "${IMEI}") { ${repeat(20, usage)} }`)} }`,
      `{ device(imei: "${IMEI}") { ${inFragments} } } fragment f on Device { imei } ${repeat(250, (at) => `fragment f${at} on Device { ${usage(at)} }`)}`,
      `{ device(imei: "${IMEI}") { ${repeat(30, () => 'imei: accountNumber')} ${repeat(2_000, () => 'imei')} } }`,
      `{ device(imei: "${IMEI}") { ${repeat(4_900, () => 'imei')} } }`,
    ];
    for (const document of tooMany) {
      const { status, errors } = await world.query(document);
      expect([status, errors.length], document.slice(0, 200)).toEqual([200, 1]);
      expect(errors[0]).toMatchObject({
        message: expect.stringContaining('Select each field once') as string,
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      });
    }
  });

  test('leave enough for a hundred components that each select the same fields', async () => {
    const fragment = (at: number): string =>
      `fragment f${at} on Device { imei accountNumber usage { imei bytesTransferred numberOfSessions } }`;
    const spreads = repeat(100, (at) => `...f${at} `);
    const { data, errors } = await world.query(`{ device(imei: "${IMEI}") { ${spreads} } } ${repeat(100, fragment)}`);
    expect(errors).toEqual([]);
    expect(data).toMatchObject({ device: { imei: IMEI, usage: { imei: IMEI } } });
  });

  test('do not change what is wrong with a long document, which is checked in steps', async () => {
    const faults = '{ unknown device(imei: [{}]) { imei imei: accountNumber } }';
    const short = await world.query(faults);
    const long = await world.query(`${faults}${' '.repeat(20_000)}`);
    const toMessages = ({ errors }: typeof short): string[] => errors.map(({ message }) => message).sort();

    expect(short.errors.length).toBeGreaterThan(1);
    expect(toMessages(long)).toEqual(toMessages(short));
    const tooMany = `{ ${repeat(9, (at) => `unknown${at}`)} }${' '.repeat(20_000)}`;
    expect((await world.query(tooMany)).errors).toHaveLength((await world.query(tooMany.trim())).errors.length);
  });

  test('apply to entities: at most 10,000 at once, and 64,000 bytes of errors', async () => {
    const query = 'query ($all: [_Any!]!) { _entities(representations: $all) { ... on Device { imei } } }';
    for (let round = 0; round < 2; round += 1) {
      const over = await world.query(query, { all: Array(10_001).fill({ __typename: 'Device', imei: IMEI }) });
      expect(over.data).toBeNull();
      expect(over.errors).toMatchObject([
        { extensions: { code: 'BAD_USER_INPUT', argumentPath: ['representations'] } },
      ]);
      const atLimit = await world.query(query, { all: Array(10_000).fill({ __typename: 'Device', imei: IMEI }) });
      expect(atLimit.errors).toEqual([]);
      expect(atLimit.data?.['_entities']).toHaveLength(10_000);
      const bad = await world.query(query, { all: Array(1_200).fill(1) });
      expect(bad.data?.['_entities']).toEqual(Array(1_200).fill(null));
      // All errors together take 64,000 bytes.
      const reported = bad.errors.length - 1;
      expect(JSON.stringify(bad.errors).length).toBeLessThan(65_000);
      expect(reported).toBeGreaterThan(100);
      expect(bad.errors[reported]).toMatchObject({
        message: expect.stringMatching(`There are ${1_200 - reported} more errors`) as string,
        extensions: { code: 'MORE_ERRORS', count: 1_200 - reported },
      });
    }
  });

  test('follow the configuration', async () => {
    const { documentLimits } = readConfig({
      MAX_DEPTH: '2',
      MAX_ALIASES: '0',
      MAX_TOKENS: '30',
    }).limits;
    const strict = await startWorld({ simulatorOf: world, config: { documentLimits } });
    const codeOf = async (query: string): Promise<unknown> => (await strict.query(query)).errors[0]?.extensions['code'];
    expect(await codeOf(`{ device(imei: "${IMEI}") { imei } }`)).toBeUndefined();
    expect(await codeOf(nest(1))).toBe('DEPTH_LIMIT_EXCEEDED');
    expect(await codeOf('{ a: __typename }')).toBe('ALIAS_LIMIT_EXCEEDED');
    expect(await codeOf(`{ ${repeat(31, () => '__typename')} }`)).toBe('TOKEN_LIMIT_EXCEEDED');
    await strict.close();
  });
});

describe('the measure of a document', () => {
  const tree = fc.letrec<{ set: string }>((tie) => ({
    set: fc
      .array(
        fc.oneof(
          { depthSize: 'small', withCrossShrink: true },
          fc.constantFrom('x', 'a: x', 'x @d', '...A', '...B @d', '...C'),
          tie('set').map((set) => `y ${set}`),
          tie('set').map((set) => `... @d ${set}`),
        ),
        { minLength: 1, maxLength: 4 },
      )
      .map((each) => `{ ${each.join(' ')} }`),
  })).set;

  test('equals that of the document with its fragments inlined', () => {
    const flat = tree.map((set) => set.replaceAll(/\.\.\.[ABC]/g, 'x'));
    fc.assert(
      fc.property(tree, flat, flat, flat, (query, a, b, c) => {
        const insideB = b.replace('{', '{ ...A');
        const fragments: Record<string, string> = { A: a, B: insideB, C: c };
        const text = Object.entries(fragments).map(([name, set]) => `fragment ${name} on T ${set}`);
        const writeOut = (set: string): string =>
          set.replaceAll(
            /\.\.\.([ABC])( @d)?/g,
            (_, name: string, directive = '') => `... on T${directive} ${writeOut(fragments[name] ?? '')}`,
          );
        const [measured] = measureOperations(parse(`${query} ${text.join(' ')}`));
        const [written] = measureOperations(parse(writeOut(query)));
        expect(measured).toEqual(written);
      }),
    );
  });
});
