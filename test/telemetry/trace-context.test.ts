import { describe, expect, test } from 'vitest';
import { parseTraceparent, toTraceparent } from '../../src/telemetry/trace-context.ts';
import { fc } from '../support/fast-check.ts';

const DIGITS = Array.from({ length: 16 }, (_, digit) => digit.toString(16));
const hex = (digits: number) =>
  fc.array(fc.constantFrom(...DIGITS), { minLength: digits, maxLength: digits }).map((parts) => parts.join(''));
const id = (digits: number) => hex(digits).filter((text) => /[^0]/.test(text));

describe('the header traceparent', () => {
  test('is read as it is written', () => {
    fc.assert(
      fc.property(id(32), id(16), fc.constantFrom(0, 1), (traceId, spanId, traceFlags) => {
        const ids = { traceId, spanId, traceFlags };
        expect(parseTraceparent(toTraceparent(ids))).toEqual(ids);
      }),
    );
  });

  test('of a later version may have more flags and fields, of which only the sampled flag counts', () => {
    fc.assert(
      fc.property(id(32), id(16), hex(2), fc.constantFrom('', '-more'), (traceId, spanId, flags, more) => {
        const traceFlags = parseInt(flags, 16) & 1;
        expect(parseTraceparent(`cc-${traceId}-${spanId}-${flags}${more}`)).toEqual({ traceId, spanId, traceFlags });
      }),
    );
  });

  test('is ignored if anything about it is wrong', () => {
    const [traceId, spanId] = ['1'.repeat(32), '2'.repeat(16)];
    for (const header of [
      null,
      '',
      `00-${traceId}-${spanId}`,
      `00-${traceId}-${spanId}-01-more`,
      `ff-${traceId}-${spanId}-01`,
      `00-${'0'.repeat(32)}-${spanId}-01`,
      `00-${traceId}-${'0'.repeat(16)}-01`,
      `00-${traceId}A-${spanId}-01`,
      `00-${traceId.replace('1', 'A')}-${spanId}-01`,
      ` 00-${traceId}-${spanId}-01`,
      `00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`,
    ]) {
      expect([header, parseTraceparent(header)]).toEqual([header, null]);
    }
  });
});
