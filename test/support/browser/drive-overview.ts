import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** A fault that axe-core found. */
interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}

/** The overview page as a person uses it. */
export interface Overview {
  /** Opens a view by its address, and waits until it has what the selector names. */
  open(view: string, ready: string): Promise<void>;
  /** The exact number of a figure. */
  stat(id: string): Promise<number>;
  /** The exact numbers that match. */
  values(selector: string): Promise<number[]>;
  /** The upstream calls of the view, by its corner, once nothing runs any more. */
  cost(): Promise<number>;
  /** Serious and critical faults of accessibility. */
  findBarriers(): Promise<string[]>;
}

/** Drives the page of a server. */
export function driveOverview(page: Page, url: string): Overview {
  const values = (selector: string): Promise<number[]> =>
    page.locator(selector).evaluateAll((elements) => elements.map((element) => Number(element.getAttribute('value'))));
  return {
    async open(view, ready) {
      await page.goto(`${url}#/${view}`);
      await page.locator(ready).first().waitFor();
    },
    async stat(id) {
      const [value = NaN] = await values(`[data-stat="${id}"] .figure data`);
      return value;
    },
    values,
    async cost() {
      await page.locator('.pulse.still').waitFor();
      return Number(await page.locator('[data-cost]').getAttribute('data-cost'));
    },
    async findBarriers() {
      await page.evaluate(await readFile(AXE, 'utf8'));
      const violations = await page.evaluate<Violation[]>(`axe.run().then(({ violations }) => violations)`);
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) =>
          nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
        );
    },
  };
}
