import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startReports } from '../../reports.mjs';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));
const UNKNOWN = '123456789012345';
const execute = promisify(execFile);

let reports, imei;

before(async () => {
  // From a clean folder, as after a clone.
  for (const generated of ['src/gql', 'dist']) await rm(`${FOLDER}/${generated}`, { recursive: true, force: true });
  await execute('npm', ['run', 'build'], { cwd: FOLDER });
  reports = await startReports();
  imei = reports.devices.map((device) => device.imei);
});

after(() => reports?.close());

test('top-devices prints the devices with the most bytes of the last week, their shares and the price', async () => {
  const { stdout } = await run('top-devices', reports.url, '5');
  const [, startDate, endDate] = /^([\d-]+) to ([\d-]+)/.exec(stdout);
  const { usage, totals } = await askForUsage({ startDate, endDate });
  assert.match(stdout, new RegExp(`^${totals.devices} devices, ${totals.silentDevices} of them silent: `, 'm'));
  const rows = stdout.split('\n').filter((line) => /^\d{15} /.test(line));
  assert.deepEqual(
    rows.map((row) => row.slice(0, 15)),
    usage.map((device) => device.imei),
  );
  for (const [at, { numberOfSessions, bytesTransferred }] of usage.entries()) {
    const share = ((100 * bytesTransferred) / totals.bytesTransferred).toFixed(1);
    assert.match(rows[at], new RegExp(` ${share} % +${numberOfSessions} sessions$`));
  }
  assert.match(stdout, /^Upstream calls: 1$/m);
});

test('follow-report follows a report to its end, and names the device that failed and the file', async () => {
  const devices = imei.slice(0, 3);
  const { stdout } = await run('follow-report', reports.url, ...devices, UNKNOWN);
  assert.match(stdout, /^COMPLETED: 4 of 4 devices$/m);
  assert.match(stdout, new RegExp(`^Failed: ${UNKNOWN}, Device not found$`, 'm'));
  const file = await (await fetch(/^CSV: (\S+)$/m.exec(stdout)[1])).text();
  for (const device of devices) assert.ok(file.includes(device));
});

test('a command that fails says why, with the code of the error, and exits with 1', async () => {
  await assert.rejects(run('follow-report', reports.url, '12345'), ({ code, stderr }) => {
    assert.equal(code, 1);
    assert.match(stderr, /^BAD_USER_INPUT: .*imei/);
    return true;
  });
});

function run(name, ...parameters) {
  return execute(process.execPath, [`dist/${name}.js`, ...parameters], { cwd: FOLDER });
}

/** The same question without the generated client. */
async function askForUsage(window) {
  const query = `query ($startDate: ReportDate!, $endDate: ReportDate!) {
    aggregatedReport(input: { allDevices: true, startDate: $startDate, endDate: $endDate }) {
      usage(orderBy: BYTES_DESC, first: 5) { imei numberOfSessions bytesTransferred }
      totals { devices silentDevices bytesTransferred }
    }
  }`;
  const response = await fetch(reports.url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query, variables: window }),
  });
  return (await response.json()).data.aggregatedReport;
}
