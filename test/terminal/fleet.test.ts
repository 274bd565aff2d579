import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startCountingProxy } from '../support/browser/counting-proxy.ts';
import { runTerminal, type CommandOptions } from '../support/terminal/run-terminal.ts';
import { PATHS } from '../support/world/admin.ts';
import { imeisOf, startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';
import { startTokenIssuer } from '../support/world/token-issuer.ts';

const DATES = ['--from', '2026-11-01', '--to', '2026-11-18'];
const ESCAPE = '\u001B';
/** What only a terminal gets. */
const CONTROLS = new RegExp(`[\r${ESCAPE}█]`);
const ROW = { numberOfSessions: 1, bytesTransferred: 1_000 };

describe('the commands fleet and watch', { timeout: 180_000 }, () => {
  let at: AsyncWorld;
  let folder: string;

  beforeEach(async () => {
    at = await startAsyncWorld();
    folder = await mkdtemp(path.join(tmpdir(), 'device-reports-'));
  });
  afterEach(async () => {
    await at.close();
    await rm(folder, { recursive: true });
  });

  const run = (args: readonly string[], options: Partial<CommandOptions> = {}) =>
    runTerminal([...args, '--url', at.world.url], { clock: at.world.clock, ...options });
  const requested = (): string[][] =>
    at.platform.requestsTo(PATHS.async).map(({ body }) => (JSON.parse(body.toString()) as { imei: string[] }).imei);
  const linesOf = (text: string): string[] => text.trimEnd().split('\r\n');

  test('request many devices in reports of 10,000, follow them, and write every device into one file', async () => {
    const devices = imeisOf(12_000);
    const csv = path.join(folder, 'all.csv');
    const running = run(['fleet', '--devices', '-', ...DATES, '--csv', csv], { stdin: devices.join('\n') });
    await eventually(() => at.platform.answeredTo(PATHS.async)).toBe(2);
    expect(requested().map(({ length }) => length)).toEqual([10_000, 2_000]);
    await eventually(() => at.world.countWatches()).toBe(2);
    await at.post({ txid: 'txid-1', usage: devices.slice(0, 10_000).map((imei) => ({ imei, ...ROW })) });
    await at.post({ txid: 'txid-2', usage: devices.slice(10_000).map((imei) => ({ imei, ...ROW })) });
    const { code, stdout, stderr } = await running;
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('Price: 2 to 4 upstream calls') as string,
    });
    expect(stderr).toContain('Requested 10,000 devices: report txid-1.');
    expect(stderr).toContain('12,000 of 12,000 devices received, 2 of 2 reports ended');
    const [header, ...rows] = linesOf(await readFile(csv, 'utf8'));
    expect(header).toMatch(/imei/);
    expect(rows).toHaveLength(12_000);
    expect(rows.filter((row) => row === header)).toEqual([]);
    expect(stdout).toMatch(/txid-1 +COMPLETED +10,000 +10,000 +0 +0 +0 +10,000 +10 MB/);
    expect(await readdir(folder)).toEqual(['all.csv']);
  });

  test('ask nobody with --plan, or if the price is over --max-calls', async () => {
    const options = { stdin: imeisOf(20_001).join('\n') };
    expect(await run(['fleet', '--devices', '-', '--plan'], options)).toMatchObject({ code: 0, stdout: '6\n' });
    const refused = await run(['fleet', '--devices', '-', '--max-calls', '5'], options);
    expect(refused).toMatchObject({ code: 4, stdout: '' });
    expect(refused.stderr).toContain('This may need 6 upstream calls, and --max-calls is 5. Nothing was requested.');
    expect(requested()).toEqual([]);
  });

  test('report devices with errors, and those that are missing after the deadline, with exit code 3', async () => {
    const [good = '', bad = '', silent = ''] = imeisOf(3);
    const txid = await at.request([good, bad, silent]);
    const running = run(['watch', txid]);
    await eventually(() => at.world.countWatches()).toBe(1);
    await at.post(usageOf(txid, good));
    await at.post({ txid, errors: [{ imei: bad, errorMessage: 'Device\u001B[2J not found' }] });
    at.world.clock.advance(24 * 3_600_000);
    const { code, stdout, stderr } = await running;
    expect(code).toBe(3);
    expect(stdout).toMatch(new RegExp(`${txid} +EXPIRED +3 +1 +1 +1 `));
    expect(stderr).toContain(`${txid} expired`);
    expect(stderr).toContain(`  ${bad}: Device`);
    expect(stderr).toContain(`  ${silent}\n`);
    expect(`${stdout}${stderr}`).not.toContain('\u001B');
  });

  test('show a bar that fills on a terminal, and a line per tenth in a log', async () => {
    const devices = imeisOf(40);
    const txid = await at.request(devices);
    const running = run(['watch', txid], { columns: 100 });
    const logged = run(['watch', txid]);
    for (const imei of devices) await at.post(usageOf(txid, imei));
    const [shown, lines] = await Promise.all([running, logged]);
    expect(shown.stderr).toMatch(/█{30} {3}100%/);
    expect(shown.stderr.endsWith('\r\u001B[K')).toBe(true);
    expect(lines.stderr).not.toMatch(CONTROLS);
    expect(lines.stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(11);
    expect(lines.stderr).toContain('40 of 40 devices received\n');
  });

  test('connect again if the connection breaks, and go on from where the report is then', async () => {
    const proxy = await startCountingProxy(at.world.url);
    const [first = '', second = ''] = imeisOf(2);
    const txid = await at.request([first, second]);
    const running = runTerminal(['watch', txid, '--url', proxy.url], { clock: at.world.clock });
    await eventually(() => at.world.countWatches()).toBe(1);
    await at.post(usageOf(txid, first));
    const connections = proxy.countConnections();
    proxy.cut();
    await eventually(() => proxy.countConnections()).toBeGreaterThan(connections);
    await eventually(() => at.world.countWatches()).toBe(1);
    await at.post(usageOf(txid, second));
    const { code, stdout, stderr } = await running;
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`${txid} +COMPLETED +2 +2 `));
    expect(stderr).toContain('2 of 2 devices received');
    await proxy.close();
  });

  test('end with exit code 6 if the server stays away for about a minute', async () => {
    const proxy = await startCountingProxy(at.world.url);
    const txid = await at.request(imeisOf(1));
    const startedAtMs = at.world.clock.now();
    const running = runTerminal(['watch', txid, '--url', proxy.url], { clock: at.world.clock });
    await eventually(() => at.world.countWatches()).toBe(1);
    proxy.cut();
    await proxy.close();
    let code: number | null = null;
    void running.then((result) => (code = result.code));
    await eventually(() => {
      at.world.clock.advance(1_000);
      return code;
    }).toBe(6);
    expect(at.world.clock.now() - startedAtMs).toBeGreaterThanOrEqual(60_000);
  });

  test('stop at Ctrl+C, and say how to go on', async () => {
    const interrupted = new AbortController();
    const running = run(['fleet', '--imei', imeisOf(1)[0] ?? '', ...DATES], { signal: interrupted.signal });
    await eventually(() => at.world.countWatches()).toBe(1);
    interrupted.abort();
    const { code, stderr } = await running;
    expect(code).toBe(130);
    expect(stderr).toContain('The reports go on. Follow them with: device-reports-graphql watch txid-1\n');
    await eventually(() => at.world.countWatches()).toBe(0);
  });

  test('write the CSV alone to standard output, and the summary as JSON to a file', async () => {
    const [imei = ''] = imeisOf(1);
    const txid = await at.request([imei]);
    await at.post(usageOf(txid, imei, 42));
    const json = path.join(folder, 'summary.json');
    const { code, stdout } = await run(['watch', txid, '--csv', '-', '--json', json]);
    expect(code).toBe(0);
    expect(linesOf(stdout)).toHaveLength(2);
    expect(linesOf(stdout)[1]).toContain(imei);
    expect(JSON.parse(await readFile(json, 'utf8'))).toMatchObject({
      reports: [{ txid, status: 'COMPLETED', totals: { bytesTransferred: 42 } }],
    });
  });

  test('name a report that does not exist, and count the ids that one command takes', async () => {
    expect(await run(['watch', 'nothing'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('(NOT_FOUND)') as string,
    });
    for (const txids of [[], imeisOf(11)]) {
      const { code, stderr } = await run(['watch', ...txids]);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: 'Error: Pass 1 to 10 transaction ids, as fleet prints them.\n',
      });
    }
  });
});

