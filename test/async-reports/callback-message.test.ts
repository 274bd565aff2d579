import { describe, expect, it } from 'vitest';
import { parseCallbackMessage } from '../../src/reports/callback-message.ts';
import { hideAddresses } from '../../src/thingspace/secrets.ts';
import { fc } from '../support/fast-check.ts';

const TXID = '60c07fff-eeee-ffff-gggg-75e6a7c238f6';
const IMEI = '709312034493372';
const USAGE = { imei: IMEI, numberOfSessions: 1, bytesTransferred: 2057 };
const USAGE_ITEM = { kind: 'usage', txid: TXID, ...USAGE };
const ERROR = {
  imei: IMEI,
  errorMessage: 'Not found.',
  errorResponse: {
    errorCode: 'INVALID_PARAMETER',
    errorMessage: 'No such device.',
    httpStatusCode: '404 NOT_FOUND',
    detailErrorMessage: 'inactive',
  },
};
const ERROR_ITEM = { kind: 'error', txid: TXID, ...ERROR };
/** What a sender may write for all that a message does not say. */
const NULLS = {
  usage: null,
  errors: null,
  imei: null,
  numberOfSessions: null,
  bytesTransferred: null,
  errorMessage: null,
  errorResponse: null,
  faultResponse: null,
};

