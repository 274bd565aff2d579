// The code of docs/embedding.md in the installed package, written to files of this folder.
import { readFile, writeFile } from 'node:fs/promises';

const PAGE = new URL('node_modules/device-reports-graphql/docs/embedding.md', import.meta.url);
const CODE = /^```js\n\/\/ (\S+\.mjs)\n(.*?)^```$/gms;

const page = await readFile(PAGE, 'utf8');
const blocks = [...page.matchAll(CODE)];
if (blocks.length !== 2) throw new Error(`docs/embedding.md has ${blocks.length} programs instead of two`);
for (const [, name, code] of blocks) {
  await writeFile(name, code);
  // The same code for the compiler: it has to be valid TypeScript, with types inferred.
  await writeFile(name.replace('.mjs', '.mts'), code);
}
