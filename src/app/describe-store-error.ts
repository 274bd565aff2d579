import type { StoreError } from '../async-reports/store/store-error.ts';

const POSTGRES_ADDRESS = 'Correct the host and the port in DATABASE_URL, and check that PostgreSQL runs there.';
const POSTGRES_USER = 'Correct the user name and the password in DATABASE_URL.';
const SQLITE_FOLDER = 'Set DATA_DIR to a folder that this user can write to.';

/** What to do, by the driver's code and words. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/^3D000 /, 'Create the database, or correct the name at the end of DATABASE_URL.'],
  [
    /no pg_hba\.conf entry/,
    'Allow the connection in pg_hba.conf of PostgreSQL. If there is “no encryption”, it may want sslmode=verify-full in DATABASE_URL.',
  ],
  [/^28/, POSTGRES_USER],
  [/does not support SSL connections/, 'Turn TLS on in PostgreSQL, or leave sslmode out of DATABASE_URL.'],
  [
    /^(?:ERR_TLS_|ERR_SSL_|EPROTO|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA)/,
    'Set the host in DATABASE_URL to a name in the certificate of PostgreSQL, and sslrootcert to the authority that signed it.',
  ],
  [/^ENOENT .*\bopen /, 'Correct the paths after sslrootcert, sslcert and sslkey in DATABASE_URL.'],
  [/Connection terminated unexpectedly/, POSTGRES_ADDRESS],
  [/^42501 /, 'Allow the user of DATABASE_URL to create tables in its schema.'],
  [/^25006 /, 'Set DATABASE_URL to the primary server: this one is read-only.'],
  [/^53300 /, 'Raise max_connections of PostgreSQL, or close other connections.'],
  [/^(?:08|57P03)/, 'Check that PostgreSQL runs, and accepts connections.'],
  [/^(?:ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE) /, POSTGRES_ADDRESS],
  [/^(?:SQLITE_(?:CANTOPEN|READONLY|PERM)|EACCES|EPERM|EROFS|ENOTDIR|EEXIST)/, SQLITE_FOLDER],
  [/^(?:SQLITE_FULL|53100|ENOSPC) /, 'Free some space on its disk.'],
  [/^SQLITE_(?:NOTADB|CORRUPT)/, 'Restore the database from a backup, or set DATA_DIR to another folder.'],
];

const OTHER =
  'Set DATA_DIR to a folder that this user can write to, or DATABASE_URL to a PostgreSQL server that can be reached.';

/**
 * Describes a failure of the store to whoever starts a program: with the driver's code and words, and what to do. Drivers do not repeat
 * passwords.
 */
export function describeStoreError(error: StoreError): string {
  const { message, code, driverCode } = error;
  if (code === 'TOO_NEW') return `${message} (${code})`;
  const said = [error.driverMessage(), driverCode].filter((text) => text !== null).join(', ');
  const clue = `${driverCode ?? ''} ${error.driverMessage() ?? ''}`;
  const advice = ADVICE.find(([pattern]) => pattern.test(clue))?.[1] ?? OTHER;
  // Whoever starts a program has to correct something first.
  const fault = message.replace(/ Try again\.$/, '');
  return `${fault} (${code}${said === '' ? '' : `: ${said}`}) ${advice}`;
}
