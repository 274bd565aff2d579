// Writes the tables of docs/configuration.md and all of .env.example, from the schemas of the settings. A test fails if they are out of date.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

// Node.js 20 runs no TypeScript.
const {
  output: [{ code }],
} = await build({
  cwd: ROOT,
  input: 'scripts/configuration/files.ts',
  platform: 'node',
  write: false,
  output: { codeSplitting: false },
});
const { FILES } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
for (const [name, print] of Object.entries(FILES)) {
  const file = path.join(ROOT, name);
  await writeFile(file, print(await readFile(file, 'utf8')));
}
