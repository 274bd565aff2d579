import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));
/** Where Debian's package `chromium` puts it. In CI its absence is a failure, elsewhere the tests are skipped. */
const EXECUTABLE = '/usr/bin/chromium';
const isRequired = process.env.CI !== undefined && process.env.CI !== 'false';
const skip = !existsSync(EXECUTABLE) && !isRequired && `there is no ${EXECUTABLE} (apt-get install chromium)`;

describe('the dashboard', { skip }, () => {
  let browser, dashboard, startDashboard;

  before(async () => {
    // From a clean folder, as after a clone.
    for (const generated of ['src/gql', 'dist']) await rm(`${FOLDER}/${generated}`, { recursive: true, force: true });
    await promisify(execFile)('npm', ['run', 'build'], { cwd: FOLDER });
    ({ startDashboard } = await import('../serve.mjs'));
    [dashboard, browser] = await Promise.all([
      startDashboard(),
      chromium.launch({ executablePath: EXECUTABLE, args: ['--no-sandbox', '--disable-gpu'] }),
    ]);
  });

  after(async () => {
    await browser?.close();
    await dashboard?.close();
  });

  test('shows the devices that the API names, from another origin, and sends no document', async () => {
    const { page, errors, sent } = await visit(dashboard);
    const rows = page.locator('tbody tr');
    await rows.first().waitFor();
    const [{ operationName, variables }] = sent.filter((body) => body.operationName === 'TopDevices');
    const { usage } = (await runById(operationName, variables)).data.aggregatedReport;
    assert.equal(usage.length, 10);
    assert.deepEqual(
      await rows.locator('th').allInnerTexts(),
      usage.map(({ imei }) => imei),
    );
    const titles = await rows.locator('td[title]').evaluateAll((cells) => cells.map((cell) => cell.title));
    assert.deepEqual(
      titles,
      usage.map(({ bytesTransferred }) => `${bytesTransferred} bytes`),
    );
    for (const body of sent) {
      assert.equal(body.query, undefined);
      assert.match(body.extensions.persistedQuery.sha256Hash, /^[0-9a-f]{64}$/);
    }
    assert.deepEqual(errors, []);
    await page.close();
  });

  test('follows a report in the list until it can be downloaded, by one subscription', async () => {
    // So that the page has followed it before it is complete, on a slow machine too.
    const disturbances = `${dashboard.reports.adminUrl}/callbacks/faults`;
    await fetch(disturbances, { method: 'POST', body: JSON.stringify({ delayMilliseconds: 2_000 }) });
    const { page, errors, sent } = await visit(dashboard);
    await page.getByText('No report has been requested yet.').waitFor();
    await page.getByRole('button', { name: 'Request a report on these 10 devices' }).click();
    const report = page.locator('li[data-status="COMPLETED"]');
    await report.waitFor();
    assert.match(await report.innerText(), /10 of 10 devices, completed/);
    assert.equal(await report.locator('progress').evaluate(({ value, max }) => value / max), 1);
    const file = await (await fetch(await report.getByRole('link').getAttribute('href'))).text();
    for (const imei of await page.locator('tbody th').allInnerTexts()) assert.ok(file.includes(imei));
    const names = sent.map(({ operationName }) => operationName);
    assert.equal(names.filter((name) => name === 'ReportProgress').length, 1);
    assert.deepEqual(errors, []);
    await fetch(disturbances, { method: 'DELETE' });
    await page.close();
  });

  test('is served by an API that runs no other document', async () => {
    const response = await fetch(dashboard.reports.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query: '{ serverStatus { version } }' }),
    });
    assert.equal((await response.json()).errors[0].extensions.code, 'DOCUMENT_NOT_TRUSTED');
  });

  test('says so if the API does not allow its origin', async () => {
    const other = await startDashboard({ allowed: false });
    const { page } = await visit(other);
    await page.getByRole('alert').first().waitFor();
    assert.equal(await page.locator('tbody').count(), 0);
    await page.close();
    await other.close();
  });

  /** Opens the page, and records what went wrong in it and what it sent to the API. */
  async function visit({ url, reports }) {
    const page = await browser.newPage();
    const errors = [];
    const sent = [];
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('request', (request) => {
      if (request.url() === reports.url && request.method() === 'POST') sent.push(request.postDataJSON());
    });
    await page.goto(url);
    return { page, errors, sent };
  }

  /** Runs a document of the page without the page. */
  async function runById(operationName, variables) {
    const documents = JSON.parse(await readFile(`${FOLDER}/src/gql/persisted-documents.json`, 'utf8'));
    const [id] = Object.entries(documents).find(([, text]) => text.includes(`query ${operationName}(`));
    const response = await fetch(dashboard.reports.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ documentId: `sha256:${id}`, variables }),
    });
    return response.json();
  }
});
