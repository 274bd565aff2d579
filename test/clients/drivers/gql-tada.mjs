import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { compileTypes, runCommand } from '../compile.mjs';
import { FOLDER, SCHEMA } from '../documented.mjs';
import { TEXTS } from '../operations.mjs';
import { createUrqlDriver } from './urql.mjs';

export const packages = ['gql.tada', '@urql/core'];

const PROJECT = path.join(FOLDER, 'gql-tada');

const TYPED = `
import type { ResultOf } from 'gql.tada';
export function typed(result: ResultOf<typeof usage>): number | null {
  const bytes = result.aggregatedReport?.usage[0]?.bytesTransferred ?? null;
  // @ts-expect-error SafeInt is neither any nor unknown
  const text: string | null = bytes;
  return text === null ? bytes : null;
}
`;

export async function prepare() {
  await mkdir(path.join(PROJECT, 'schema'), { recursive: true });
  await writeFile(path.join(PROJECT, 'package.json'), '{ "type": "commonjs" }');
  await writeFile(path.join(PROJECT, 'schema/api.graphql'), await readFile(SCHEMA));
  for (const name of ['tsconfig.json', 'graphql.ts'])
    await writeFile(path.join(PROJECT, name), await readFile(path.join(FOLDER, name)));
  const operations = Object.entries(TEXTS).map(([name, text]) => `export const ${name} = graphql(\`${text}\`);\n`);
  await writeFile(
    path.join(PROJECT, 'operations.ts'),
    `import { graphql } from './graphql';\n${operations.join('')}${TYPED}`,
  );
  await runCommand('gql.tada', ['generate-output'], PROJECT);
  await runCommand('typescript', ['--project', '.'], PROJECT);
  await compileTypes(PROJECT, ['operations.ts']);
  return {};
}

/** Its documents are typed for any client. */
export function createDriver(world) {
  return createUrqlDriver(world, createRequire(import.meta.url)(path.join(PROJECT, 'operations.js')));
}
