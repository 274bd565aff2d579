import { expect, test } from 'vitest';
import { createToAllowedUrl } from '../../src/graphql/transports/callback-request.ts';
import { fc } from '../support/fast-check.ts';

const BASE = 'http://router.internal:4000/callback';

const piece = fc.constantFrom(
  ...['', '.', '..', 'a', '%2e', '%2e%2e', '%2f', '%5c', '..;', '\\', '/', '//', '@', ':', '?', '#', '%00', '\t', '\n'],
  ...['http:', 'callback', 'callbacks', 'router.internal:4000', 'elsewhere.example', 'user', 'é', '％2e', '。'],
);
const separator = fc.constantFrom('/', '/', '/', '', '\\', '@', '?');
/** What an attacker would try: the allowed address with something before, after or inside it. */
const addresses = fc
  .tuple(
    fc.constantFrom('', '', '', '', 'x', ' ', 'http://elsewhere.example/'),
    fc.constantFrom(BASE, BASE, BASE, 'http://router.internal:4000', ''),
    fc.array(fc.tuple(separator, piece), { maxLength: 5 }),
  )
  .map(([before, base, parts]) => `${before}${base}${parts.flat().join('')}`);

test('whatever its form, an allowed URL has the origin and is below the path that the operator listed', () => {
  const toAllowedUrl = createToAllowedUrl([BASE]);
  let allowed = 0;
  fc.assert(
    fc.property(fc.oneof({ weight: 8, arbitrary: addresses }, fc.webUrl(), fc.string()), (text) => {
      const found = toAllowedUrl(text);
      if (found === null) return;
      allowed += 1;
      expect(found.origin).toBe('http://router.internal:4000');
      expect(found.url).toMatch(/^http:\/\/router\.internal:4000\/callback(?:\/[\w.~/-]*)?$/);
      expect(found.url.split('/')).not.toContain('..');
      expect(new URL(found.url).href).toBe(found.url);
    }),
    { numRuns: 5_000 },
  );
  expect(allowed).toBeGreaterThan(100);
});

test.each(['', '/', '/c4a9d1b8-dc57-44ab-9e5a-6e6189b2b945', '/a/b', '/a/./b', '/a/../b'])(
  'the listed address followed by "%s" is allowed',
  (rest) => {
    expect(createToAllowedUrl([BASE])(`${BASE}${rest}`)?.origin).toBe('http://router.internal:4000');
    expect(createToAllowedUrl([`${BASE}/`])(`${BASE}${rest}`)?.origin).toBe('http://router.internal:4000');
  },
);
