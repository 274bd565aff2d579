// Code generators and the TypeScript compiler, run in a folder as a user would.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';

const { resolve } = createRequire(import.meta.url);

/** Returns the folder of an installed package, and its package.json. */
export async function readPackage(name) {
  const folder = resolve
    .paths(name)
    .map((each) => path.join(each, name))
    .find((each) => existsSync(path.join(each, 'package.json')));
  if (folder === undefined) throw new Error(`${name} is not installed`);
  return { folder, ...JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) };
}

/** Runs the command of a package in a folder. Rejects with its output if it fails. */
export async function runCommand(name, parameters, cwd) {
  const { folder, bin } = await readPackage(name);
  const file = path.join(folder, typeof bin === 'string' ? bin : Object.values(bin)[0]);
  await promisify(execFile)(process.execPath, [file, ...parameters], { cwd }).catch(({ message, stdout, stderr }) => {
    throw new Error(`${message}\n${stdout}\n${stderr}`);
  });
}

/** Checks the types of files, and compiles them to CommonJS beside them. */
export function compileTypes(folder, files) {
  const options = ['--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'commonjs'];
  return runCommand('typescript', [...options, '--moduleResolution', 'node10', ...files], folder);
}
