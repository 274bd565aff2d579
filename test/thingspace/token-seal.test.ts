import { describe, expect, test } from 'vitest';
import { createTokenSeal, NO_TOKENS } from '../../src/thingspace/sign-in/token-seal.ts';
import { fc } from '../support/fast-check.ts';

const BASE_URL = 'https://platform.example.com/api';
const CREDENTIALS = { clientId: 'id', clientSecret: 'client-secret', username: 'user', password: 'a-password' };
const seal = createTokenSeal(BASE_URL, CREDENTIALS);

const token = fc.string({
  minLength: 1,
  maxLength: 50,
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
});
const endsAtMs = fc.option(fc.integer({ min: 0, max: 2 ** 42 }), { nil: null });
const tokens = fc.record({
  bearer: fc.option(fc.record({ token, endsAtMs }), { nil: null }),
  session: fc.option(token, { nil: null }),
});

describe('sealed tokens', () => {
  test('come back as they were, and are different each time', () => {
    fc.assert(
      fc.property(tokens, (stored) => {
        const sealed = seal.seal(stored);
        expect(seal.open(sealed)).toEqual(stored);
        expect(seal.seal(stored)).not.toBe(sealed);
      }),
    );
  });

  test('are none after any change', () => {
    fc.assert(
      fc.property(tokens, fc.nat(), fc.integer({ min: 1, max: 255 }), (stored, position, change) => {
        const bytes = Buffer.from(JSON.parse(seal.seal(stored)) as string, 'base64url');
        const at = position % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ change;
        expect(seal.open(JSON.stringify(bytes.toString('base64url')))).toEqual(NO_TOKENS);
        expect(seal.open(JSON.stringify(bytes.subarray(0, at).toString('base64url')))).toEqual(NO_TOKENS);
      }),
    );
  });

  test.each(['null', '', '""', '{}', '[1]', '"AAAA"'])('are none in %j', (sealed) => {
    expect(seal.open(sealed)).toEqual(NO_TOKENS);
  });

  test.each([
    [BASE_URL, { ...CREDENTIALS, password: 'another' }],
    [BASE_URL, { ...CREDENTIALS, clientSecret: 'another' }],
    [BASE_URL, { ...CREDENTIALS, username: 'another' }],
    [`${BASE_URL}/other`, CREDENTIALS],
  ])('are stored under another name, and cannot be opened, with %s %o', (baseUrl, credentials) => {
    const other = createTokenSeal(baseUrl, credentials);
    const sealed = seal.seal({ bearer: null, session: 'a-session-token' });
    expect(other.name).not.toBe(seal.name);
    expect(other.open(sealed)).toEqual(NO_TOKENS);
  });
});
