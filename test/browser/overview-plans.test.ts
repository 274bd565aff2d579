import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { describeInChromium, startChromium } from '../support/browser/chromium.ts';
import { openView } from '../support/browser/open-view.ts';
import { buildOverview, type BuiltOverview } from '../support/browser/overview.ts';
import { startWorld } from '../support/world/world.ts';

describeInChromium('the view of the cycle with an allowance from PLANS_FILE', () => {
  let browser: Browser;
  let built: BuiltOverview;

  beforeAll(async () => {
    [browser, built] = await Promise.all([startChromium(), buildOverview()]);
  });
  afterAll(async () => {
    await browser.close();
    await built.remove();
  });

  test.each([
    ['before the cycle ends', 5_000_000_000_000, /80% will be passed before the cycle ends\./],
    ['on a day that is over', 3_500_000_000_000, /80% was passed on \d+ Nov\./],
  ])('says that most of it is used %s, as its charts do', async (_, includedBytes, verdict) => {
    const plans = [{ accountNumber: '0844021539-00001', includedBytes }];
    const { allowancePlans } = readConfig({ PLANS_FILE: 'plans.json' }, () => JSON.stringify(plans)).plans;
    const world = await startWorld({
      simulator: { version: 'newest' },
      overviewFolder: built.folder,
      config: { allowancePlans },
    });
    const { context, page, errors } = await openView(browser, world, ['cycle', '[data-stat="allowance"]']);
    expect(await page.locator('.verdict').innerText()).toMatch(verdict);
    expect(await page.locator('[data-stat="allowance"]').innerText()).toContain('included in the plans');
    expect(await page.locator('.chart', { hasText: 'allowance' }).count()).toBe(1);
    expect(errors).toEqual([]);
    await context.close();
    await world.close();
  });
});
