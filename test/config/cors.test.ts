import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';

const CREDENTIALS = {
  THINGSPACE_CLIENT_ID: 'id-5f1c',
  THINGSPACE_CLIENT_SECRET: 'secret-8a2e',
  THINGSPACE_USERNAME: 'user-77b0',
  THINGSPACE_PASSWORD: 'password-d4c9',
};

const read = (origins: string, more: Record<string, string> = {}): readonly string[] =>
  readConfig({ CORS_ORIGINS: origins, ...more }).cors.corsOrigins;

describe('CORS_ORIGINS', () => {
  test('allows no origin unless it is set', () => {
    expect(readConfig({}).cors.corsOrigins).toEqual([]);
  });

  test.each([
    ['https://app.example.com', ['https://app.example.com']],
    [
      'https://a.example, http://localhost:5173 http://[::1]:3000',
      ['https://a.example', 'http://localhost:5173', 'http://[::1]:3000'],
    ],
    ['capacitor://localhost', ['capacitor://localhost']],
    ['chrome-extension://abcdefghijklmnop', ['chrome-extension://abcdefghijklmnop']],
    ['*', ['*']],
  ])('reads %s', (text, origins) => {
    expect(read(text)).toEqual(origins);
  });

  test.each([
    ['https://app.example.com/', 'Origin 1 is not what browsers send. Write it as https://app.example.com.'],
    ['https://app.example.com/path', 'Origin 1 is not what browsers send. Write it as https://app.example.com.'],
    ['https://App.Example.com', 'Origin 1 is not what browsers send. Write it as https://app.example.com.'],
    ['https://app.example.com:443', 'Origin 1 is not what browsers send. Write it as https://app.example.com.'],
    ['http://a.example http://b.example:80', 'Origin 2 is not what browsers send. Write it as http://b.example.'],
    ['https://me:hunter2@app.example.com', 'Origin 1 is not what browsers send. Write it as https://app.example.com.'],
    ['app.example.com', 'Origin 1 has no scheme. Write it as https://app.example.com.'],
    ['null', 'Origin 1 is null, which any website can be. Serve the page from an address of its own, and list that.'],
    ['https://*.example.com', 'Origin 1 has a wildcard. List each origin in full, or set it to * for any.'],
    [
      'https://hunter2:x',
      'Origin 1 is not valid. Write a scheme, a host and an optional port, such as https://app.example.com.',
    ],
    [
      'capacitor://localhost/',
      'Origin 1 is not valid. Write a scheme, a host and an optional port, such as https://app.example.com.',
    ],
    ['*, https://a.example', '* allows any origin, so it has to stand alone. Remove it, or the others.'],
  ])('set to %s is a fault that says what to write, and repeats no password', (text, advice) => {
    expect(() => read(text)).toThrow(`The configuration is not valid:\n  CORS_ORIGINS: ${advice}`);
    expect(() => read(text)).not.toThrow('hunter2');
  });

  test('reports every bad origin at once', () => {
    expect(() => read('null a.example https://a.example/x')).toThrow(/Origin 1.*\n.*Origin 2.*\n.*Origin 3/);
  });

  test('set to * with credentials needs authentication, because any website could read the usage', () => {
    expect(() => read('*', CREDENTIALS)).toThrow('CORS_ORIGINS: With *, every website could read');
    expect(read('*', { ...CREDENTIALS, AUTH_ALLOW_ANONYMOUS: 'true' })).toEqual(['*']);
    const jwt = { AUTH_MODE: 'jwt', AUTH_JWKS_URL: 'https://a.example/keys', AUTH_ISSUER: 'a', AUTH_AUDIENCE: 'b' };
    expect(read('*', { ...CREDENTIALS, ...jwt })).toEqual(['*']);
    expect(read('https://a.example', CREDENTIALS)).toEqual(['https://a.example']);
  });
});
