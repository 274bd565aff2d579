import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../src/config/config.ts';

const ACCOUNT = '0844021539-00001';
const FILE = { PLANS_FILE: '/run/plans.json' };

const complaintOf = (file: string): string[] => {
  try {
    readConfig(FILE, () => file);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n').slice(1);
    throw error;
  }
  return [];
};

describe('the file of plans', () => {
  test('has a plan for an account or one of its data plans, with defaults', () => {
    const file = JSON.stringify([
      { accountNumber: ACCOUNT, includedBytes: 2 ** 53 - 1, cycleStartDay: 31, timeZone: 'Europe/Berlin' },
      { accountNumber: ACCOUNT, dataPlan: ' Fleet 250MB ', includedBytes: null, includedBytesPerDevice: 1 },
    ]);
    expect(readConfig(FILE, () => `\uFEFF${file}`).plans.allowancePlans).toEqual([
      {
        accountNumber: ACCOUNT,
        dataPlan: null,
        includedBytes: 2 ** 53 - 1,
        includedBytesPerDevice: null,
        cycleStartDay: 31,
        timeZone: 'Europe/Berlin',
      },
      {
        accountNumber: ACCOUNT,
        dataPlan: 'Fleet 250MB',
        includedBytes: null,
        includedBytesPerDevice: 1,
        cycleStartDay: 1,
        timeZone: 'UTC',
      },
    ]);
    expect(readConfig({}).plans.allowancePlans).toEqual([]);
    expect(readConfig(FILE, () => '[]').plans.allowancePlans).toEqual([]);
  });

  test.each<[string, string, string]>([
    ['is not JSON', '[', 'The file is not a JSON list.'],
    ['is an object', '{}', 'The file is not a JSON list.'],
    ['is too large', `[${' '.repeat(2 ** 20)}]`, 'more than 1048576 characters'],
    ['has too many plans', JSON.stringify(Array.from({ length: 1_001 }, () => ({}))), 'more than 1000 plans'],
    ['has something else', '[1]', '[0]: Write an object.'],
    ['names no account', '[{"includedBytes":1}]', '[0].accountNumber: Write a string of 1 to 64'],
    ['includes nothing', plan({}), '[0].includedBytes: Write either includedBytes or'],
    ['includes both', plan({ includedBytes: 1, includedBytesPerDevice: 1 }), '[0].includedBytes: Write either'],
    ['includes no bytes', plan({ includedBytes: 0 }), '[0].includedBytes: Write a whole number of bytes from 1'],
    ['includes a part of a byte', plan({ includedBytesPerDevice: 1.5 }), '[0].includedBytesPerDevice: Write a whole'],
    ['includes a text', plan({ includedBytes: '250MB' }), '[0].includedBytes: Write a whole number'],
    ['has a day that no month has', plan({ includedBytes: 1, cycleStartDay: 32 }), '[0].cycleStartDay: Write a day'],
    ['has an unknown zone', plan({ includedBytes: 1, timeZone: 'Mars/Base' }), '[0].timeZone: Write an IANA time zone'],
    ['has an offset for a zone', plan({ includedBytes: 1, timeZone: '+05:30' }), '[0].timeZone: Write an IANA'],
    ['has an empty data plan', plan({ includedBytes: 1, dataPlan: ' ' }), '[0].dataPlan: Write the name of a data'],
    ['has a field more', plan({ includedBytes: 1, name: 'Fleet' }), '[0]: Only accountNumber, dataPlan,'],
    [
      'has a plan twice',
      JSON.stringify([
        { accountNumber: ACCOUNT, dataPlan: 'A', includedBytes: 1 },
        { accountNumber: ACCOUNT, includedBytes: 1 },
        { accountNumber: ACCOUNT, dataPlan: 'A ', includedBytesPerDevice: 1 },
      ]),
      '[2]: Another plan is for the same account and data plan.',
    ],
  ])('is a fault of the configuration if it %s', (_, file, fault) => {
    expect(complaintOf(file)).toEqual([expect.stringContaining(`PLANS_FILE: ${fault.startsWith('[') ? fault : ''}`)]);
    expect(complaintOf(file).join()).toContain(fault);
  });

  test('has every fault reported at once, ten at most, beside those of other settings', () => {
    const bad = { accountNumber: ACCOUNT, includedBytes: 0 };
    expect(complaintOf(JSON.stringify([bad, { ...bad, cycleStartDay: 0 }]))).toHaveLength(3);
    expect(complaintOf(JSON.stringify(Array.from({ length: 20 }, () => bad)))).toHaveLength(10);
    expect(() => readConfig({ PLANS_FILE: '/no/such/file.json', PORT: 'http' })).toThrow(
      /PORT: [^]*PLANS_FILE: The file cannot be read \(ENOENT\)/,
    );
  });
});

function plan(fields: object): string {
  return JSON.stringify([{ accountNumber: ACCOUNT, ...fields }]);
}
