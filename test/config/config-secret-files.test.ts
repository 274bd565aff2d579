import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig, type Config } from '../../src/config/config.ts';
import { fc } from '../support/fast-check.ts';

const CREDENTIALS = {
  THINGSPACE_CLIENT_ID: 'id-5f1c',
  THINGSPACE_CLIENT_SECRET: 'secret-8a2e',
  THINGSPACE_USERNAME: 'user-77b0',
  THINGSPACE_PASSWORD: 'password-d4c9',
};
const SECRETS: Readonly<Record<string, string>> = {
  ...CREDENTIALS,
  CALLBACK_SECRET: 'a-long-secret',
  CALLBACK_SECRET_PREVIOUS: 'an-older-secret',
  CALLBACK_USERNAME: 'a-sender',
  CALLBACK_PASSWORD: 'a-password',
  CALLBACK_PASSWORD_PREVIOUS: 'an-older-password',
  CALLBACK_HMAC_SECRET: 'a-key',
  DATABASE_URL: 'postgres://user:hunter2@host/database',
};

/** Reads from these files, and throws as the file system does for any other. */
function readWith(environment: Record<string, string>, files: Readonly<Record<string, string>>): Config {
  return readConfig(environment, (name) => {
    const text = files[name];
    if (text === undefined) throw Object.assign(new Error(`open '${name}'`), { code: 'ENOENT' });
    return text;
  });
}

function complaintsOf(read: () => Config): string[] {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
  return [];
}

describe('a secret in a file', () => {
  test('has the same effect as the variable, whichever secrets are in files', () => {
    fc.assert(
      fc.property(fc.subarray(Object.keys(SECRETS)), fc.constantFrom('', '\n', '\r\n'), (inFiles, lineEnd) => {
        const entries = Object.entries(SECRETS).map(([name, value]) =>
          inFiles.includes(name) ? [`${name}_FILE`, `/run/${name}`] : [name, value],
        );
        const files = Object.fromEntries(inFiles.map((name) => [`/run/${name}`, `${SECRETS[name]}${lineEnd}`]));
        const environment = Object.fromEntries(entries) as Record<string, string>;
        expect(readWith(environment, files)).toEqual(readConfig(SECRETS));
      }),
    );
  });

  test('is read whole, except for one line feed at its end', () => {
    const read = (text: string) =>
      readWith({ ...CREDENTIALS, THINGSPACE_PASSWORD: '', THINGSPACE_PASSWORD_FILE: '/p' }, { '/p': text });
    expect(read(' pass word\n'.trimStart()).platform.credentials?.password).toBe('pass word');
    for (const text of [' pass', 'pass\n\n', 'pass \n', 'pa\nss\n', '\uFEFFpass\n'])
      expect(complaintsOf(() => read(text))).toEqual([expect.stringMatching(/^THINGSPACE_PASSWORD_FILE: It /)]);
  });

  test('is reported once, without its path or content, if it cannot be used', () => {
    const environment = {
      THINGSPACE_CLIENT_ID_FILE: '/run/hunter2',
      THINGSPACE_CLIENT_SECRET_FILE: '/run/empty',
      THINGSPACE_USERNAME: 'hunter2',
      THINGSPACE_USERNAME_FILE: '/run/name',
      THINGSPACE_PASSWORD_FILE: '/run/password',
      DATABASE_URL_FILE: '/run/database',
    };
    const files = { '/run/empty': '\n', '/run/name': 'a', '/run/password': 'b', '/run/database': 'mysql://hunter2@x' };
    const complaints = complaintsOf(() => readWith(environment, files));
    expect(complaints).toEqual([
      expect.stringMatching(/^DATABASE_URL: Set it to a PostgreSQL URL/),
      'THINGSPACE_CLIENT_ID_FILE: The file cannot be read (ENOENT). Set it to the path of a file that this user can read.',
      'THINGSPACE_CLIENT_SECRET_FILE: The file is empty. Write the secret into it.',
      'THINGSPACE_USERNAME_FILE: Set it or THINGSPACE_USERNAME, not both.',
    ]);
    expect(complaints.join()).not.toContain('hunter2');
  });

  test('is not required if it is set to an empty string', () => {
    const unset = Object.fromEntries(Object.keys(SECRETS).map((name) => [`${name}_FILE`, '']));
    expect(readWith(unset, {})).toEqual(readConfig({}));
  });

  test('makes the other credentials required', () => {
    const complaints = complaintsOf(() => readWith({ THINGSPACE_PASSWORD_FILE: '/p' }, { '/p': 'x' }));
    expect(complaints.map((line) => line.split(':')[0])).toEqual([
      'THINGSPACE_CLIENT_ID',
      'THINGSPACE_CLIENT_SECRET',
      'THINGSPACE_USERNAME',
    ]);
  });

  test('is read from disk', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'device-reports-'));
    try {
      const file = path.join(folder, 'secret');
      await writeFile(file, 'from-the-disk\n');
      expect(readConfig({ CALLBACK_SECRET_FILE: file }).callbacks.callbackSecret).toBe('from-the-disk');
      expect(complaintsOf(() => readConfig({ CALLBACK_SECRET_FILE: folder }))).toEqual([
        expect.stringContaining('CALLBACK_SECRET_FILE: The file cannot be read (EISDIR).'),
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
