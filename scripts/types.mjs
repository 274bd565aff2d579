// Type declarations of what the package exports.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));
const ROOT = path.dirname(SRC);
const OPTIONS = { target: 'es2023', module: ts.ModuleKind.NodeNext, strict: true, isolatedDeclarations: true };
/** A package in a type must be there for whoever compiles with it. */
const KNOWN = /^(?:node:.+|graphql)$/;

/**
 * Writes the declarations of some files in src, and of the files whose types they name, and of no others. Throws if a type has to be
 * inferred, or comes from a package that is in the bundle.
 * @param {string[]} entries @param {string} dir
 */
export async function writeTypes(entries, dir) {
  const files = new Set(entries.map((entry) => path.join(ROOT, entry)));
  for (const file of files) {
    const { outputText, diagnostics = [] } = ts.transpileDeclaration(await readFile(file, 'utf8'), {
      fileName: file,
      reportDiagnostics: true,
      compilerOptions: OPTIONS,
    });
    const name = path.relative(SRC, file);
    if (diagnostics.length > 0) throw new Error(`${name}: ${ts.formatDiagnostics(diagnostics, HOST)}`);
    for (const { fileName } of ts.preProcessFile(outputText).importedFiles) {
      if (fileName.startsWith('.')) files.add(path.resolve(path.dirname(file), fileName));
      else if (!KNOWN.test(fileName)) throw new Error(`${name}: the declared types need ${fileName}`);
    }
    const target = path.join(dir, name.replace(/\.ts$/, '.d.ts'));
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, outputText.replace(/(from ['"]\.[^'"]*)\.ts(?=['"])/g, '$1.js'));
  }
}

const HOST = {
  getCanonicalFileName: (/** @type {string} */ name) => name,
  getCurrentDirectory: () => ROOT,
  getNewLine: () => '\n',
};
