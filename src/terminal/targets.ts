// A file of its own: every command writes its result to the same places.
import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import type { OptionName, Options } from './options.ts';
import { STDOUT, toFileError, type Targets } from './sheet.ts';
import { EXIT, TerminalError } from './terminal-error.ts';

/** The options of where a result goes. */
export const TARGET_OPTIONS = ['csv', 'json'] as const satisfies readonly OptionName[];

/** Reads where a result goes. Rejects if two go to one place, or a file cannot be written: nothing is asked for in vain. */
export async function readTargets(options: Options): Promise<Targets> {
  const csv = options.text('csv');
  const json = options.text('json');
  if (csv !== null && csv === json) {
    const place = csv === STDOUT ? 'standard output' : csv;
    throw new TerminalError(EXIT.wrongArguments, `--csv and --json both go to ${place}. Name another file for one.`);
  }
  for (const file of [csv, json]) if (file !== null && file !== STDOUT) await checkFile(file);
  return { csv, json };
}

/** Rejects unless this can be written: a file that is there, or a new one in its folder. */
async function checkFile(file: string): Promise<void> {
  try {
    const isFolder = await stat(file).then(
      (found) => found.isDirectory(),
      () => null,
    );
    if (isFolder === true) throw new Error('this is a folder');
    await access(isFolder === null ? path.dirname(file) : file, constants.W_OK);
  } catch (error) {
    throw toFileError(file, error, EXIT.wrongArguments);
  }
}
