// Collects the licenses of the packages in a bundle, which go wherever their code goes.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

const FILE = 'THIRD-PARTY-LICENSES.txt';
/** Licenses that allow others to distribute the code, as long as the text comes along. Any other needs a decision first. */
const ALLOWED = new Set(['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0']);
const LICENSE_FILE = /^(?:licen[cs]e|notice|copying)(?:[.-].*)?$/i;

/** Adds a file with the license of every package that has code in the bundle. */
export const thirdPartyLicenses = {
  name: 'third-party-licenses',
  async generateBundle(_, bundle) {
    const modules = Object.values(bundle).flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
    const folders = new Set(modules.map(toPackageFolder).filter((folder) => folder !== null));
    const packages = await Promise.all([...folders].map(readPackage));
    const sections = [...new Map(packages.map((each) => [each.title, each])).values()].sort((a, b) =>
      a.title < b.title ? -1 : 1,
    );
    this.emitFile({ type: 'asset', fileName: FILE, source: `${HEADER}${sections.map(toSection).join('')}` });
  },
};

const HEADER = `The files in this folder contain code of the packages below, under the license of each.

The text of GraphiQL's page contains further packages, whose notices are in it.
`;

/** @param {string} id */
function toPackageFolder(id) {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/.exec(id.replace(/^\0+/, ''))?.[0] ?? null;
}

/** @param {string} folder */
async function readPackage(folder) {
  const { name, version, license, author, repository } = JSON.parse(
    await readFile(path.join(folder, 'package.json'), 'utf8'),
  );
  if (!ALLOWED.has(license))
    throw new Error(`${name} has the license ${license}, which scripts/licenses.mjs does not allow`);
  const files = (await readdir(folder)).filter((file) => LICENSE_FILE.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
  return {
    title: `${name} ${version}`,
    license,
    author: typeof author === 'object' ? author.name : author,
    source: typeof repository === 'object' ? repository.url : repository,
    texts,
  };
}

/** @param {Awaited<ReturnType<typeof readPackage>>} each */
function toSection({ title, license, author, source, texts }) {
  const text =
    texts.length > 0 ? texts.map((each) => each.trim()).join('\n\n') : toStandardText(license, author, title);
  const origin = source === undefined ? '' : ` from ${source}`;
  return `\n${'-'.repeat(80)}\n${title}, ${license}${origin}\n\n${text}\n`;
}

/** For packages that state their license without its text. */
function toStandardText(license, author, title) {
  if (license !== 'MIT') throw new Error(`${title} has no text of its license ${license}`);
  return `Copyright (c) ${author ?? 'the authors'}\n\n${MIT}`;
}

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the
"Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to
the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY
CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
