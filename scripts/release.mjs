// Part of `npm version`, which has set the new version in package.json and commits what this script stages: dates the changes in
// CHANGELOG.md, and names the version wherever the image and the packed file are named.
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../', import.meta.url);
const NAMING_FILES = [
  'compose.yaml',
  'deploy/kubernetes/server.yaml',
  'docs/deployment.md',
  'docs/embedding.md',
  'docs/reliability.md',
];
/** In the image (`device-reports-graphql:1.2.3`), the packed file (`device-reports-graphql-1.2.3.tgz`), and what `/version` returns. */
const NAMED_VERSION = /(?<=device-reports-graphql[:-]|"version":")\d+\.\d+\.\d+(?:-[\w.]+?)?(?=\.tgz|[^\w.-]|$)/gm;
const UNRELEASED = '## Unreleased\n';

const { version } = JSON.parse(await readFile(new URL('package.json', ROOT), 'utf8'));
const today = new Date().toISOString().slice(0, 10);

await edit('CHANGELOG.md', (text) => {
  const [, changes = ''] = text.split(UNRELEASED);
  if (!changes.trimStart().startsWith('-')) throw new Error('CHANGELOG.md has no unreleased changes.');
  return text.replace(UNRELEASED, `${UNRELEASED}\n## ${version} - ${today}\n`);
});
for (const file of NAMING_FILES) await edit(file, (text) => text.replace(NAMED_VERSION, version));
execFileSync('git', ['add', 'CHANGELOG.md', ...NAMING_FILES], { cwd: fileURLToPath(ROOT) });

/**
 * @param {string} file
 * @param {(text: string) => string} change
 */
async function edit(file, change) {
  const url = new URL(file, ROOT);
  await writeFile(url, change(await readFile(url, 'utf8')));
}
