// A file of its own: every command writes its result to the same places.
import type { OptionName, Options } from './options.ts';
import { STDOUT, type Targets } from './sheet.ts';
import { EXIT, TerminalError } from './terminal-error.ts';

/** The options of where a result goes. */
export const TARGET_OPTIONS = ['csv', 'json'] as const satisfies readonly OptionName[];

/** Reads where a result goes. Throws if two go to one place. */
export function readTargets(options: Options): Targets {
  const csv = options.text('csv');
  const json = options.text('json');
  if (csv !== null && csv === json) {
    const place = csv === STDOUT ? 'standard output' : csv;
    throw new TerminalError(EXIT.wrongArguments, `--csv and --json both go to ${place}. Name another file for one.`);
  }
  return { csv, json };
}
