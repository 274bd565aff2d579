import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeInChromium, startChromium } from '../support/browser/chromium.ts';
import { openView } from '../support/browser/open-view.ts';
import { buildOverview, type BuiltOverview } from '../support/browser/overview.ts';
import { eventually } from '../support/eventually.ts';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type World } from '../support/world/world.ts';

const IMEI = '709312034493372';
/** The world's clock is at noon of 20 November. */
const FIRST_DAY = '2026-05-25';
const TABLE = 'figure:has(.heat) table';

const SESSIONS = `query ($input: SessionsReportInput!) {
  sessionsReport(input: $input) { totals { numberOfSessions numBytes } daily { date numberOfSessions numBytes } }
}`;

interface Days {
  readonly sessionsReport: {
    readonly totals: { readonly numberOfSessions: number; readonly numBytes: number };
    readonly daily: readonly { readonly date: string; readonly numberOfSessions: number; readonly numBytes: number }[];
  };
}

describeInChromium('the view of one device in Chromium', () => {
  let browser: Browser;
  let built: BuiltOverview;
  let world: World;

  beforeAll(async () => {
    [browser, built] = await Promise.all([startChromium(), buildOverview()]);
    world = await startWorld({ simulator: { version: 'newest' }, overviewFolder: built.folder });
  });
  beforeEach(async () => {
    await world.admin.endFaults();
    await world.admin.forgetCalls();
  });
  afterAll(async () => {
    await browser.close();
    await world.close();
    await built.remove();
  });

  test('shows each of 180 days as the API returns it, for one upstream call', async () => {
    const { context, page, overview, errors } = await openView(browser, world, [`device?imei=${IMEI}`, '.heat']);
    expect(await world.admin.calls(PATHS.sessions)).toHaveLength(1);
    expect(await overview.cost()).toBe(1);

    const { data } = await world.query(SESSIONS, { input: { imei: IMEI, startDate: FIRST_DAY } });
    const { totals, daily } = (data as unknown as Days).sessionsReport;
    expect(daily).toHaveLength(180);
    expect(await overview.stat('bytes')).toBe(totals.numBytes);
    expect(await overview.stat('online')).toBe(daily.filter(({ numberOfSessions }) => numberOfSessions > 0).length);
    expect(await overview.values(`${TABLE} td:nth-child(2) data`)).toEqual(daily.map((day) => day.numberOfSessions));
    expect(await overview.values(`${TABLE} td:nth-child(3) data`)).toEqual(daily.map((day) => day.numBytes));
    expect(
      await page.locator('.heat .day').evaluateAll((cells) => cells.map((cell) => cell.getAttribute('data-day'))),
    ).toEqual(daily.map(({ date }) => date));
    expect(errors).toEqual([]);
    await context.close();
  });

  test('goes from day to day and from week to week by the keyboard, without another call', async () => {
    const { context, page } = await openView(browser, world, [`device?imei=${IMEI}`, '.heat']);
    const slider = page.getByRole('slider', { name: 'Day' });
    await slider.focus();
    await page.keyboard.press('Home');
    expect(await slider.getAttribute('aria-valuetext')).toMatch(/May 25|25 May/);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    expect(await slider.getAttribute('aria-valuetext')).toMatch(/Jun 2|2 Jun/);
    expect(page.url()).toContain('day=2026-06-02');
    await page.getByRole('link', { name: 'Week after' }).click();
    await eventually(() => page.url()).toContain('day=2026-06-09');
    expect(await world.admin.calls(PATHS.sessions)).toHaveLength(1);
    // The link opens the same day.
    await page.reload();
    expect(await slider.getAttribute('aria-valuetext')).toMatch(/Jun 9|9 Jun/);
    await context.close();
  });

  test('finds the longest gap, sessions without bytes and one that is open', async () => {
    const sessions = [
      { startTime: '2026-11-01T00:00:00.000Z', endTime: '2026-11-01T01:00:00.000Z', numBytes: 5_000 },
      { startTime: '2026-11-08T03:00:00.000Z', endTime: '2026-11-08T04:00:00.000Z', numBytes: 0 },
      { startTime: '2026-11-20T09:00:00.000Z', numBytes: 7 },
      { startTime: '2026-11-13T23:30:00.000Z', endTime: '2026-11-14T00:30:00.000Z', numBytes: 0 },
    ];
    await world.admin.fault({ path: PATHS.sessions, rawBody: JSON.stringify({ id: '1', txid: 'one', sessions }) });
    const { context, page, overview } = await openView(browser, world, [`device?imei=${IMEI}`, '.heat']);
    expect(await overview.stat('bytes')).toBe(5_007);
    expect(await overview.stat('zero')).toBe(2);
    const hours = (Date.parse('2026-11-08T03:00:00Z') - Date.parse('2026-11-01T01:00:00Z')) / 1_000;
    expect(await overview.stat('gap')).toBe(hours);
    expect(await page.locator('[data-stat="last"]').innerText()).toContain('open now');
    // The one that crosses midnight is on both days.
    await page.locator('.heat .day[data-day="2026-11-14"]').click();
    await eventually(() => page.locator('.timeline .session.zero').count()).toBe(2);
    await page.locator('.heat .day[data-day="2026-11-20"]').click();
    await eventually(() => page.locator('.timeline .session.open').count()).toBe(1);
    await context.close();
  });

  test('says why there is nothing to show', async () => {
    const silent = world.devices('silent', 1).join();
    for (const [imei, state] of [
      ['12345', 'text=An IMEI has exactly 15 digits.'],
      ['123456789012345', '.failure >> text=UPSTREAM_NOT_FOUND'],
      [silent, '.empty >> text=No session'],
    ] as const) {
      const { context } = await openView(browser, world, [`device?imei=${imei}`, state]);
      await context.close();
    }
  });

  test('takes an IMEI as people copy it, and suggests devices only if asked', async () => {
    const { context, page } = await openView(browser, world, ['device', '.empty']);
    expect(await world.admin.calls()).toEqual([]);
    await page.getByRole('button', { name: 'Suggest the busiest devices (1 call)' }).click();
    await page.locator('.suggestions a').first().waitFor();
    expect(await world.admin.calls(PATHS.aggregate)).toHaveLength(1);
    expect(await page.locator('.suggestions a').count()).toBe(6);
    await page.getByLabel('IMEI of the device').fill(' 70931203-449337 2');
    await page.keyboard.press('Enter');
    await page.locator('.heat').waitFor();
    expect(page.url()).toContain(`imei=${IMEI}`);
    await context.close();
  });
});
