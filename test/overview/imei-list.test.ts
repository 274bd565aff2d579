import { describe, expect, test } from 'vitest';
import { readImeis } from '../../web/views/reports/imei-list.ts';
import { fc } from '../support/fast-check.ts';

const imei = fc.stringMatching(/^\d{15}$/);

describe('a pasted list of devices', () => {
  test('has each device once, in its order, however it is separated', () => {
    const separator = fc.constantFrom('\n', ', ', ';', '\t', '\r\n', '","', '|');
    fc.assert(
      fc.property(fc.array(imei), separator, (devices, between) => {
        const { imei: found, duplicates, rejected } = readImeis(`IMEI${between}${devices.join(between)}`);
        expect(found).toEqual([...new Set(devices)]);
        expect(duplicates).toBe(devices.length - found.length);
        expect(rejected).toEqual([]);
      }),
    );
  });

  test('rejects what a spreadsheet did to a number, and accepts the text of Excel', () => {
    const text = 'imei\n="012345678901234"\n12345678901234\n7.09312E+14';
    expect(readImeis(text)).toEqual({
      imei: ['012345678901234'],
      duplicates: 0,
      rejected: ['12345678901234', '7.09312E+14'],
    });
  });
});
