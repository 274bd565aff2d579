import { openReportStore } from './async-reports/store/open-store.ts';
import { StoreError } from './async-reports/store/store-error.ts';
import { ConfigError, readConfig } from './config/config.ts';
import { systemClock } from './domain/clock.ts';
import { resetSignIn, type ForgottenLogins } from './thingspace/sign-in/reset.ts';

// Lets a server that has shut its sign-in try again, without a restart: `npm run rearm-sign-in` with the server's own variables.
await run().then(
  (message) => process.stdout.write(`${message}\n`),
  (error: unknown) => {
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = 1;
  },
);

async function run(): Promise<string> {
  const { credentials, callersBringTokens, baseUrl, ...config } = readConfig(process.env);
  if (callersBringTokens) throw new ConfigError('Callers bring their own tokens: this server does not sign in.');
  if (credentials === null) throw new ConfigError('No credentials are set: there is no sign-in to re-arm.');
  const store = await openReportStore({
    databaseUrl: config.databaseUrl,
    dataDir: config.dataDir,
    now: systemClock.now,
    wait: systemClock.wait,
    quietMs: config.callbackQuietMs,
    deadlineMs: config.callbackDeadlineMs,
    retentionMs: config.retentionMs,
    onFailure: () => undefined,
  });
  try {
    return describeResult(await resetSignIn(store.keyValues, baseUrl, credentials));
  } finally {
    await store.close();
  }
}

function describeResult({ refusals, failed }: ForgottenLogins): string {
  if (refusals === 0 && failed === 0) return 'Nothing was noted against this user; sign-in may be tried.';
  return (
    `Forgotten: ${refusals} refusals of these credentials, and ${failed} logins of the user that may count as failed. ` +
    'Sign-in may be tried again.'
  );
}

function describeError(error: unknown): string {
  if (error instanceof StoreError) return `${error.message} (${error.code})`;
  if (error instanceof ConfigError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
