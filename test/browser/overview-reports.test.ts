import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeInChromium, startChromium } from '../support/browser/chromium.ts';
import { openView } from '../support/browser/open-view.ts';
import { buildOverview, type BuiltOverview } from '../support/browser/overview.ts';
import { eventually } from '../support/eventually.ts';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type World } from '../support/world/world.ts';

const START = 'mutation ($input: RequestAggregatedReportInput!) { requestAggregatedReport(input: $input) { txid } }';

describeInChromium('the view of reports in Chromium', () => {
  let browser: Browser;
  let built: BuiltOverview;
  let world: World;
  let imei: string[];

  beforeAll(async () => {
    [browser, built] = await Promise.all([startChromium(), buildOverview()]);
    world = await startWorld({ simulator: { version: 'newest' }, listens: true, overviewFolder: built.folder });
    imei = world.devices('meter', 3);
  });
  beforeEach(async () => {
    await world.admin.disturbCallbacks({ lose: 0 });
    await world.admin.forgetCalls();
  });
  afterAll(async () => {
    await browser.close();
    await world.close();
    await built.remove();
  });

  /** The simulator loses every message, so that the test decides when a device arrives. */
  const startSilently = async (devices: readonly string[]): Promise<string> => {
    await world.admin.disturbCallbacks({ lose: 1 });
    const { data } = await world.query(START, { input: { imei: devices } });
    return (data?.['requestAggregatedReport'] as { txid: string }).txid;
  };
  const deliver = async (txid: string, device: string, bytesTransferred: number): Promise<void> => {
    const body = JSON.stringify({ txid, usage: [{ imei: device, numberOfSessions: 1, bytesTransferred }], errors: [] });
    const headers = { 'Content-Type': 'application/json' };
    expect((await fetch(world.callbackUrl, { method: 'POST', headers, body })).status).toBe(200);
  };
  const arrived = (page: Page, txid: string): Promise<string | null> =>
    page.locator(`[data-txid="${txid}"] [data-arrived]`).getAttribute('data-arrived');

  test('follows a report device by device to its end, in the list and by itself', async () => {
    const txid = await startSilently(imei);
    const { context, page, overview, errors } = await openView(browser, world, ['reports', '.report']);
    const row = page.locator(`li[data-txid="${txid}"]`);
    await eventually(() => row.getAttribute('data-status')).toBe('QUEUED');
    await eventually(world.countWatches).toBe(1);
    await deliver(txid, imei[0] ?? '', 100);
    await eventually(() => arrived(page, txid)).toBe('1');
    expect(await row.getAttribute('data-status')).toBe('RECEIVING');

    await row.getByRole('link').click();
    await eventually(() => overview.stat('transferred')).toBe(100);
    expect(await overview.stat('missing')).toBe(2);
    await deliver(txid, imei[1] ?? '', 50);
    await eventually(() => overview.stat('transferred')).toBe(150);
    await deliver(txid, imei[2] ?? '', 7);
    await eventually(() => page.locator('.report-head').getAttribute('data-status')).toBe('COMPLETED');
    await eventually(() => overview.stat('transferred')).toBe(157);
    expect(await overview.values('[data-rows="usage"] td:nth-child(3) data')).toEqual([100, 50, 7]);
    // The end of the report ends the subscription, and none of this took a call.
    await eventually(world.countWatches).toBe(0);
    expect(await world.admin.calls(PATHS.aggregate)).toEqual([]);
    expect(errors).toEqual([]);
    await context.close();
  });

  test('asks again for the devices that are missing, as a new report', async () => {
    const txid = await startSilently(imei);
    await deliver(txid, imei[0] ?? '', 1);
    const { context, page } = await openView(browser, world, [`reports?report=${txid}`, '.report-head']);
    await world.admin.disturbCallbacks({ lose: 0 });
    await world.admin.forgetCalls();
    await page.getByRole('button', { name: 'Ask again for 2 devices' }).click();
    await eventually(() => page.locator('.report-head').getAttribute('data-status')).toBe('COMPLETED');
    expect(await page.locator('.report-head').getAttribute('data-txid')).not.toBe(txid);
    const [call] = await world.admin.calls(PATHS.async);
    expect((JSON.parse(call?.body ?? '{}') as { imei: string[] }).imei.sort()).toEqual(imei.slice(1).sort());
    await context.close();
  });

  test('requests a report on a pasted list once, however often the button is pressed, and downloads it', async () => {
    const { context, page, errors } = await openView(browser, world, ['reports', '.request']);
    await page.getByText('Request a report', { exact: true }).click();
    await page.getByLabel('Devices of a list, up to 10,000').check();
    const list = page.getByLabel('IMEIs, one per line or separated by commas');
    const button = page.getByRole('button', { name: 'Request', exact: true });
    await list.fill(`IMEI\n${imei[0]}\n12345`);
    await page.getByText('1 word is not an IMEI of 15 digits, such as “12345”.').waitFor();
    expect(await button.isDisabled()).toBe(true);
    await list.fill(`IMEI\n${[...imei, imei[0]].join('\n')}`);
    await page.getByText('3 devices, 1 duplicate ignored').waitFor();
    await button.dblclick();
    await eventually(() => page.locator('.report-head').getAttribute('data-status')).toBe('COMPLETED');
    const calls = await world.admin.calls(PATHS.async);
    expect(calls).toHaveLength(1);
    expect((JSON.parse(calls[0]?.body ?? '{}') as { imei: string[] }).imei).toEqual(imei);

    for (const [name, start] of [
      ['CSV', 'imei,'],
      ['CSV for Excel', '\uFEFFimei,'],
      ['JSON lines', '{"imei":'],
    ] as const) {
      const waiting = page.waitForEvent('download');
      await page.getByRole('button', { name, exact: true }).click();
      const download = await waiting;
      const chunks: Buffer[] = [];
      for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString('utf8');
      expect(text.slice(0, start.length)).toBe(start);
      for (const device of imei) expect(text).toContain(device);
    }
    expect(errors).toEqual([]);
    await context.close();
  });

  test('says what is wrong if the report does not exist, and if ThingSpace does not take it', async () => {
    const { page, context } = await openView(browser, world, ['reports?report=nobody', '.failure >> text=NOT_FOUND']);
    await page.getByRole('link', { name: 'All reports' }).click();
    await page.getByText('Request a report', { exact: true }).click();
    await world.admin.fault({ path: PATHS.async, status: 400, code: 'INVALID_PARAMETER', message: 'no' });
    await page.getByRole('button', { name: 'Request', exact: true }).click();
    await page.locator('.request').getByRole('alert').waitFor();
    await world.admin.endFaults();
    await context.close();
  });
});
