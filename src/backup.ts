import { backUpSqlite } from './async-reports/store/backup-sqlite.ts';
import { StoreError } from './async-reports/store/store-error.ts';
import { ConfigError, readConfig } from './config/config.ts';

// `npm run backup -- <file>`, with the server's environment: copies the SQLite database while servers use it. Exits with 0 when the copy is
// on disk, 1 after a failure, and 2 without a file.
const USAGE = 'Usage: backup <file>, with the name of a new file and the environment of the server.';
const MEBIBYTE = 2 ** 20;

try {
  process.exitCode = run();
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
}

function run(): number {
  const [file, ...others] = process.argv.slice(2);
  if (file === undefined || others.length > 0) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const { databaseUrl, dataDir } = readConfig(process.env).store;
  if (databaseUrl !== null)
    throw new ConfigError(
      'The database is PostgreSQL (DATABASE_URL). Back it up with pg_dump: see docs/operations.md.',
    );
  const bytes = backUpSqlite(dataDir, file);
  process.stdout.write(`Copied the database to ${file} (${(bytes / MEBIBYTE).toFixed(1)} MiB).\n`);
  return 0;
}

function describeError(error: unknown): string {
  if (error instanceof StoreError)
    return `The database was not copied: ${error.driverMessage() ?? error.message} (${error.driverCode ?? error.code}).`;
  if (error instanceof ConfigError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
