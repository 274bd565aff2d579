import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeInChromium, startChromium } from '../support/browser/chromium.ts';
import { openView } from '../support/browser/open-view.ts';
import { buildOverview, type BuiltOverview } from '../support/browser/overview.ts';
import { startWorld, type World } from '../support/world/world.ts';

const PHONE = { width: 390, height: 844 };

/** Pairs of words in charts that are drawn over each other by more than a pixel. */
const OVERLAPS = `(() => {
  const found = [];
  for (const chart of document.querySelectorAll('svg')) {
    const words = [...chart.querySelectorAll('text')].flatMap((text) => {
      const lines = [...text.querySelectorAll('tspan')];
      return lines.length > 0 ? lines : [text];
    });
    const boxes = words.map((word) => [word.textContent, word.getBoundingClientRect()]);
    for (const [at, [one, a]] of boxes.entries())
      for (const [other, b] of boxes.slice(at + 1)) {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        // Boxes of lines are higher than their letters.
        if (across > 1 && down > 4) found.push(one + ' / ' + other);
      }
  }
  return found;
})()`;
/** Tables of devices that are wider than the phone, and whether the link of the current view is in sight. */
const CUT = `[...document.querySelectorAll('.scroll.whole')].filter((each) => each.scrollWidth > each.clientWidth).length`;
const IS_IN_SIGHT = `(() => {
  const { left, right } = document.querySelector('.views [aria-current]').getBoundingClientRect();
  return left >= 0 && right <= document.documentElement.clientWidth;
})()`;

describeInChromium('the overview page on a phone', () => {
  let built: BuiltOverview;
  let browser: Browser;
  let world: World;

  beforeAll(async () => {
    [built, browser] = await Promise.all([buildOverview(), startChromium()]);
    world = await startWorld({
      simulator: { version: 'newest' },
      listens: true,
      overviewFolder: built.folder,
      config: { cacheMaxBytes: 64 * 2 ** 20 },
    });
  });
  afterAll(async () => {
    await browser.close();
    await world.close();
    await built.remove();
  });

  test.each([
    ['cycle?allowance=4600', '[data-stat="used"]'],
    ['who', '[data-stat="newly-silent"]'],
    ['changes', '[data-stat="outliers"]'],
    ['device?imei=709312034493372', '.timeline'],
    ['reports', '.request'],
    ['operator', '.checks'],
  ])('shows %s without words over each other or a table that is cut, and which view it is', async (view, ready) => {
    const { context, page } = await openView(browser, world, [view, ready], PHONE);
    expect(await page.evaluate(OVERLAPS)).toEqual([]);
    expect(await page.evaluate(CUT)).toBe(0);
    expect(await page.evaluate(IS_IN_SIGHT)).toBe(true);
    await context.close();
  });

  test('draws devices without usage at zero, not at a power of ten', async () => {
    const { context, page } = await openView(browser, world, ['who', '[data-stat="newly-silent"]']);
    const drawing = page.locator('figure, section').filter({ hasText: 'How usage is spread' }).locator('svg').last();
    const [lowest = '', next = ''] = await drawing.locator('.axis g text').allTextContents();
    expect([lowest, next]).toEqual(['0', expect.stringMatching(/^10*\s*(bytes|kB)$/)]);
    await context.close();
  });
});
