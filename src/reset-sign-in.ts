import { openReportStore } from './async-reports/store/open-store.ts';
import { StoreError } from './async-reports/store/store-error.ts';
import { ConfigError, readConfig } from './config/config.ts';
import { systemClock } from './domain/clock.ts';
import { resetSignIn, type ForgottenLogins } from './thingspace/sign-in/reset.ts';

// `npm run reset-sign-in`, with the server's environment: clears the failed logins, so that running servers sign in again without
// a restart.
await run().then(
  (message) => process.stdout.write(`${message}\n`),
  (error: unknown) => {
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = 1;
  },
);

async function run(): Promise<string> {
  const { platform, auth, store: location } = readConfig(process.env);
  const { credentials, baseUrl } = platform;
  if (auth.callersBringTokens)
    throw new ConfigError(
      'Callers send their own ThingSpace tokens (THINGSPACE_CREDENTIALS is caller), so there is no sign-in to reset.',
    );
  if (credentials === null)
    throw new ConfigError(
      'No credentials are set, so there is no sign-in to reset. Run this with the environment of the server.',
    );
  const store = await openReportStore({
    ...location,
    now: systemClock.now,
    wait: systemClock.wait,
    onFailure: () => undefined,
  });
  try {
    return describeResult(await resetSignIn(store.keyValues, baseUrl, credentials));
  } finally {
    await store.close();
  }
}

function describeResult({ rejections, failed }: ForgottenLogins): string {
  if (rejections === 0 && failed === 0) return 'There were no failed logins to clear. Servers may sign in.';
  return (
    `Cleared: ${rejections} rejections of these credentials, and ${failed} logins of this user that may count as failed. ` +
    'Servers may sign in again.'
  );
}

function describeError(error: unknown): string {
  if (error instanceof StoreError) return `${error.message} (${error.code})`;
  if (error instanceof ConfigError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
