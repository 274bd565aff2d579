import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { describeInChromium, openVisit, startChromium } from '../support/browser/chromium.ts';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type World } from '../support/world/world.ts';

const IMEI = '709312034493372';
const REQUEST = `mutation { requestAggregatedReport(input: { imei: ["${IMEI}"] }) { txid } }`;

/** Runs in the page: sends an operation, and returns the texts of what came back, piece by piece. */
const SEND = `async ({ url, query, accept }) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: accept, Authorization: 'Bearer of-a-page' },
    body: JSON.stringify({ query }),
  });
  return response.text();
}`;

describeInChromium('a page of another origin in Chromium', () => {
  let browser: Browser;
  let site: Server;
  let origin: string;
  let world: World;

  beforeAll(async () => {
    browser = await startChromium();
    site = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end('<title>App</title>'));
    site.listen(0, '127.0.0.1');
    await once(site, 'listening');
    origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  });
  afterEach(() => world.close());
  afterAll(async () => {
    await browser.close();
    site.close();
  });

  const send = (page: Page, query: string, accept = 'application/json'): Promise<string> =>
    page.evaluate<string>(`(${SEND})(${JSON.stringify({ url: world.url, query, accept })})`);
  const download = (page: Page, url: string): Promise<string> =>
    page.evaluate<string>(`fetch(${JSON.stringify(url)}).then((response) => response.text())`);
  const txidIn = (text: string): string => /"txid":"([^"]+)"/.exec(text)?.[1] ?? '';
  const urlIn = (text: string): string => new URL(/"download":"([^"]+)"/.exec(text)?.[1] ?? '', world.url).href;
  const toProgress = (txid: string): string =>
    `subscription { aggregatedReportProgress(txid: "${txid}") { status receivedDevices } }`;
  const toReport = (txid: string): string => `{ aggregatedReportRequest(txid: "${txid}") { status download } }`;

  test('queries, subscribes and downloads if CORS_ORIGINS lists its origin', async () => {
    world = await startWorld({ simulator: { version: 'newest' }, listens: true, config: { corsOrigins: [origin] } });
    const { context, page, errors } = await openVisit(browser);
    await page.goto(origin);
    const txid = txidIn(await send(page, REQUEST));
    const events = await send(page, toProgress(txid), 'text/event-stream');
    expect(events).toMatch(/"status":"COMPLETED"[^]*event: complete/);
    const file = await download(page, urlIn(await send(page, toReport(txid))));
    expect(file).toContain(IMEI);
    expect(errors).toEqual([]);
    await context.close();
  });

  test.each<[string, string[]]>([
    ['is not set', []],
    ['lists another origin', ['https://app.example']],
  ])('can do none of that if CORS_ORIGINS %s, and nothing it sends runs', async (_, corsOrigins) => {
    world = await startWorld({ simulator: { version: 'newest' }, listens: true, config: { corsOrigins } });
    const { data } = await world.query(REQUEST);
    const { txid } = data?.['requestAggregatedReport'] as { txid: string };
    const own = await openVisit(browser);
    await own.page.goto(world.url);
    await send(own.page, toProgress(txid), 'text/event-stream');
    const link = urlIn(await send(own.page, toReport(txid)));
    expect(await download(own.page, link)).toContain(IMEI);
    await own.context.close();
    await world.admin.forgetCalls();

    const { context, page } = await openVisit(browser);
    await page.goto(origin);
    for (const query of [REQUEST, toProgress(txid), `{ sessionsReport(input: { imei: "${IMEI}" }) { txid } }`])
      await expect(send(page, query)).rejects.toThrow('Failed to fetch');
    await expect(download(page, link)).rejects.toThrow('Failed to fetch');
    for (const path of [PATHS.async, PATHS.sessions]) expect(await world.admin.calls(path)).toEqual([]);
    await context.close();
  });
});
