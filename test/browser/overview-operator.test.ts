import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeInChromium, startChromium } from '../support/browser/chromium.ts';
import { openView } from '../support/browser/open-view.ts';
import { buildOverview, type BuiltOverview } from '../support/browser/overview.ts';
import { eventually } from '../support/eventually.ts';
import { startTokenIssuer } from '../support/world/token-issuer.ts';
import { startWorld } from '../support/world/world.ts';

const STATUS = '{ serverStatus { version callsToday { made savedBySharing answeredFromCache } } }';

interface Status {
  readonly serverStatus: {
    readonly version: string;
    readonly callsToday: { readonly made: number; readonly savedBySharing: number; readonly answeredFromCache: number };
  };
}

describeInChromium('the view for operators in Chromium', () => {
  let browser: Browser;
  let built: BuiltOverview;

  beforeAll(async () => {
    [browser, built] = await Promise.all([startChromium(), buildOverview()]);
  });
  afterAll(async () => {
    await browser.close();
    await built.remove();
  });

  test('shows what serverStatus returns, and looks at the listener only if asked', async () => {
    const world = await startWorld({ simulator: { version: 'newest' }, listens: true, overviewFolder: built.folder });
    await world.query('{ device(imei: "709312034493372") { usage { bytesTransferred } } }');
    const { context, page, overview, errors } = await openView(browser, world, ['operator', '.checks']);
    const { data } = await world.query(STATUS);
    const { version, callsToday } = (data as unknown as Status).serverStatus;
    expect(await overview.stat('made')).toBe(callsToday.made);
    expect(callsToday.made).toBe(1);
    expect(await overview.stat('shared')).toBe(callsToday.savedBySharing);
    expect(await overview.stat('cached')).toBe(callsToday.answeredFromCache);
    expect(await page.locator('[data-version]').getAttribute('data-version')).toBe(version);
    const state = (check: string) => page.locator(`[data-check="${check}"]`).getAttribute('data-state');
    expect(await state('breaker')).toBe('good');
    expect(await state('sign-in')).toBe('good');
    expect(await state('store')).toBe('good');
    expect(await state('listener')).toBe('unknown');
    const verdict = () => page.locator('[data-verdict]').innerText();
    expect(await verdict()).toBe('Everything works, as far as is known. Not known: Callback listener.');

    await page.getByRole('button', { name: 'Look where ThingSpace posts results (1 call)' }).click();
    await page.getByRole('cell', { name: 'yes' }).waitFor();
    await eventually(() => state('listener')).toBe('good');
    expect(await verdict()).toBe('Everything works.');
    expect(await overview.cost()).toBe(1);
    expect(errors).toEqual([]);
    await context.close();
    await world.close();
  });

  test('says first what does not work, such as a sign-in that is blocked', async () => {
    const world = await startWorld({ simulator: { version: 'newest' }, overviewFolder: built.folder });
    await world.admin.signIn({ password: 'another one' });
    const query = '{ sessionsReport(input: { imei: "709312034493372" }) { txid } }';
    await world.query(query);
    await world.query(query);
    const { context, page } = await openView(browser, world, ['operator', '[data-check="sign-in"][data-state="bad"]']);
    expect(await page.locator('[data-verdict]').getAttribute('data-verdict')).toBe('over');
    expect(await page.locator('[data-verdict]').innerText()).toContain('Sign-in');
    await context.close();
    await world.close();
  });

  test('asks for the scope that it needs', async () => {
    const issuer = await startTokenIssuer();
    const world = await startWorld({
      simulator: { version: 'newest' },
      config: { tokens: issuer.config },
      overviewFolder: built.folder,
    });
    const claims = { accounts: [world.simulator.accountNumber], scope: 'reports:read' };
    const { context, page } = await openView(browser, world, ['operator', '.sign-in']);
    await page.getByLabel('Token').fill(await issuer.token(world.clock.now(), claims));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('FORBIDDEN').waitFor();
    await context.close();
    await world.close();
    await issuer.close();
  });
});
