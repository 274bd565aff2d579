import { toCountOf } from './amounts.ts';
import { EXIT, type ExitCode } from './terminal-error.ts';
import { note, type Terminal } from './terminal.ts';

/** What a result lacks. */
export interface Gaps {
  /** Devices that the platform left out. */
  readonly missing: readonly string[];
  readonly errors: readonly DeviceError[];
}

export interface DeviceError {
  readonly imei?: string | null;
  readonly errorMessage?: string | null;
}

const MAX_SHOWN = 10;

/** Joins the gaps of several buckets: each device once, with its first error. */
export function joinGaps(all: readonly Gaps[]): Gaps {
  const errors = new Map<string, DeviceError>();
  for (const error of all.flatMap((each) => each.errors)) {
    const key = error.imei ?? error.errorMessage ?? '';
    if (!errors.has(key)) errors.set(key, error);
  }
  return { missing: [...new Set(all.flatMap(({ missing }) => missing))], errors: [...errors.values()] };
}

/** Says what is missing, and returns the exit code of a result with these gaps. */
export function reportGaps({ missing, errors }: Gaps, terminal: Terminal): ExitCode {
  const list = (lines: readonly string[]): void => {
    for (const line of lines.slice(0, MAX_SHOWN)) note(terminal, `  ${line}`);
    if (lines.length > MAX_SHOWN) note(terminal, `  and ${lines.length - MAX_SHOWN} more`);
  };
  if (errors.length > 0) {
    note(terminal, `${toCountOf(errors.length, 'error')} of the platform, instead of usage:`);
    list(errors.map(({ imei, errorMessage }) => `${imei ?? 'no device named'}: ${errorMessage ?? 'no message'}`));
  }
  if (missing.length > 0) {
    note(terminal, `${toCountOf(missing.length, 'device')} missing, because the platform left them out:`);
    list(missing);
  }
  if (missing.length + errors.length === 0) return EXIT.done;
  note(terminal, `Apart from that, the result is complete (exit code ${EXIT.incomplete}).`);
  return EXIT.incomplete;
}
