import { describe, expect, test } from 'vitest';
import { chooseEncoding, type Encoding } from '../../src/http/accept-encoding.ts';
import { fc } from '../support/fast-check.ts';

const OURS: readonly Encoding[] = ['br', 'gzip'];

describe('the coding of a response', () => {
  test.each<[string | undefined, Encoding | null]>([
    [undefined, null],
    ['', null],
    ['identity', null],
    ['gzip', 'gzip'],
    ['gzip, deflate', 'gzip'],
    ['gzip, deflate, br, zstd', 'br'],
    ['GZip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['br;q=0.5, gzip', 'gzip'],
    ['br;q=0, gzip;q=0.1', 'gzip'],
    ['*', 'br'],
    ['*;q=0', null],
    ['br;q=0, *', 'gzip'],
    ['identity, gzip;q=0.5', null],
    ['gzip;q=0.5, identity;q=0.5', 'gzip'],
    ['gzip;q=2, br;q=x', null],
    ['deflate, zstd', null],
    [',,;q=1', null],
  ])('is for Accept-Encoding %j: %j', (header, expected) => {
    expect(chooseEncoding(header, OURS)).toBe(expected);
  });

  test('is one that has the highest weight, and none that is excluded, for any header', () => {
    const name = fc.constantFrom('br', 'gzip', 'deflate', 'identity', '*');
    const header = fc.uniqueArray(fc.tuple(name, fc.integer({ min: 0, max: 1_000 })), { selector: ([each]) => each });
    fc.assert(
      fc.property(header, (entries) => {
        const text = entries.map(([each, thousandths]) => `${each};q=${(thousandths / 1_000).toFixed(3)}`).join(', ');
        const weights = Object.fromEntries(entries);
        const weightOf = (encoding: string): number => weights[encoding] ?? weights['*'] ?? 0;
        const chosen = chooseEncoding(text, OURS);
        const best = Math.max(...OURS.map(weightOf));
        const ofIdentity = weights['identity'] ?? 0;
        if (chosen === null) expect(best === 0 || best < ofIdentity).toBe(true);
        else {
          expect(weightOf(chosen)).toBe(best);
          expect(best).toBeGreaterThan(0);
          expect(best).toBeGreaterThanOrEqual(ofIdentity);
        }
      }),
    );
  });
});
