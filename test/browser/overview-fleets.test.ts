import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeInChromium, startChromium } from '../support/browser/chromium.ts';
import { openView } from '../support/browser/open-view.ts';
import { buildOverview, type BuiltOverview } from '../support/browser/overview.ts';
import { eventually } from '../support/eventually.ts';
import { PATHS } from '../support/world/admin.ts';
import { imeisOf } from '../support/world/async-world.ts';
import { requestFleet, uploadList } from '../support/world/fleet-world.ts';
import { startWorld, type World } from '../support/world/world.ts';

describeInChromium('fleet reports in Chromium', () => {
  let browser: Browser;
  let built: BuiltOverview;
  let world: World;
  let imei: string[];

  beforeAll(async () => {
    [browser, built] = await Promise.all([startChromium(), buildOverview()]);
    world = await startWorld({ simulator: { version: 'newest' }, listens: true, overviewFolder: built.folder });
    imei = world.devices('meter', 3);
    // The test decides when a device arrives.
    await world.admin.disturbCallbacks({ lose: 1 });
  });
  beforeEach(() => world.admin.forgetCalls());
  afterAll(async () => {
    await browser.close();
    await world.close();
    await built.remove();
  });

  const choose = async (page: Page, lines: readonly string[]): Promise<void> => {
    const file = { name: 'devices.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) };
    await page.getByLabel('A file with one IMEI per line').setInputFiles(file);
  };
  const openForm = async (page: Page): Promise<void> => {
    await page.getByText('Request a report', { exact: true }).click();
    await page.getByLabel('Devices of a file, up to 1,000,000').check();
  };
  const readTxid = async (page: Page): Promise<string> => {
    const id = await page.locator('.report-head').getAttribute('data-fleet');
    const { data } = await world.query('query ($id: ID!) { fleetReport(id: $id) { parts { txid } } }', { id });
    return (data?.['fleetReport'] as { parts: { txid: string }[] }).parts[0]?.txid ?? '';
  };
  const deliver = async (txid: string, device: string, bytesTransferred: number): Promise<void> => {
    const body = JSON.stringify({ txid, usage: [{ imei: device, numberOfSessions: 1, bytesTransferred }], errors: [] });
    const headers = { 'Content-Type': 'application/json' };
    expect((await fetch(world.callbackUrl, { method: 'POST', headers, body })).status).toBe(200);
  };
  /** Events of a report are at least a quarter of a second apart, by the clock of the server. */
  const read = (page: Page, selector: string, attribute: string): Promise<string | null> => {
    world.clock.advance(250);
    return page.locator(selector).getAttribute(attribute);
  };
  const status = (page: Page): Promise<string | null> => read(page, '.report-head', 'data-status');
  const button = (page: Page) => page.getByRole('button', { name: 'Request', exact: true });

  test('are requested with a file that was checked before, followed device by device, and downloaded', async () => {
    const { context, page, overview, errors } = await openView(browser, world, ['reports', '.request']);
    await openForm(page);
    expect(await button(page).isDisabled()).toBe(true);
    await choose(page, ['imei', imei[0] ?? '', '12345']);
    await page.getByRole('alert').getByText('devices.csv cannot be used. Line 3:').waitFor();
    expect(await button(page).isDisabled()).toBe(true);
    await choose(page, ['imei', ...imei, imei[0] ?? '']);
    await page.getByText('3 devices in devices.csv, 1 duplicate ignored').waitFor();
    expect(await world.admin.calls(PATHS.async)).toEqual([]);
    await button(page).dblclick();
    await eventually(() => status(page)).toBe('RECEIVING');
    const calls = await world.admin.calls(PATHS.async);
    expect(calls.map(({ body }) => (JSON.parse(body) as { imei: string[] }).imei)).toEqual([[...imei].sort()]);
    await eventually(() => overview.stat('missing')).toBe(3);

    const txid = await readTxid(page);
    await deliver(txid, imei[1] ?? '', 100);
    await eventually(() => read(page, '[data-arrived]', 'data-arrived')).toBe('1');
    await eventually(() => overview.stat('missing')).toBe(2);
    await deliver(txid, imei[0] ?? '', 50);
    await deliver(txid, imei[2] ?? '', 7);
    await eventually(() => status(page)).toBe('COMPLETED');
    await eventually(() => overview.stat('transferred')).toBe(157);
    expect(await overview.values('[data-rows="usage"] td:nth-child(3) data')).toEqual([100, 50, 7]);

    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV', exact: true }).click();
    const chunks: Buffer[] = [];
    for await (const chunk of await (await waiting).createReadStream()) chunks.push(chunk as Buffer);
    for (const device of imei) expect(Buffer.concat(chunks).toString('utf8')).toContain(device);

    await page.getByRole('link', { name: 'All reports' }).click();
    await page.getByRole('list', { name: 'Fleet reports' }).getByRole('link').click();
    await eventually(() => status(page)).toBe('COMPLETED');
    // The file that was not valid.
    expect(errors).toEqual([expect.stringContaining('400')]);
    await context.close();
  });

  test('say before what they take, and can be cancelled while parts were not sent', async () => {
    const { context, page, errors } = await openView(browser, world, ['reports', '.request']);
    await openForm(page);
    await choose(page, imeisOf(20_001));
    await page.getByText('20,001 devices in devices.csv').waitFor();
    await page.getByText('3 calls, one after the other, for 10,000 devices each').waitFor();
    await button(page).click();
    // The clock stands still, so the second part is not sent.
    await page.locator('[data-status="SUBMITTING"]').waitFor();
    await page.getByRole('button', { name: 'Cancel what was not sent' }).click();
    await eventually(() => status(page)).toBe('CANCELLED');
    await page.getByText('It was cancelled before all parts were sent.').waitFor();
    expect(await world.admin.calls(PATHS.async)).toHaveLength(1);
    expect(errors).toEqual([]);
    await context.close();
  });

  test('are listed newest first, whoever requested them, a few at a time', async () => {
    const { data } = await world.query('{ fleetReports { totalCount } }');
    const { totalCount: before } = data?.['fleetReports'] as { totalCount: number };
    const ids: string[] = [];
    for (let count = before; count < 6; count += 1) {
      world.clock.advance(1_000);
      ids.unshift((await requestFleet(world, await uploadList(world, imei))).id);
    }
    const { context, page, errors } = await openView(browser, world, ['reports', '[data-fleet]']);
    const rows = page.getByRole('list', { name: 'Fleet reports' }).getByRole('listitem');
    const listed = () => rows.evaluateAll((items) => items.map((item) => item.getAttribute('data-fleet')));
    await eventually(async () => (await listed()).length).toBe(5);
    expect((await listed()).slice(0, ids.length)).toEqual(ids.slice(0, 5));
    expect(await rows.first().textContent()).toContain('0 of 3 devices');
    await page.getByRole('button', { name: 'Show more of 6 fleet reports' }).click();
    await eventually(async () => (await listed()).length).toBe(6);
    expect(await page.getByRole('button', { name: /^Show more of .* fleet/ }).count()).toBe(0);
    expect(errors).toEqual([]);
    await context.close();
  });

  test('say so if there is no such report', async () => {
    const { context } = await openView(browser, world, ['reports?fleet=nobody', '.failure >> text=NOT_FOUND']);
    await context.close();
  });
});
