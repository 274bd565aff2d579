import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../src/config/config.ts';

describe('the configuration of callbacks', () => {
  test('has defaults if nothing is set', () => {
    expect(readConfig({})).toMatchObject({
      server: { publicUrl: null, trustedProxies: 0 },
      callbacks: {
        callbackSecret: null,
        callbackSecretPrevious: null,
        callbackPasswordPrevious: null,
        callbackCredentials: null,
        callbackSignature: null,
        callbackAllowedIps: [],
      },
      store: {
        databaseUrl: null,
        dataDir: './data',
        retentionMs: 30 * 86_400_000,
        quietMs: 15 * 60_000,
        deadlineMs: 24 * 3_600_000,
        downloadLinkMs: 3_600_000,
        spoolDir: null,
        spoolMaxBytes: 67_108_864,
      },
    });
  });

  test('has the values of the variables that are set', () => {
    const environment = {
      PUBLIC_URL: 'https://reports.example.com/',
      CALLBACK_USERNAME: 'carrier',
      CALLBACK_PASSWORD: 'a:b',
      CALLBACK_HMAC_SECRET: 'key',
      CALLBACK_HMAC_HEADER: 'X-Hub',
      CALLBACK_ALLOWED_IPS: '3.87.163.45, 10.0.0.0/8,2001:db8::/32',
      TRUST_PROXY: 'true',
      DATABASE_URL: 'postgres://user:word@host/database',
    };
    expect(readConfig(environment)).toMatchObject({
      server: { publicUrl: 'https://reports.example.com', trustedProxies: 1 },
      callbacks: {
        callbackCredentials: { username: 'carrier', password: 'a:b' },
        callbackSignature: { secret: 'key', header: 'x-hub' },
        callbackAllowedIps: ['3.87.163.45', '10.0.0.0/8', '2001:db8::/32'],
      },
      store: { databaseUrl: 'postgres://user:word@host/database' },
    });
  });

  test.each([
    ['PUBLIC_URL', 'reports.example.com'],
    ['PUBLIC_URL', 'https://user:word@reports.example.com'],
    ['PUBLIC_URL', 'https://reports.example.com/?a=b'],
    ['CALLBACK_SECRET', 'short'],
    ['CALLBACK_SECRET', 'a/b/c/d/e/f/g/h'],
    ['CALLBACK_USERNAME', 'a:b'],
    ['CALLBACK_PASSWORD', 'alone'],
    ['CALLBACK_PASSWORD_PREVIOUS', 'alone'],
    ['CALLBACK_HMAC_HEADER', 'no header'],
    ['CALLBACK_ALLOWED_IPS', '10.0.0.0/33'],
    ['CALLBACK_ALLOWED_IPS', '10.0.0.1,host.example'],
    ['CALLBACK_ALLOWED_IPS', '10.0.0.0/8/8'],
    ['TRUST_PROXY', 'yes'],
    ['DATABASE_URL', 'mysql://host/database'],
    ['RETENTION_DAYS', '0'],
    ['CALLBACK_QUIET_MINUTES', '1.5'],
    ['CALLBACK_DEADLINE_HOURS', '721'],
    ['DOWNLOAD_LINK_MINUTES', '-1'],
  ])('names the invalid variable: %s=%s', (name, value) => {
    const read = (): unknown => readConfig({ [name]: value });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(name === 'CALLBACK_PASSWORD' ? 'CALLBACK_USERNAME: ' : `${name}: `);
  });
});
