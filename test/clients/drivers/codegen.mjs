import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { collectPages } from '../collect-pages.mjs';
import { compileTypes, runCommand } from '../compile.mjs';
import { createRequestClient } from '../dist/graphql-request.js';
import { runById } from '../dist/run-by-id.js';
import { FOLDER, SCHEMA } from '../documented.mjs';
import { TEXTS } from '../operations.mjs';

/** They are those of the project, which generates its own documents with them. */
export const packages = ['@graphql-codegen/client-preset', 'graphql-request'];

const PROJECT = path.join(FOLDER, 'codegen');

/** What a program would get wrong if a scalar were unknown. */
const TYPED = `
import type { ResultOf } from '@graphql-typed-document-node/core';
export function typed(result: ResultOf<typeof usage>): number | null {
  const bytes = result.aggregatedReport?.usage[0]?.bytesTransferred ?? null;
  // @ts-expect-error SafeInt is neither any nor unknown
  const text: string | null = bytes;
  return text === null ? bytes : null;
}
`;

/** Generates the documents with the documented settings, and returns their texts by their ids. */
export async function prepare() {
  await mkdir(path.join(PROJECT, 'src'), { recursive: true });
  await mkdir(path.join(PROJECT, 'schema'), { recursive: true });
  await writeFile(path.join(PROJECT, 'package.json'), '{ "type": "commonjs" }');
  await writeFile(path.join(PROJECT, 'schema/api.graphql'), await readFile(SCHEMA));
  await writeFile(path.join(PROJECT, 'codegen.ts'), await readFile(path.join(FOLDER, 'codegen.ts')));
  const operations = Object.entries(TEXTS).map(([name, text]) => `export const ${name} = graphql(\`${text}\`);\n`);
  const source = `import { graphql } from './gql';\n${operations.join('')}${TYPED}`;
  await writeFile(path.join(PROJECT, 'src/operations.ts'), source);
  await runCommand('@graphql-codegen/cli', ['--config', 'codegen.ts'], PROJECT);
  await compileTypes(PROJECT, ['src/operations.ts']);
  return JSON.parse(await readFile(path.join(PROJECT, 'src/gql/persisted-documents.json'), 'utf8'));
}

export function createDriver({ url, token }) {
  const documents = createRequire(import.meta.url)(path.join(PROJECT, 'src/operations.js'));
  const client = createRequestClient(url, () => token);
  const query = async (name, variables, signal) => {
    const { data = null, errors = [] } = await client.rawRequest({ query: documents[name], variables, signal });
    return { data, errors };
  };
  return {
    query,
    subscribe: 'has no subscriptions; use graphql-sse beside it',
    trusts: true,
    persisted: (at) => async (name, variables) => {
      const run = (document) => runById(at.url, at.token, document, variables);
      const { data = null, errors = [] } = await run(documents[name]);
      // From version 6, the preset writes ids with their prefix.
      const prefixed = await run({ __meta__: { hash: `sha256:${documents[name].__meta__.hash}` } });
      assert.deepEqual(prefixed.data, data);
      return { data, errors };
    },
    pages: (txid) => collectPages(query, txid),
    cached: 'has no cache',
    start(name, variables) {
      const controller = new AbortController();
      query(name, variables, controller.signal).catch(() => {});
      return () => controller.abort();
    },
  };
}