describe('a terminal command of somebody who has to sign in', () => {
  test('sends the token of the environment, also for the file, and says what to do without one', async () => {
    const issuer = await startTokenIssuer();
    const at = await startAsyncWorld({ config: { tokens: issuer.config } });
    const token = await issuer.token(at.world.clock.now(), { accounts: ['0844021539-00001'] });
    const [imei = ''] = imeisOf(1);
    const run = (environment: Record<string, string>, ...args: string[]) =>
      runTerminal([...args, '--url', at.world.url], { clock: at.world.clock, environment });
    const anonymous = await run({}, 'fleet', '--imei', imei);
    expect(anonymous).toMatchObject({ code: 5, stdout: '' });
    expect(anonymous.stderr).toContain('(UNAUTHENTICATED) Set DEVICE_REPORTS_TOKEN to a token for this server.');
    expect(at.platform.requestsTo(PATHS.async)).toEqual([]);
    const running = run({ DEVICE_REPORTS_TOKEN: token }, 'fleet', '--imei', imei, ...DATES, '--csv', '-');
    await eventually(() => at.world.countWatches()).toBe(1);
    await at.post(usageOf('txid-1', imei));
    const { code, stdout, stderr } = await running;
    expect(code).toBe(0);
    expect(stdout).toContain(imei);
    expect(stderr).not.toContain(token);
    const readOnly = await issuer.token(at.world.clock.now(), {
      accounts: ['0844021539-00001'],
      scope: 'reports:read',
    });
    const forbidden = await run({ DEVICE_REPORTS_TOKEN: readOnly }, 'fleet', '--imei', imei);
    expect(forbidden).toMatchObject({ code: 5, stderr: expect.stringContaining('(FORBIDDEN)') as string });
    await at.close();
    await issuer.close();
  });
});
