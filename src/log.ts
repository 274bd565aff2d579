import { pino, type DestinationStream, type Logger, type LevelWithSilent } from 'pino';

/** The log of this server: pino. */
export type Log = Logger;

const IMEI = /(?<!\d)\d{11}(?=\d{4}(?!\d))/;
const EVERY_IMEI = new RegExp(IMEI, 'g');

/** How lines are written: JSON for machines, or text for people. */
export type LogFormat = 'json' | 'text';

/**
 * Writes one line per message to the stream: a JSON object, or a text. Only the last four digits of an IMEI are logged, wherever it
 * appears.
 */
export function createLog(level: LevelWithSilent, stream: DestinationStream, format: LogFormat = 'json'): Log {
  const write = (line: string): void => {
    const safe = IMEI.test(line) ? `${hideImeis(line)}\n` : line;
    stream.write(format === 'json' ? safe : toText(safe));
  };
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write });
}

/** A line of level info or below, as JSON or text. */
const ROUTINE = /^(?:\{"level":[123]0,|\S+ (?:TRACE|DEBUG|INFO) )/;

/**
 * Joins the routine lines of one turn of the event loop, because each write to the stream is a system call. Writes all others at once. Call
 * `flush` before the process ends.
 */
export function joinLines(stream: DestinationStream): DestinationStream & { flush(): void } {
  let waiting = '';
  const flush = (): void => {
    const lines = waiting;
    waiting = '';
    if (lines !== '') stream.write(lines);
  };
  return {
    write(line) {
      if (waiting === '') setImmediate(flush);
      waiting += line;
      if (!ROUTINE.test(line)) flush();
    },
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
