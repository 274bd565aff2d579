import { describeStoreError } from './app/describe-store-error.ts';
import { eraseDevice, type Erasure } from './app/erase-device.ts';
import { StoreError } from './async-reports/store/store-error.ts';
import { ConfigError, readConfig } from './config/config.ts';
import { systemClock } from './domain/clock.ts';
import { isImei, type Imei } from './domain/imei.ts';
import { createLog } from './log.ts';

// `npm run erase-device -- <imei>`, with the server's environment: removes everything that is stored about a device. Exits with 0 when
// nothing of it is left, 1 after a failure, 2 without an IMEI, and 3 if messages are still on disk. It never prints the IMEI.
const USAGE = 'Usage: erase-device <imei>, with an IMEI of exactly 15 digits and the environment of the server.';
const EXIT = { done: 0, failed: 1, usage: 2, spooling: 3 } as const;

process.exitCode = await run().catch((error: unknown) => {
  process.stderr.write(`${describeError(error)}\n`);
  return EXIT.failed;
});

async function run(): Promise<number> {
  const [imei, ...others] = process.argv.slice(2);
  if (!isImei(imei) || others.length > 0) {
    process.stderr.write(`${USAGE}\n`);
    return EXIT.usage;
  }
  const config = readConfig(process.env);
  const erasure = await eraseDevice(imei, {
    config,
    clock: systemClock,
    log: createLog('warn', process.stderr, 'text'),
  });
  for (const line of describe(imei, erasure)) process.stdout.write(`${line}\n`);
  return erasure.isSpooling ? EXIT.spooling : EXIT.done;
}

function describe(imei: Imei, erasure: Erasure): string[] {
  const { reports, openReports, rows, recordedDays, deadLetters, lists, isSpooling } = erasure;
  const lines = [
    `Device ***********${imei.slice(-4)}: removed ${rows} rows of ${reports} reports, and ${deadLetters} unreadable messages.`,
    ...(recordedDays > 0 ? [`Its usage of ${recordedDays} recorded days was removed, too.`] : []),
  ];
  if (lists > 0) lines.push(`It was in ${lists} lists of devices that were not requested yet.`);
  if (openReports > 0)
    lines.push(
      `${openReports} of these reports are not complete. If ThingSpace still sends messages about the device, they are stored: run this ` +
        'again when the reports are complete.',
    );
  if (isSpooling)
    lines.push(
      'Messages are still on disk, because a server could not record them yet, and some can be about the device. Run this again when ' +
        '/readyz of every server shows its spool as ok.',
    );
  return lines;
}

function describeError(error: unknown): string {
  if (error instanceof StoreError) return `${describeStoreError(error)}\nRun this again: nothing is removed twice.`;
  if (error instanceof ConfigError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
