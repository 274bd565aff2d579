import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../src/config/config.ts';

const TEXT = '{ __typename }';
const HASH = createHash('sha256').update(TEXT).digest('hex');
const FILE = { TRUSTED_DOCUMENTS: '/run/documents.json' };

const complaintOf = (environment: Record<string, string>, file = JSON.stringify({ [HASH]: TEXT })): string[] => {
  try {
    readConfig(environment, () => file);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n').slice(1);
    throw error;
  }
  return [];
};

describe('the file of trusted documents', () => {
  test('has the texts by their ids, without the prefix', () => {
    const file = JSON.stringify({ [`sha256:${HASH}`]: TEXT, 'sha1-of.a~build_1': '{ a }' });
    const { documents } = readConfig(FILE, () => `\uFEFF${file}`);
    expect([...(documents.documentsById ?? [])]).toEqual([
      [HASH, TEXT],
      ['sha1-of.a~build_1', '{ a }'],
    ]);
    expect(readConfig({}).documents.documentsById).toBeNull();
  });

  test.each([
    ['is not JSON', '{', 'has another format'],
    ['is a list', '[]', 'has another format'],
    ['has no document', '{}', 'contains no document'],
    ['is a manifest without operations', '{"format":"apollo-persisted-query-manifest"}', 'has another format'],
    ['is a manifest of another kind', '{"format":"apollo-persisted-query-manifest","operations":[1]}', 'An id is not'],
    ['has another value', '{"a":{"text":"{ a }"}}', 'a is not a document'],
    ['has an id with a blank', '{"a b":"{ a }"}', 'An id is not'],
    ['has an id of another text', JSON.stringify({ [HASH]: '{ other }' }), `${HASH} is the SHA-256 of another text`],
    ['has an id twice', JSON.stringify({ [HASH]: TEXT, [`sha256:${HASH}`]: TEXT }), `${HASH} is there twice`],
    ['is too large', ' '.repeat(16 * 2 ** 20 + 1), 'more than 16777216 characters'],
    [
      'has too many documents',
      JSON.stringify(Object.fromEntries(Array.from({ length: 10_001 }, (_, at) => [`id-${at}`, TEXT]))),
      'more than 10000 documents',
    ],
  ])('is a fault of the configuration if it %s', (_, file, fault) => {
    expect(complaintOf(FILE, file)).toEqual([expect.stringContaining(`TRUSTED_DOCUMENTS: `)]);
    expect(complaintOf(FILE, file).join()).toContain(fault);
  });

  test('is a fault of the configuration if it cannot be read', () => {
    expect(() => readConfig({ TRUSTED_DOCUMENTS: '/no/such/file.json', PORT: 'http' })).toThrow(
      /PORT: [^]*TRUSTED_DOCUMENTS: The file cannot be read \(ENOENT\)/,
    );
  });

  test.each<[Record<string, string>, string]>([
    [{ TRUSTED_DOCUMENTS_MODE: 'log' }, 'TRUSTED_DOCUMENTS: Set it as well, because TRUSTED_DOCUMENTS_MODE is log.'],
    [{ TRUSTED_DOCUMENTS_MODE: 'only' }, 'TRUSTED_DOCUMENTS: Set it as well, because TRUSTED_DOCUMENTS_MODE is only.'],
    [{ ...FILE, TRUSTED_DOCUMENTS_MODE: 'only', APQ: 'true' }, 'APQ: Unset it: only trusted documents run'],
    [{ ...FILE, TRUSTED_DOCUMENTS_MODE: 'only', GRAPHIQL: 'true' }, 'GRAPHIQL: Unset it: only trusted documents run'],
    [
      { ...FILE, TRUSTED_DOCUMENTS_MODE: 'only', OVERVIEW_PAGE: 'true' },
      'OVERVIEW_PAGE: Unset it: only trusted documents run',
    ],
  ])('is needed, or excludes other settings, with %o', (environment, fault) => {
    expect(complaintOf(environment)).toEqual([expect.stringContaining(fault)]);
  });

  test('turns off GraphiQL and the overview page only if nothing else may run', () => {
    const pagesOf = (mode: string): boolean[] => {
      const text = JSON.stringify({ [HASH]: TEXT });
      const { graphiql, overviewPage } = readConfig({ ...FILE, TRUSTED_DOCUMENTS_MODE: mode }, () => text).graphql;
      return [graphiql, overviewPage];
    };
    expect(['off', 'log', 'only'].map(pagesOf)).toEqual([
      [true, true],
      [true, true],
      [false, false],
    ]);
  });
});
