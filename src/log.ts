import { pino, type DestinationStream, type Logger, type LevelWithSilent } from 'pino';

export type Log = Logger;

const IMEI = /(?<!\d)\d{11}(?=\d{4}(?!\d))/g;

/** JSON lines to a stream. Of an IMEI, wherever it stands, a log shows the last four digits. */
export function createLog(level: LevelWithSilent, stream: DestinationStream): Log {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line) => stream.write(line.replace(IMEI, '***********')) },
  );
}
