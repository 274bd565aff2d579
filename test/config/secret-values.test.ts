import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { fc } from '../support/fast-check.ts';
import { startWorld } from '../support/world/world.ts';

const SECRETS: Readonly<Record<string, string>> = {
  THINGSPACE_CLIENT_ID: 'id-5f1c',
  THINGSPACE_CLIENT_SECRET: 'secret-8a2e',
  THINGSPACE_USERNAME: 'user-77b0',
  THINGSPACE_PASSWORD: 'password-d4c9',
  CALLBACK_SECRET: 'a-long-secret',
  CALLBACK_SECRET_PREVIOUS: 'an-older-secret',
  CALLBACK_USERNAME: 'a-sender',
  CALLBACK_PASSWORD: 'a-password',
  CALLBACK_PASSWORD_PREVIOUS: 'an-older-password',
  CALLBACK_HMAC_SECRET: 'a-key',
  DATABASE_URL: 'postgres://user:hunter2@host/database',
};

function complaintsOf(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    return String(error).split('\n').slice(1);
  }
}

describe('a secret', () => {
  test('with a control character, or with a blank or an invisible character at its ends, is refused once, by the name of its variable', () => {
    const name = fc.constantFrom(...Object.keys(SECRETS));
    const extra = fc.constantFrom(
      '\n',
      '\r\n',
      '\t',
      ' ',
      '\u00a0',
      '\u0000',
      '\u007f',
      '\u0085',
      '\ufeff',
      '\u3000',
      '\u200b',
      '\u2060',
    );
    const place = fc.constantFrom('start', 'end', 'middle');
    const rule = fc.property(name, extra, place, (variable, text, at) => {
      const secret = SECRETS[variable] ?? '';
      const changed = { start: `${text}${secret}`, end: `${secret}${text}`, middle: `ab${text}cd` }[at];
      const isControl = /\p{Cc}/u.test(text);
      fc.pre(at !== 'middle' || isControl);
      const complaints = complaintsOf({ ...SECRETS, [variable]: changed });
      expect(complaints).toEqual([
        `  ${variable}: ${isControl ? 'It contains a control character, such as a line break or a tab. Remove it.' : 'It begins or ends with a blank, or with an invisible character. Remove it.'}`,
      ]);
    });
    fc.assert(rule, { numRuns: 300 });
  });

  test('may have any other character, and quotes at both ends are only warned of', () => {
    const rule = fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
      fc.pre(!/[\p{Cc}\p{Cs}]|^[\s\p{DI}]|[\s\p{DI}]$/u.test(text));
      const { platform } = readConfig({ ...SECRETS, THINGSPACE_PASSWORD: text });
      expect(platform.credentials?.password).toBe(text);
    });
    fc.assert(rule);
    for (const quoted of ['"pass"', "'pass'", '`pass`', '""', '“pass”', '‘pass’', '«pass»']) {
      const { platform, secrets } = readConfig({ ...SECRETS, THINGSPACE_PASSWORD: quoted });
      expect(platform.credentials?.password).toBe(quoted);
      expect(secrets.warnings).toEqual([
        'THINGSPACE_PASSWORD has quotes at both ends. They are used as a part of it; remove them if they are not.',
      ]);
    }
    for (const other of ['"', '"pass\'', 'pass"', '"a"b', '”pass“'])
      expect(readConfig({ ...SECRETS, THINGSPACE_PASSWORD: other }).secrets.warnings).toEqual([]);
  });

  test('in quotes is logged as a warning at the start, without the secret', async () => {
    const { warnings } = readConfig({ ...SECRETS, CALLBACK_PASSWORD: '"hunter2"' }).secrets;
    const world = await startWorld({ config: { warnings } });
    expect(world.logged.join()).toContain('CALLBACK_PASSWORD has quotes at both ends');
    expect(world.logged.join()).not.toContain('hunter2');
    await world.close();
  });
});
