import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';

const read = (text: string): readonly string[] =>
  readConfig({ SUBSCRIPTION_CALLBACK_ALLOWED: text }).subscriptionCallbacks.subscriptionCallbackAllowed;

describe('SUBSCRIPTION_CALLBACK_ALLOWED', () => {
  test('allows nothing unless it is set', () => {
    expect(readConfig({}).subscriptionCallbacks.subscriptionCallbackAllowed).toEqual([]);
  });

  test.each([
    ['http://router.internal:4000/callback', ['http://router.internal:4000/callback']],
    ['https://a.example, http://[::1]:3000/x/ ', ['https://a.example', 'http://[::1]:3000/x/']],
  ])('reads %s', (text, urls) => {
    expect(read(text)).toEqual(urls);
  });

  test.each([
    ['*', 'Address 1 has a wildcard. List the address of each router in full.'],
    ['https://*.example.com', 'Address 1 has a wildcard. List the address of each router in full.'],
    ['router.internal:4000', 'Address 1 is not an http or https URL of at most 300 characters.'],
    ['ftp://router.internal', 'Address 1 is not an http or https URL of at most 300 characters.'],
    ['http://a.example https://me:hunter2@b.example', 'Address 2 has a user name or a password. Remove it.'],
    ['https://a.example/callback?a=b', 'Address 1 has a query, a fragment or special characters.'],
    ['https://a.example/%2e', 'Address 1 is not what it means. Write it as https://a.example/.'],
    ['https://a.example/call%20back', 'Address 1 has a query, a fragment or special characters.'],
    ['https://A.example/callback', 'Address 1 is not what it means. Write it as https://a.example/callback.'],
    ['https://a.example:443/callback', 'Address 1 is not what it means. Write it as https://a.example/callback.'],
    ['https://a.example/b/../c', 'Address 1 is not what it means. Write it as https://a.example/c.'],
  ])('rejects %s, and shows no password', (text, message) => {
    expect(() => read(text)).toThrow(message);
    expect(() => read(text)).not.toThrow('hunter2');
  });
});
