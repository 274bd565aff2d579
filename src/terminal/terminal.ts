import { styleText } from 'node:util';
import type { Clock } from '../domain/clock.ts';

/** A stream that a command writes to: standard output or standard error. */
export interface TextStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  /** Width in characters, if it is a terminal. */
  readonly columns?: number;
}

/** The process that a command runs in, passed in. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Buffer | string>;
  /** Results only, so that a pipe gets nothing else. */
  readonly stdout: TextStream;
  /** Progress, prices, warnings and errors. */
  readonly stderr: TextStream;
  readonly clock: Clock;
  /** Aborts on Ctrl+C. */
  readonly signal: AbortSignal;
}

/** No narrower table can be read. */
const MIN_WIDTH = 40;

/** The width that text for a stream has to fit into; null if it is not a terminal. */
export function widthOf({ isTTY, columns }: TextStream): number | null {
  return isTTY === true ? Math.max(columns ?? 80, MIN_WIDTH) : null;
}

/** Makes text bold or coloured, if the stream is a terminal that shows it (NO_COLOR, FORCE_COLOR). */
export function style(format: Parameters<typeof styleText>[0], text: string, stream: TextStream): string {
  return styleText(format, text, { validateStream: true, stream });
}

/** Writes a line about the work, not a result. */
export function note({ stderr }: Pick<Terminal, 'stderr'>, text: string): void {
  stderr.write(`${toPlainText(text)}\n`);
}

/** Replaces control characters, with which text of others could change what a terminal shows. Half a surrogate pair and marks of direction are such, too. */
export function toPlainText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '?');
}
