import { mkdir, writeFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeInChromium, openVisit, startChromium, type VisitOptions } from '../support/browser/chromium.ts';
import { driveOverview } from '../support/browser/drive-overview.ts';
import { buildOverview, type BuiltOverview } from '../support/browser/overview.ts';
import { startWorld, type World } from '../support/world/world.ts';

/** With UPDATE_SCREENSHOTS=true, the screenshots replace those of the documentation. */
const FOLDER = process.env['UPDATE_SCREENSHOTS'] === 'true' ? new URL('../../docs/images/', import.meta.url) : null;
const PHONE = { width: 390, height: 844 };

interface Shot extends VisitOptions {
  readonly name: string;
  readonly view: string;
  readonly ready: string;
  readonly isPrinted?: boolean;
}

const CYCLE = { view: 'cycle?allowance=2500', ready: '[data-stat="allowance"]' };
const WHO = { view: 'who', ready: '[data-stat="newly-silent"]' };
const CHANGES = { view: 'changes', ready: '[data-stat="outliers"]' };
const SHOTS: readonly Shot[] = [
  { name: 'overview-cycle', ...CYCLE, height: 900 },
  { name: 'overview-cycle-dark', ...CYCLE, height: 900, colorScheme: 'dark' },
  { name: 'overview-cycle-phone', ...CYCLE, ...PHONE },
  { name: 'overview-cycle-print', ...CYCLE, width: 794, height: 1_123, isPrinted: true },
  { name: 'overview-who', ...WHO, height: 900 },
  { name: 'overview-changes', ...CHANGES, height: 900 },
];

describeInChromium('the screenshots of the overview page', () => {
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

  test.each(SHOTS)(
    'has $name, which is complete, in colours of its own, and no wider than the window',
    async (shot) => {
      const { name, view, ready, isPrinted = false, ...options } = shot;
      const { context, page, errors } = await openVisit(browser, { now: world.clock.now(), ...options });
      const overview = driveOverview(page, new URL('/', world.url).href);
      await overview.open(view, ready);
      await overview.cost();
      if (isPrinted) await page.emulateMedia({ media: 'print' });
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(page.viewportSize()?.width);
      const image = await page.screenshot({ fullPage: isPrinted });
      const colours = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
      expect(colours).toBe(
        shot.colorScheme === 'dark' ? 'rgb(19, 21, 25)' : isPrinted ? 'rgb(255, 255, 255)' : 'rgb(246, 245, 242)',
      );
      expect(image.length).toBeGreaterThan(20_000);
      expect(errors).toEqual([]);
      if (FOLDER !== null) {
        await mkdir(FOLDER, { recursive: true });
        await writeFile(new URL(`${name}.png`, FOLDER), image);
      }
      await context.close();
    },
  );
});
