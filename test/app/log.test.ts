import { describe, expect, test, vi } from 'vitest';
import { createLog, joinLines, toSafeText } from '../../src/log.ts';
import { fc } from '../support/fast-check.ts';

const IMEI = '709312034493372';
const SHOWN = '***********3372';

function logged(write: (log: ReturnType<typeof createLog>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  write(createLog('info', { write: (line) => void lines.push(line) }));
  return lines.map((line) => {
    expect(line.endsWith('\n')).toBe(true);
    expect(line.indexOf('\n')).toBe(line.length - 1);
    return JSON.parse(line) as Record<string, unknown>;
  });
}

describe('the log', () => {
  test('has a line of JSON for each message, with its level and its time', () => {
    const [line, ...more] = logged((log) => log.warn({ port: 4000 }, 'two\nlines "here"'));
    expect(more).toEqual([]);
    expect(line).toEqual({ level: 40, time: expect.any(String) as string, port: 4000, msg: 'two\nlines "here"' });
    expect(new Date(String(line?.['time'])).toISOString()).toBe(line?.['time']);
  });

  test('can be text for people, with the stack of an error on lines of its own', () => {
    const lines: string[] = [];
    const log = createLog('info', { write: (line) => void lines.push(line) }, 'text');
    log.warn({ host: 'example.com', imei: IMEI }, 'failing');
    log.error({ err: new Error('no reason') }, 'failed');
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} WARN {2}failing host="example\.com" imei="\*{11}3372"\n$/);
    expect(lines[1]).toMatch(/^\S+ ERROR failed\nError: no reason\n +at .*\n$/s);
  });

  test.each(['json', 'text'] as const)(
    'as %s joins the routine lines of one turn of the event loop, writes all others at once, and loses none',
    async (format) => {
      const written: string[] = [];
      const lines = joinLines({ write: (text) => void written.push(text) });
      const log = createLog('info', lines, format);
      log.info('a');
      log.info('b');
      expect(written).toEqual([]);
      await new Promise(setImmediate);
      expect(written.map((text) => text.split('\n').length - 1)).toEqual([2]);
      log.info('c');
      log.warn('d');
      expect(written.map((text) => text.split('\n').length - 1)).toEqual([2, 2]);
      log.info('e');
      lines.flush();
      await new Promise(setImmediate);
      expect(written.join('').match(/\b[a-e]\b(?="?\}?\n)/g)).toEqual(['a', 'b', 'c', 'd', 'e']);
    },
  );

  test('omits messages below its level', () => {
    expect(logged((log) => log.debug('nothing'))).toEqual([]);
  });

  test('shows only the last four digits of an IMEI, wherever it is', () => {
    const [line] = logged((log) =>
      log.error(
        { imei: IMEI, list: [IMEI, { deep: `a ${IMEI}, b` }], [IMEI]: 1, err: new Error(`no device ${IMEI}`) },
        `device "${IMEI}" of ${IMEI}.`,
      ),
    );
    expect(JSON.stringify(line)).not.toContain(IMEI.slice(0, 11));
    expect(line).toMatchObject({
      imei: SHOWN,
      list: [SHOWN, { deep: `a ${SHOWN}, b` }],
      [SHOWN]: 1,
      err: { message: `no device ${SHOWN}` },
      msg: `device "${SHOWN}" of ${SHOWN}.`,
    });
  });

  test('stays JSON if a number has 15 digits', () => {
    const [line] = logged((log) =>
      log.info({ imei: 709312034493372, share: 0.123456789012345, list: [-709312034493372] }),
    );
    expect(line).toMatchObject({ imei: SHOWN, share: '0.***********2345', list: [`-${SHOWN}`] });
  });

  test('does not change longer or shorter runs of digits', () => {
    const [line] = logged((log) => log.info({ bytes: 9007199254740991, text: '70931203449337 7093120344933721' }));
    expect(line).toMatchObject({ bytes: 9007199254740991, text: '70931203449337 7093120344933721' });
  });

  test('stays JSON and has no IMEI, whatever is logged', () => {
    const fields = fc.dictionary(
      fc.string(),
      fc.oneof(fc.jsonValue(), fc.stringMatching(/^[ -~]*\d{15}[ -~]*$/), fc.maxSafeInteger()),
    );
    fc.assert(
      fc.property(fields, fc.string(), (some, text) => {
        const lines = logged((log) => log.info({ some }, text));
        expect(lines).toHaveLength(1);
        expect(JSON.stringify(lines)).not.toMatch(/(?<!\d)\d{15}(?!\d)/);
      }),
    );
  });

  test('hides the same in the lines of operations as everywhere else', () => {
    // Runs of digits of every length around that of an IMEI, at any place.
    const part = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.stringMatching(/^\d{13,17}$/),
      fc.stringMatching(/^\d{0,31}$/),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const text = parts.join('');
        expect(toSafeText(text)).toBe(text.replace(/(?<!\d)\d{11}(?=\d{4}(?!\d))/g, '***********'));
      }),
    );
  });

  test('has the time of the clock in the lines of operations, to the millisecond', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const moment = fc.integer({ min: 0, max: 4_102_444_800_000 });
      fc.assert(
        fc.property(moment, fc.array(fc.integer({ min: -2_500, max: 2_500 })), (startMs, steps) => {
          const times = [startMs];
          for (const step of steps) times.push(Math.max(0, (times.at(-1) ?? 0) + step));
          const lines = logged((log) => {
            for (const time of times) {
              vi.setSystemTime(time);
              log.writeFields('"a":1', 'operation');
            }
          });
          expect(lines.map(({ time }) => time)).toEqual(times.map((time) => new Date(time).toISOString()));
        }),
      );
    } finally {
      vi.useRealTimers();
    }
  });
});
