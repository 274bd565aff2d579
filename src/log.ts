import { pino, type DestinationStream, type Logger, type LevelWithSilent } from 'pino';

/** What all parts write to: pino. */
export type Log = Logger;

/** The log of the whole server, with a way to write lines that are too frequent for pino. */
export interface ServerLog extends Log {
  /**
   * Writes a line of level info. `fields` are members of a JSON object without braces, put together by hand. It costs a fraction of what pino
   * does, so the lines of operations take it.
   */
  readonly writeFields: (fields: string, message: string) => void;
}

const IMEI = /(?<!\d)\d{11}(?=\d{4}(?!\d))/;
const EVERY_IMEI = new RegExp(IMEI, 'g');

/** Where lines go. */
export interface LogStream extends DestinationStream {
  /** Writes a line that may wait for others, without a look at it. */
  readonly writeRoutine?: (line: string) => void;
}

/** How lines are written: JSON for machines, or text for people. */
export type LogFormat = 'json' | 'text';

/**
 * Writes one line per message to the stream: a JSON object, or a text. Only the last four digits of an IMEI are logged, wherever it
 * appears.
 */
export function createLog(level: LevelWithSilent, stream: LogStream, format: LogFormat = 'json'): ServerLog {
  const writeSafe = (line: string): void => stream.write(format === 'json' ? line : toText(line));
  const write = (line: string): void => writeSafe(IMEI.test(line) ? `${hideImeis(line)}\n` : line);
  const log = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write });
  const isWritten = log.isLevelEnabled('info');
  const toTime = createToTime();
  const writeRoutine = (line: string): void =>
    format === 'json' && stream.writeRoutine !== undefined ? stream.writeRoutine(line) : writeSafe(line);
  return Object.assign(log, {
    writeFields(fields: string, message: string) {
      if (isWritten) writeRoutine(`{"level":${INFO},"time":"${toTime(Date.now())}",${fields},"msg":"${message}"}\n`);
    },
  });
}

/** The number that pino writes for the level info. */
const INFO = 30;

/** Returns an ISO time. All times of a second have the same beginning. */
function createToTime(): (epochMs: number) => string {
  let lastSecond = NaN;
  let beginning = '';
  return (epochMs) => {
    const second = Math.floor(epochMs / 1_000);
    if (second !== lastSecond) {
      lastSecond = second;
      beginning = new Date(second * 1_000).toISOString().slice(0, -'000Z'.length);
    }
    return `${beginning}${String(epochMs - second * 1_000).padStart(3, '0')}Z`;
  };
}

/** A text as JSON for `writeFields`. Only the last four digits of an IMEI are in it. */
export function toSafeJson(text: string): string {
  return JSON.stringify(toSafeText(text));
}

/** A text with only the last four digits of an IMEI. */
export function toSafeText(text: string): string {
  return hasDigits(text) ? text.replace(EVERY_IMEI, '***********') : text;
}

const IMEI_LENGTH = 15;

/**
 * Whether as many digits as an IMEI has follow each other. Nearly no text has. Each look goes backwards from the end of a possible IMEI, so
 * it reads a few characters of a text, where the pattern would read all.
 */
function hasDigits(text: string): boolean {
  let end = IMEI_LENGTH - 1;
  while (end < text.length) {
    let at = end;
    while (at > end - IMEI_LENGTH && isDigit(text.charCodeAt(at))) at -= 1;
    if (at === end - IMEI_LENGTH) return true;
    end = at + IMEI_LENGTH;
  }
  return false;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** A line of level info or below, as JSON or text. */
const ROUTINE = /^(?:\{"level":[123]0,|\S+ (?:TRACE|DEBUG|INFO) )/;

/** More would be held for no gain. */
const MAX_JOINED_CHARACTERS = 65_536;

/**
 * Joins routine lines until `schedule` calls back, by default in the same turn of the event loop, because each write to the stream is a system
 * call. Writes all others at once. Call `flush` before the process ends.
 */
export function joinLines(
  stream: DestinationStream,
  schedule: (flush: () => void) => void = setImmediate,
): Required<LogStream> & { flush(): void } {
  let waiting = '';
  const flush = (): void => {
    const lines = waiting;
    waiting = '';
    if (lines !== '') stream.write(lines);
  };
  const writeRoutine = (line: string): void => {
    if (waiting === '') schedule(flush);
    waiting += line;
    if (waiting.length > MAX_JOINED_CHARACTERS) flush();
  };
  return {
    write(line) {
      writeRoutine(line);
      if (!ROUTINE.test(line)) flush();
    },
    writeRoutine,
    flush,
  };
}

/** Such as `12:30:05.123 WARN the platform keeps failing host="example.com"`. The stack of an error is on lines of its own. */
function toText(line: string): string {
  const { level, time, msg, err, ...others } = JSON.parse(line) as Record<string, unknown>;
  const name = pino.levels.labels[Number(level)] ?? '';
  const fields = Object.entries(others).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
  const { stack } = (err ?? {}) as { stack?: unknown };
  const trace = typeof stack === 'string' ? `\n${stack}` : '';
  return `${String(time).slice(11, 23)} ${name.toUpperCase().padEnd(5)} ${String(msg)}${fields.join('')}${trace}\n`;
}

/** A number that contains an IMEI becomes a string, so that the line is still valid JSON. */
function hideImeis(line: string): string {
  const asText = (_: string, value: unknown): unknown =>
    typeof value === 'number' && IMEI.test(String(value)) ? String(value) : value;
  return JSON.stringify(JSON.parse(line, asText)).replace(EVERY_IMEI, '***********');
}
