import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { UsageSeriesDocument } from '../support/graphql/graphql.ts';
import { runTerminal, type CommandOptions } from '../support/terminal/run-terminal.ts';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type World } from '../support/world/world.ts';

const ESCAPE = '\u001B';
const COLOUR = new RegExp(`${ESCAPE}\\[\\d+m`, 'g');
/** What only a terminal gets. */
const CONTROLS = new RegExp(`[${ESCAPE}\r]`);
const NOVEMBER = ['--from', '2026-11-01', '--to', '2026-11-05'];

describe('the command report', () => {
  let world: World;
  let folder: string;
  let meters: string[];

  beforeAll(async () => {
    world = await startWorld({ startsAt: '2026-11-20T12:00:00Z' });
    folder = await mkdtemp(path.join(tmpdir(), 'device-reports-'));
    meters = world.devices('meter', 12);
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => world.admin.forgetCalls());

  const run = (args: readonly string[], options: Partial<CommandOptions> = {}) =>
    runTerminal(['report', '--url', world.url, ...args], { clock: world.clock, ...options });
  const write = async (name: string, text: string): Promise<string> => {
    const file = path.join(folder, name);
    await writeFile(file, text);
    return file;
  };
  const countCalls = async (): Promise<number> => (await world.admin.calls('/report/aggregate')).length;
  const rowsOf = (csv: string): string[][] =>
    csv
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','));

  test('prints a row per day with the figures that the API returns, and the price before and after', async () => {
    const file = await write(
      'meters.csv',
      `name,imei\n${meters.map((imei, at) => `Meter ${at},${imei}`).join('\n')}\n`,
    );
    const { code, stdout, stderr } = await run(['--devices', file, ...NOVEMBER, '--csv', '-']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('Price: 5 upstream calls') as string });
    expect(stderr).toContain('Used 5 upstream calls.');
    expect(await countCalls()).toBe(5);
    const { data } = await world.query(UsageSeriesDocument, {
      series: { imei: meters, startDate: '2026-11-01', endDate: '2026-11-05', granularity: 'DAY' },
    });
    const buckets = data?.usageSeries?.groups?.[0]?.buckets ?? [];
    const [header, ...rows] = rowsOf(stdout);
    expect(header?.slice(0, 6)).toEqual([
      'startDate',
      'endDate',
      'devices',
      'silentDevices',
      'numberOfSessions',
      'bytesTransferred',
    ]);
    expect(rows).toHaveLength(5);
    expect(rows.map((row) => [row[0], row[1], row[5]])).toEqual(
      buckets.map(({ start, totals }) => [start.slice(0, 10), start.slice(0, 10), String(totals?.bytesTransferred)]),
    );
  });

  test('asks for the seven days until yesterday, in the time zone, without dates', async () => {
    const args = ['--imei', meters[0] ?? '', '--csv', '-'];
    const daysOf = async (more: readonly string[]): Promise<unknown[]> =>
      rowsOf((await run([...args, ...more])).stdout).map(([day]) => day);
    expect(await daysOf([])).toEqual(['startDate', ...[13, 14, 15, 16, 17, 18, 19].map((day) => `2026-11-${day}`)]);
    const east = await daysOf(['--zone', 'Pacific/Kiritimati']);
    expect([east[1], east.at(-1)]).toEqual(['2026-11-14', '2026-11-20']);
  });

  test('asks for the price alone with --plan, and refuses what is over --max-calls, without an upstream call', async () => {
    const all = ['--all-devices', ...NOVEMBER];
    expect(await run([...all, '--plan'])).toMatchObject({ code: 0, stdout: '5\n' });
    const refused = await run([...all, '--max-calls', '4']);
    expect(refused).toMatchObject({ code: 4, stdout: '' });
    expect(refused.stderr).toContain('This needs 5 upstream calls, and --max-calls is 4. Nothing was asked for.');
    expect(await countCalls()).toBe(0);
    // The simulator reports its inactive devices as errors.
    expect((await run([...all, '--max-calls', '5'])).code).toBe(3);
    expect(await countCalls()).toBe(5);
  });

  test('has a row per device with --by device, those that are missing or have an error too, and exit code 3', async () => {
    const [inactive = ''] = world.devices('inactive', 1);
    const args = [...meters.slice(0, 2), inactive].flatMap((imei) => ['--imei', imei]);
    const { code, stdout, stderr } = await run([...args, ...NOVEMBER, '--by', 'device', '--csv', '-']);
    expect(code).toBe(3);
    expect(stderr).toContain(`  ${inactive}: `);
    const rows = rowsOf(stdout);
    expect(rows[0]).toEqual(['imei', 'numberOfSessions', 'bytesTransferred', 'share', 'status']);
    expect(rows.slice(1, 3).map(([imei]) => imei)).toEqual(expect.arrayContaining(meters.slice(0, 2)));
    expect(rows.at(-1)?.slice(0, 4)).toEqual([inactive, '', '', '']);
    expect(rows.at(-1)?.[4]).not.toBe('');
  });

  test('writes JSON and CSV to files, and says so', async () => {
    const [csv, json] = [path.join(folder, 'out.csv'), path.join(folder, 'out.json')];
    const { code, stdout, stderr } = await run(['--imei', meters[0] ?? '', ...NOVEMBER, '--csv', csv, '--json', json]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain(`Wrote 5 rows to ${csv}.`);
    const written = JSON.parse(await readFile(json, 'utf8')) as { plan: unknown; buckets: unknown[] };
    expect(written.plan).toMatchObject({ path: 'SESSIONS', upstreamCalls: 1 });
    expect(written.buckets).toHaveLength(5);
    expect(rowsOf(await readFile(csv, 'utf8'))).toHaveLength(6);
  });

  test('fits its table into a terminal, and has colours and a progress only there', async () => {
    const args = ['--all-devices', ...NOVEMBER];
    const environment = { FORCE_COLOR: '' };
    const wide = await run(args, { columns: 120, environment });
    const narrow = await run(args, { columns: 40, environment });
    const piped = await run(args);
    const visible = (text: string): string[] => text.replace(COLOUR, '').trimEnd().split('\n');
    expect(Math.max(...visible(narrow.stdout).map(({ length }) => length))).toBeLessThanOrEqual(40);
    expect(visible(wide.stdout)[0]).toMatch(/from +to +devices +silent +sessions +bytes/);
    expect(visible(narrow.stdout)[0]).toMatch(/^from +devices +sessions +bytes$/);
    expect(wide.stderr).toContain('\r\u001B[KWaiting for 5 upstream calls, 0 s');
    expect(`${piped.stdout}${piped.stderr}`).not.toMatch(CONTROLS);
  });

  test('names each line of a device file that has no IMEI, with its fault, and asks nobody', async () => {
    const file = await write(
      'bad.csv',
      [
        '\uFEFFimei;name',
        '',
        '# a comment',
        `${meters[0] ?? ''};good`,
        '12345;short',
        '7.09312E+14;rounded',
        'none;words',
        ';empty',
      ].join('\r\n'),
    );
    const { code, stdout, stderr } = await run(['--devices', file]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toEqual([
      `Error: ${file} has 4 lines without a valid IMEI. Nothing was asked for.`,
      '  line 5: "12345" has 5 digits. An IMEI has 15. Leading zeros count.',
      '  line 6: "7.09312E+14" is an IMEI that a spreadsheet has rounded. Format the column as text and export it again.',
      '  line 7: "none" has characters that are not digits. An IMEI has 15 digits.',
      '  line 8: there is no IMEI.',
    ]);
    expect(await countCalls()).toBe(0);
  });

  test('bounds a device file: lines, bytes, faults, and the devices of one series', async () => {
    const lines = (count: number): string =>
      Array.from({ length: count }, (_, at) => String(350_000_000_000_000 + at)).join('\n');
    const tooMany = await run(['--devices', '-'], { stdin: lines(100_001) });
    expect(tooMany).toMatchObject({ code: 2 });
    expect(tooMany.stderr).toContain('standard input has 100,001 devices, and the maximum is 100,000 devices.');
    const series = await run(['--devices', '-'], { stdin: lines(10_001) });
    expect(series).toMatchObject({ code: 2 });
    expect(series.stderr).toContain(
      '10,001 devices are more than the 10,000 of one series. Use fleet, or --all-devices.',
    );
    const faults = await run(['--devices', '-'], { stdin: 'x\n'.repeat(100_000) });
    expect(faults.stderr.split('\n')).toHaveLength(13);
    expect(faults.stderr).toContain('  and 99,990 more lines');
    const bytes = await run(['--devices', '-'], { stdin: ' '.repeat(16_000_001) });
    expect(bytes).toMatchObject({ code: 2 });
    expect(bytes.stderr).toContain('standard input has more than 16,000,000 bytes.');
    const line = await run(['--devices', '-'], { stdin: ','.repeat(1_000_000) });
    expect(line.stderr).toContain('line 1: there are 1,000,000 characters. Write one device per line.');
    expect(await countCalls()).toBe(0);
  });

  test('shows a fault of the arguments in a line, with the way to help', async () => {
    for (const [args, message] of [
      [['--nope'], "Unknown option '--nope'. See report --help."],
      [[], 'There are no devices. Pass --devices <file>, --imei <imei> or --all-devices.'],
      [['--imei', '1'], '--imei 1 is not an IMEI. An IMEI has 15 digits.'],
      [['--all-devices', '--imei', meters[0] ?? ''], '--all-devices does not go with --devices or --imei.'],
      [
        ['--all-devices', '--by', 'hour'],
        '--by hour is not known. Send one of day, week, month, cycle, whole, device.',
      ],
      [['--all-devices', '--by', 'cycle'], '--by cycle needs --cycle-day <1-31>, the first day of a billing cycle.'],
      [['--all-devices', '--from', '2026-02-30'], '--from 2026-02-30 is not a date. Send one such as 2026-11-01.'],
      [['--all-devices', '--from', '2026-11-20', '--to', '2026-11-19'], '--from 2026-11-20 is after --to 2026-11-19.'],
      [
        ['--all-devices', '--zone', 'Mars'],
        '--zone Mars is not a time zone. Send an IANA name, such as America/New_York.',
      ],
      [['--all-devices', '--max-calls', '-1'], "Option '--max-calls' argument is ambiguous."],
      [['--all-devices', '--max-calls', '1.5'], '--max-calls is 1.5. Set it to a whole number from 0 to 1000000.'],
      [['--devices', path.join(folder, 'none.csv')], 'none.csv cannot be read: ENOENT'],
      [['extra'], 'report takes only options, not extra. See report --help.'],
    ] as const) {
      const { code, stdout, stderr } = await run(args);
      expect({ code, stdout, stderr }).toEqual({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining(message) as string,
      });
    }
  });

  test('passes on what the server says about arguments, with exit code 2', async () => {
    const { code, stderr } = await run(['--all-devices', '--from', '2026-01-01', '--to', '2029-01-01']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^Error: .*the maximum is 800\. .*\(BAD_USER_INPUT\)\n$/);
  });

  test('asks for nothing if its file cannot be written, with exit code 2', async () => {
    for (const file of [path.join(folder, 'no-such-folder/usage.csv'), folder]) {
      const { code, stdout, stderr } = await run(['--all-devices', ...NOVEMBER, '--csv', file]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(`Error: ${file} cannot be written: `);
    }
    expect(await countCalls()).toBe(0);
  });

  test('names the commands if none was named', async () => {
    const { code, stderr } = await runTerminal([], { clock: world.clock });
    expect(code).toBe(2);
    expect(stderr).toBe('Error: No command was named. There are report, fleet, top, watch; each has --help.\n');
  });

  test('fails if there is no usage at all, and writes nothing', async () => {
    const { code, stdout, stderr } = await run(['--imei', '123456789012345', ...NOVEMBER, '--csv', '-']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^Error: .*Check the IMEI.*\(UPSTREAM_NOT_FOUND\)$/m);
  });

  test('says which server cannot be reached, with exit code 6', async () => {
    const { code, stderr } = await runTerminal(['report', '--all-devices'], {
      clock: world.clock,
      environment: { DEVICE_REPORTS_URL: 'http://127.0.0.1:9/graphql' },
    });
    expect(code).toBe(6);
    expect(stderr).toContain('http://127.0.0.1:9 cannot be reached (');
    expect(stderr).toContain('pass --own-server.');
  });

  test('takes no URL with a user name, and no address that is not HTTP', async () => {
    for (const url of ['http://someone:secret@127.0.0.1/graphql', 'file:///etc/passwd', 'nowhere']) {
      const { code, stderr } = await runTerminal(['report', '--all-devices', '--url', url], { clock: world.clock });
      expect(code).toBe(2);
      expect(stderr).not.toContain('secret');
    }
  });
});

describe('the command top', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ startsAt: '2026-11-20T12:00:00Z' });
  });
  afterAll(() => world.close());

  test('ranks the devices of the whole account by their bytes, with one upstream call', async () => {
    await world.admin.forgetCalls();
    const args = ['top', '--url', world.url, '--first', '3', ...NOVEMBER, '--json', '-'];
    const { code, stdout, stderr } = await runTerminal(args, { clock: world.clock });
    // The simulator reports its inactive devices as errors.
    expect(code).toBe(3);
    expect(stderr).toMatch(/^15 errors of the platform, instead of usage:$/m);
    expect(stderr).toMatch(/^Apart from that, the result is complete \(exit code 3\)\.$/m);
    expect(await world.admin.calls(PATHS.aggregate)).toHaveLength(1);
    const { usage, totals } = JSON.parse(stdout) as {
      usage: { imei: string; bytesTransferred: number }[];
      totals: { bytesTransferred: number; devices: number };
    };
    expect(usage).toHaveLength(3);
    const bytes = usage.map(({ bytesTransferred }) => bytesTransferred);
    expect(bytes).toEqual([...bytes].sort((a, b) => b - a));
    expect(totals.bytesTransferred).toBeGreaterThan(bytes[0] ?? 0);
    expect(stderr).toContain('Price: 1 upstream call (path ACCOUNT');
    const table = await runTerminal(args.slice(0, -2), { clock: world.clock });
    const lines = table.stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(new RegExp(`^1 +${usage[0]?.imei ?? ''} .*%  █{20}$`));
    expect(table.stderr).toMatch(/% of .* by 3 of \d+ devices/);
  });
});
