// The code of docs/clients.md as files: the text before each block ends with the name of its file.
import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSchema, isScalarType, isSpecifiedScalarType } from 'graphql';

export const PAGE = fileURLToPath(new URL('../../docs/clients.md', import.meta.url));
export const FOLDER = fileURLToPath(new URL('dist/', import.meta.url));
export const SCHEMA = fileURLToPath(new URL('../../schema/api.graphql', import.meta.url));

/** The TypeScript types of the scalars. */
export const SCALARS = {
  SafeInt: 'number',
  DateTime: 'string',
  ReportDate: 'string',
  IMEI: 'string',
  AccountNumber: 'string',
};

/** The files that map scalars. */
const MAPPINGS = ['codegen.ts', 'graphql.ts', 'relay.config.json', 'build.gradle.kts'];

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
  const used = [...MAPPINGS, drivers].join(' ');
  assert.deepEqual(
    names.filter((name) => !used.includes(name)),
    [],
    'these blocks of docs/clients.md are in no test',
  );
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