describe('a callback’s body', () => {
  it.each([
    ['a report of one device', { txid: TXID, usage: [USAGE] }, [USAGE_ITEM]],
    ['usage next to its txid', { txid: TXID, ...USAGE }, [USAGE_ITEM]],
    ['an array of reports', [{ txid: TXID, usage: [USAGE] }], [USAGE_ITEM]],
    ['a report of one error', { txid: TXID, errors: [ERROR] }, [ERROR_ITEM]],
    ['an error next to its txid', { txid: TXID, ...ERROR }, [ERROR_ITEM]],
    ['one usage object instead of a list', { txid: TXID, usage: USAGE, errors: null }, [USAGE_ITEM]],
    ['usage with unknown fields', { txid: TXID, usage: [{ ...USAGE, new: 1 }], more: { a: [] } }, [USAGE_ITEM]],
    [
      'usage of an IMEI that lost its leading zeros',
      { txid: TXID, ...USAGE, imei: 1_017_000_001_234 },
      [{ ...USAGE_ITEM, imei: '001017000001234' }],
    ],
    [
      'many devices of several transactions',
      [
        { txid: TXID, usage: [USAGE, { ...USAGE, imei: '709312034493373' }], errors: [ERROR] },
        { txid: 'other', ...USAGE },
      ],
      [USAGE_ITEM, { ...USAGE_ITEM, imei: '709312034493373' }, ERROR_ITEM, { ...USAGE_ITEM, txid: 'other' }],
    ],
    [
      'a fault response',
      { txid: TXID, imei: IMEI, faultResponse: { faultcode: 'INTERNAL_ERROR', faultstring: 'Try later.' } },
      [
        {
          kind: 'error',
          txid: TXID,
          imei: IMEI,
          errorMessage: 'Try later.',
          errorResponse: {
            errorCode: 'INTERNAL_ERROR',
            errorMessage: 'Try later.',
            httpStatusCode: null,
            detailErrorMessage: null,
          },
        },
      ],
    ],
    [
      'an error whose sender writes null for usage',
      { txid: TXID, numberOfSessions: null, bytesTransferred: null, usage: null, errors: null, ...ERROR },
      [ERROR_ITEM],
    ],
    [
      'lists whose sender writes null for all that stands beside them',
      { ...NULLS, txid: TXID, usage: [USAGE], errors: [ERROR] },
      [USAGE_ITEM, ERROR_ITEM],
    ],
    [
      'usage of which both values are null',
      { ...NULLS, txid: TXID, imei: IMEI },
      [{ ...USAGE_ITEM, numberOfSessions: null, bytesTransferred: null }],
    ],
    [
      'an error without a device',
      { txid: TXID, errors: [{ errorMessage: 'Sorry.' }] },
      [{ kind: 'error', txid: TXID, imei: null, errorMessage: 'Sorry.', errorResponse: null }],
    ],
    [
      'usage with a number that is too large and one in quotes',
      { txid: TXID, imei: IMEI, numberOfSessions: 2 ** 31, bytesTransferred: '2057' },
      [{ ...USAGE_ITEM, numberOfSessions: null, bytesTransferred: null }],
    ],
    [
      'usage with the largest safe number',
      { txid: TXID, ...USAGE, bytesTransferred: 2 ** 53 - 1 },
      [{ ...USAGE_ITEM, bytesTransferred: 2 ** 53 - 1 }],
    ],
  ])('is read if it is %s', (_, body, items) => {
    expect(parseCallbackMessage(body, hideAddresses)).toEqual({ items, unreadable: null });
  });

  it.each([
    ['null', null, 'It is not a JSON object.'],
    ['a string', 'usage', 'It is not a JSON object.'],
    ['an array in an array', [[{ txid: TXID, ...USAGE }]], 'It is not a JSON object.'],
    ['an empty array', [], 'It has no entries.'],
    ['a report without rows', { txid: TXID, usage: [], errors: [] }, 'It has no entries.'],
    ['without a transaction id', { usage: [USAGE] }, 'It has no valid transaction id.'],
    ['with an empty transaction id', { txid: '', ...USAGE }, 'It has no valid transaction id.'],
    ['with a transaction id that is too long', { txid: 'x'.repeat(256), ...USAGE }, 'It has no valid transaction id.'],
    [
      'with a transaction id that a database cannot store',
      { txid: 'a\0', ...USAGE },
      'It has no valid transaction id.',
    ],
    [
      'with a transaction id that is not valid Unicode',
      { txid: '\ud800', ...USAGE },
      'It has no valid transaction id.',
    ],
    ['a device with neither usage nor an error', { txid: TXID, imei: IMEI }, 'It has neither usage nor an error.'],
    ['usage of the device 0', { txid: TXID, ...USAGE, imei: 0 }, 'It has an entry without a valid IMEI.'],
    [
      'usage without a device',
      { txid: TXID, usage: [{ bytesTransferred: 1 }] },
      'It has an entry without a valid IMEI.',
    ],
  ])('is unreadable if it is %s', (_, body, reason) => {
    expect(parseCallbackMessage(body, hideAddresses)).toEqual({ items: [], unreadable: reason });
  });

  it('has each of its texts cut visibly to 500 characters, and its transaction id whole', () => {
    const long = (text: string, length: number): string => `${text}${'x'.repeat(length)}`;
    const errorResponse = {
      errorCode: long('code ', 600),
      errorMessage: long('message ', 4_000_000),
      httpStatusCode: long('status ', 1),
      detailErrorMessage: '🛰'.repeat(400),
    };
    const txid = 't'.repeat(255);
    const { items } = parseCallbackMessage({ txid, imei: IMEI, errorMessage: 'short', errorResponse }, hideAddresses);
    expect(items).toEqual([
      {
        kind: 'error',
        txid,
        imei: IMEI,
        errorMessage: 'short',
        errorResponse: {
          errorCode: `${long('code ', 494)}…`,
          errorMessage: `${long('message ', 491)}…`,
          httpStatusCode: 'status x',
          detailErrorMessage: `${'🛰'.repeat(249)}…`,
        },
      },
    ]);
    const faultResponse = { faultcode: long('code ', 600), faultstring: long('no ', 600) };
    expect(parseCallbackMessage({ txid, imei: IMEI, faultResponse }, hideAddresses).items).toMatchObject([
      { errorMessage: `${long('no ', 496)}…`, errorResponse: { errorCode: `${long('code ', 494)}…` } },
    ]);
  });

  it('is read as far as possible if a part of it is unreadable', () => {
    const bodies = [{ txid: TXID, usage: [USAGE, 'garbled'] }, [{ txid: TXID, ...USAGE }, { txid: TXID }]];
    for (const body of bodies) {
      const { items, unreadable } = parseCallbackMessage(body, hideAddresses);
      expect(items).toEqual([USAGE_ITEM]);
      expect(unreadable).not.toBeNull();
    }
  });

  it('may name a device by a number that lost at most two leading zeros, and by no other number', () => {
    const imeis = fc.integer({ min: 1e12, max: 999_999_999_999_999 });
    const others = fc.oneof(
      fc.constantFrom(0, -0, 1, 10_000, 1e12 - 1, 1e15, 2 ** 53, 1e21, 1_234_567_890_123.5),
      fc.integer({ min: Number.MIN_SAFE_INTEGER, max: 1e12 - 1 }),
      fc.integer({ min: 1e15, max: Number.MAX_SAFE_INTEGER }),
      fc.double({ noInteger: true }),
    );
    const read = (imei: number) =>
      parseCallbackMessage({ txid: TXID, usage: [{ ...USAGE, imei }], errors: [{ ...ERROR, imei }] }, hideAddresses);
    const rule = fc.property(imeis, others, (number, other) => {
      const imei = String(number).padStart(15, '0');
      expect(read(number)).toEqual({
        items: [
          { ...USAGE_ITEM, imei },
          { ...ERROR_ITEM, imei },
        ],
        unreadable: null,
      });
      const { items, unreadable } = read(other);
      expect(items).toEqual([{ ...ERROR_ITEM, imei: null }]);
      expect(unreadable).toBe('It has an entry without a valid IMEI.');
    });
    fc.assert(rule, { numRuns: 1_000 });
  });

  it('never makes the parser throw, and yields items or the reason why there are none', () => {
    const keys = [
      'txid',
      'imei',
      'usage',
      'errors',
      'numberOfSessions',
      'errorMessage',
      'errorResponse',
      'faultResponse',
    ];
    const values = fc.oneof(fc.jsonValue(), fc.constantFrom(TXID, IMEI, [USAGE], [ERROR], ERROR.errorResponse));
    const bodies = fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom(...keys), values));
    const rule = fc.property(fc.oneof(bodies, fc.array(bodies)), (body) => {
      const { items, unreadable } = parseCallbackMessage(body, hideAddresses);
      expect(items.length > 0 || unreadable !== null).toBe(true);
    });
    fc.assert(rule, { numRuns: 2_000 });
  });
});
