import { pino, type DestinationStream, type Logger, type LevelWithSilent } from 'pino';

export type Log = Logger;

const IMEI = /(?<!\d)\d{11}(?=\d{4}(?!\d))/;
const EVERY_IMEI = new RegExp(IMEI, 'g');

/** JSON lines to a stream. Of an IMEI, wherever it stands, a log shows the last four digits. */
export function createLog(level: LevelWithSilent, stream: DestinationStream): Log {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line) => stream.write(IMEI.test(line) ? `${hideImeis(line)}\n` : line) },
  );
}

/** A number that is hidden becomes text, so that the line is JSON still. */
function hideImeis(line: string): string {
  const asText = (_: string, value: unknown): unknown =>
    typeof value === 'number' && IMEI.test(String(value)) ? String(value) : value;
  return JSON.stringify(JSON.parse(line, asText)).replace(EVERY_IMEI, '***********');
}
