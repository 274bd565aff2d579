import { describe, expect, test } from 'vitest';
import { toBytes } from '../../src/terminal/amounts.ts';
import { parseDevices } from '../../src/terminal/device-list.ts';
import { toCsv } from '../../src/terminal/sheet.ts';
import { toTable } from '../../src/terminal/table.ts';
import { toPlainText } from '../../src/terminal/terminal.ts';
import { fc } from '../support/fast-check.ts';

const text = fc.string({ maxLength: 60 }).map((each) => each.replace(/\s/g, '_'));

describe('a table', () => {
  test('fits into any terminal, and keeps every row', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ title: text, mayShrink: fc.boolean(), isOptional: fc.boolean() }), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.array(fc.array(text, { maxLength: 7 }), { maxLength: 5 }),
        fc.integer({ min: 40, max: 200 }),
        (columns, rows, width) => {
          const lines = toTable(columns, rows, width);
          expect(lines).toHaveLength(rows.length + 1);
          expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  test('is complete in a pipe', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 5 }), (rows) => {
        const lines = toTable(
          [
            { title: 'a', mayShrink: true },
            { title: 'b', isOptional: true },
          ],
          rows,
          null,
        );
        rows.forEach((row, at) => row.forEach((cell) => expect(lines[at + 1]).toContain(cell)));
      }),
    );
  });
});

describe('CSV', () => {
  const fields = [{ title: '', name: 'text', value: (row: string) => row }];

  test('quotes what needs it, and has an apostrophe before what a spreadsheet would run', () => {
    expect(toCsv(fields, ['a,b', 'say "x"', 'two\nlines', '=1+1', '@x', 'plain'])).toBe(
      `text\r\n"a,b"\r\n"say ""x"""\r\n"two\nlines"\r\n'=1+1\r\n'@x\r\nplain\r\n`,
    );
  });
});

describe('text of others', () => {
  test('never has a character that controls a terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (sent) => {
        // eslint-disable-next-line no-control-regex
        expect(toPlainText(sent)).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202E]/);
      }),
    );
    expect(toPlainText('\u001B[2Jgone\r')).toBe('?[2Jgone?');
  });
});

describe('a device file', () => {
  const imei = fc.integer({ min: 0, max: 999_999_999 }).map((each) => String(each).padStart(15, '0'));

  test('has the same devices however a spreadsheet writes it', () => {
    fc.assert(
      fc.property(
        fc.array(imei, { maxLength: 20 }),
        fc.constantFrom(',', ';', '\t'),
        fc.constantFrom('\n', '\r\n'),
        fc.constantFrom('', '"', '="'),
        (imeis, separator, end, quote) => {
          const close = quote === '' ? '' : '"';
          const rows = imeis.map((each) => [`"Smith, J; 1"`, `${quote}${each}${close}`].join(separator));
          const { imeis: found, faults, repeated } = parseDevices([`name${separator}IMEI`, ...rows, ''].join(end));
          expect(found).toEqual([...new Set(imeis)]);
          expect({ faults, repeated }).toEqual({ faults: [], repeated: imeis.length - found.length });
        },
      ),
    );
  });
});

test('bytes are shown in the unit that leaves three digits', () => {
  const shown = [0, 999, 1_000, 999_499, 999_999, 1_234_567, 5e9, 2 ** 53 - 1, null].map(toBytes);
  expect(shown).toEqual(['0 B', '999 B', '1 kB', '999 kB', '1 MB', '1.23 MB', '5 GB', '9.01 PB', 'unknown']);
});
