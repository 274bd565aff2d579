import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { test } from 'node:test';

const PACKAGE = 'node_modules/device-reports-graphql';

test('the package brings nothing but libsql, and imports nothing else', async () => {
  const { dependencies, peerDependencies } = JSON.parse(await readFile(`${PACKAGE}/package.json`, 'utf8'));
  assert.deepEqual(Object.keys(dependencies), ['libsql']);
  assert.deepEqual(Object.keys(peerDependencies), ['graphql']);
  const files = (await readdir(`${PACKAGE}/dist`)).filter((name) => name.endsWith('.js'));
  const imported = new Set();
  for (const file of files) {
    // GraphiQL is a text, with imports of its own.
    const text = (await readFile(`${PACKAGE}/dist/${file}`, 'utf8')).slice(0, 3_000_000);
    for (const [, name] of text.matchAll(/^(?:import|export)\b[^"\n]*"([^".][^"\n]*)";$/gm)) imported.add(name);
    for (const [, name] of text.matchAll(/\b__require\("([^".][^"\n]*)"\)/g)) imported.add(name);
  }
  const others = [...imported].filter((name) => !name.startsWith('node:') && !builtinModules.includes(name));
  // What packages try for, and go on without.
  const optional = ['bufferutil', 'kerberos', 'node-libcurl', 'pg-native', 'utf-8-validate'];
  assert.deepEqual(
    others.filter((name) => !/^graphql($|\/)/.test(name) && !optional.includes(name)),
    ['libsql'],
  );
});

test('the folder has one copy of graphql, and no package that only the bundle needs', async () => {
  const files = await readdir('node_modules', { recursive: true });
  const copies = files.filter((name) => /(?:^|[\\/])graphql[\\/]package\.json$/.test(name));
  assert.equal(copies.length, 1);
  assert.deepEqual(
    files.filter((name) => /^graphql-yoga$|^@pothos$|^@graphql-tools$/.test(name)),
    [],
  );
});

test('the package has its license, and those of what is bundled', async () => {
  assert.match(await readFile(`${PACKAGE}/LICENSE`, 'utf8'), /MIT/);
  const licenses = await readFile(`${PACKAGE}/dist/THIRD-PARTY-LICENSES.txt`, 'utf8');
  for (const name of ['graphql-yoga', '@pothos/core', 'node-fetch', 'pg', '@graphql-yoga/render-graphiql']) {
    assert.match(licenses, new RegExp(`^${name} \\d`, 'm'));
  }
  // Only permissive ones.
  assert.doesNotMatch(licenses, /Elastic License|GNU |Mozilla Public/);
});
