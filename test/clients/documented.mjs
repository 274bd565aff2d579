// The code of docs/clients.md as files: the text before each block ends with the name of its file.
import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  buildSchema,
  extendSchema,
  getNamedType,
  getNullableType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  parse,
} from 'graphql';

export const PAGE = fileURLToPath(new URL('../../docs/clients.md', import.meta.url));
export const FOLDER = fileURLToPath(new URL('dist/', import.meta.url));
export const SCHEMA = fileURLToPath(new URL('../../schema/api.graphql', import.meta.url));

/** The TypeScript types of the scalars. */
export const SCALARS = {
  SafeInt: 'number',
  DateTime: 'string',
  ReportDate: 'string',
  Date: 'string',
  IMEI: 'string',
  AccountNumber: 'string',
};

/** The files that map scalars. */
const MAPPINGS = ['codegen.ts', 'graphql.ts', 'relay.config.json', 'build.gradle.kts'];
/** The file with the cache keys of Apollo Kotlin, and the directive that it defines for them. */
const CACHE_KEYS = 'extra.graphqls';
const TYPE_POLICY = 'directive @typePolicy(keyFields: String! = "") on OBJECT';

/** Fails unless each of these files maps every scalar that tools do not know, and each file is used by a test. */
export async function checkDocumented(names, { drivers }) {
  const schema = buildSchema(await readFile(SCHEMA, 'utf8'));
  const types = Object.values(schema.getTypeMap());
  const scalars = types.filter((type) => isScalarType(type) && !isSpecifiedScalarType(type)).map(({ name }) => name);
  assert.deepEqual(Object.keys(SCALARS).sort(), scalars.sort());
  for (const name of MAPPINGS) {
    const text = await readFile(path.join(FOLDER, name), 'utf8');
    for (const scalar of scalars) assert.match(text, new RegExp(`\\b${scalar}\\b`), `${name} does not map ${scalar}`);
  }
  const kotlin = await readFile(path.join(FOLDER, CACHE_KEYS), 'utf8');
  checkCacheKeys(schema, kotlin);
  const urql = await readFile(path.join(FOLDER, 'urql.js'), 'utf8');
  checkNamed(urql, findEmbedded(schema, kotlin), (type) => `${type}: embedded,`);
  const apollo = await readFile(path.join(FOLDER, 'apollo-client.js'), 'utf8');
  const single = findSingle(schema);
  const merged = findEmbedded(schema, kotlin).filter((type) => single.has(type));
  checkNamed(apollo, merged, (type) => `${type}: { merge: true },`);
  const used = [...MAPPINGS, CACHE_KEYS, drivers].join(' ');
  assert.deepEqual(
    names.filter((name) => !used.includes(name)),
    [],
    'these blocks of docs/clients.md are in no test',
  );
}

/** The object types without an identity. Caches know themselves what connections are. */
function findEmbedded(schema, identified) {
  const roots = new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]);
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !roots.has(type) && !type.name.startsWith('__'))
    .map(({ name }) => name)
    .filter((name) => !/(?:Connection|Edge|^PageInfo)$/.test(name) && !identified.includes(`type ${name} @`));
}

/** The types that some field returns alone, not in a list: a cache can only merge these. */
function findSingle(schema) {
  const fields = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) => Object.values(type.getFields()));
  return new Set(
    fields.filter(({ type }) => !isListType(getNullableType(type))).map(({ type }) => getNamedType(type).name),
  );
}

/** Fails unless the text has the line of each type. */
function checkNamed(text, types, toLine) {
  assert.deepEqual(
    types.filter((type) => !text.includes(toLine(type))),
    [],
    'docs/clients.md has no cache setting for these types',
  );
}

/** Fails unless each key is a field that is never null. */
function checkCacheKeys(schema, text) {
  const document = parse(text);
  extendSchema(schema, parse(`${TYPE_POLICY} ${text}`));
  for (const { name, directives } of document.definitions) {
    const [keyFields] = directives.flatMap((directive) => directive.arguments.map(({ value }) => value.value));
    const fields = schema.getType(name.value).getFields();
    for (const key of keyFields.split(' '))
      assert.ok(isNonNullType(fields[key]?.type), `${name.value}.${key} cannot be a cache key`);
  }
}

/** Writes the blocks into files, and returns their names. Throws if a block has no name. */
export async function writeDocumented() {
  const page = await readFile(PAGE, 'utf8');
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  const names = [];
  const blocks = page.split(/^```/m);
  for (let at = 1; at < blocks.length; at += 2) {
    const [language, ...lines] = blocks[at].split('\n');
    const [, name] = /`([\w./-]+)`:\s*$/.exec(blocks[at - 1]) ?? [];
    if (name === undefined)
      throw new Error(`This block of docs/clients.md (${language}) has no name of a file before it:\n${lines[0]}`);
    const text = lines.join('\n');
    await writeFile(path.join(FOLDER, name), text);
    // Version 3 of Apollo Client is installed under another name. Its folders are no entries for Node.js, only for bundlers.
    if (name === 'apollo-client.js') await writeFile(path.join(FOLDER, 'apollo-client-3.js'), toVersion3(text));
    names.push(name);
  }
  return names;
}

function toVersion3(text) {
  return text.replaceAll(/import (\{[^}]*\}) from '@apollo\/client(\/[\w/-]+)?';/g, (_, names, entry = '') => {
    const file = entry === '' ? '' : `${entry}/${path.basename(entry)}.cjs`;
    // Node.js finds no names in its files.
    const imported = `version3${path.basename(entry).replaceAll('-', '')}`;
    return `import ${imported} from '@apollo/client-3${file}';\nconst ${names} = ${imported};`;
  });
}
