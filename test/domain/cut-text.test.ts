import { describe, expect, test } from 'vitest';
import { cutText, MAX_TEXT_CHARACTERS, toShownText } from '../../src/domain/cut-text.ts';
import { createSecrets } from '../../src/thingspace/secrets.ts';
import { fc } from '../support/fast-check.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 40 });
const same = (text: string): string => text;

describe('a text that is cut', () => {
  test('is the whole text if it fits, otherwise its beginning and "…"', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 50 }), (text, max) => {
        const cut = cutText(text, max);
        expect(cut.length).toBeLessThanOrEqual(max);
        if (text.length <= max) expect(cut).toBe(text);
        else {
          expect(cut.endsWith('…')).toBe(true);
          expect(Buffer.from(text).toString().startsWith(cut.slice(0, -1))).toBe(true);
          expect(cut.length).toBeGreaterThanOrEqual(max - 1);
        }
      }),
    );
  });
});

describe('a text of the platform', () => {
  test('has at most 500 characters, of at most six bytes each in JSON', () => {
    const texts = fc.oneof(
      anyText,
      fc.string({ unit: 'grapheme', maxLength: 1_000 }),
      fc.constant('"\\\0'.repeat(400)),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const shown = toShownText(text, same);
        expect(shown.length).toBeLessThanOrEqual(MAX_TEXT_CHARACTERS);
        expect(Buffer.byteLength(JSON.stringify(shown))).toBeLessThanOrEqual(2 + 6 * shown.length);
      }),
    );
  });

  test('shows no part of a secret, wherever it is cut', () => {
    const secret = 'Tr0ub4dor-and-three'.repeat(20);
    const { hideIn } = createSecrets('https://thingspace.example', [secret]);
    for (let before = 0; before < 9_500; before += 7) {
      // An address becomes much shorter, so that what is far behind it is shown.
      const filling = `https://${'a'.repeat(before)}/ `;
      const shown = toShownText(`${filling}${secret} ${'b'.repeat(9_000)}`, hideIn);
      expect([before, shown.includes('Tr0ub4dor')]).toEqual([before, false]);
      expect(shown.length).toBeLessThanOrEqual(MAX_TEXT_CHARACTERS);
    }
  });
});
