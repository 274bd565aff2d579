import { pino, type DestinationStream, type Logger, type LevelWithSilent } from 'pino';

/** The log of this server: pino. */
export type Log = Logger;

const IMEI = /(?<!\d)\d{11}(?=\d{4}(?!\d))/;
const EVERY_IMEI = new RegExp(IMEI, 'g');

/** Writes one JSON object per line to the stream. Only the last four digits of an IMEI are logged, wherever it appears. */
export function createLog(level: LevelWithSilent, stream: DestinationStream): Log {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line) => stream.write(IMEI.test(line) ? `${hideImeis(line)}\n` : line) },
  );
}

/** A number that contains an IMEI becomes a string, so that the line is still valid JSON. */
function hideImeis(line: string): string {
  const asText = (_: string, value: unknown): unknown =>
    typeof value === 'number' && IMEI.test(String(value)) ? String(value) : value;
  return JSON.stringify(JSON.parse(line, asText)).replace(EVERY_IMEI, '***********');
}
