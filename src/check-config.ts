import { checkStart, type Finding } from './app/check-start.ts';
import { ConfigError, readConfig } from './config/config.ts';
import { systemClock } from './domain/clock.ts';
import { createLog } from './log.ts';

// `npm run check-config`, with the server's environment: says whether the server would start, and exits with 1 if not.
await run().then(
  (findings) => {
    for (const { what, isFault, text } of findings)
      process.stdout.write(`${isFault ? 'FAULT' : 'ok   '}  ${what}: ${text}\n`);
    if (findings.some(({ isFault }) => isFault)) process.exitCode = 1;
  },
  (error: unknown) => {
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = 1;
  },
);

async function run(): Promise<readonly Finding[]> {
  const config = readConfig(process.env);
  for (const warning of config.secrets.warnings) process.stderr.write(`${warning}\n`);
  return checkStart(config, systemClock, createLog('silent', process.stderr));
}

function describeError(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
