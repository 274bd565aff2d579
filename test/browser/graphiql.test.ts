import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeInChromium, openVisit, startChromium, type VisitOptions } from '../support/browser/chromium.ts';
import { startCountingProxy } from '../support/browser/counting-proxy.ts';
import { driveGraphiql } from '../support/browser/graphiql.ts';
import { eventually } from '../support/eventually.ts';
import { startWorld, type World } from '../support/world/world.ts';

const ASYNCHRONOUS = 'RequestAggregatedReport';
const FLEETS = 'CreateDeviceListUpload';
interface Upload {
  readonly id: string;
  readonly url: string;
}

const PHONE = { width: 390, height: 844 };

describeInChromium('GraphiQL in Chromium', () => {
  let world: World;
  let browser: Browser;

  beforeAll(async () => {
    [world, browser] = await Promise.all([
      startWorld({ simulator: { version: 'newest' }, listens: true }),
      startChromium(),
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await world.close();
  });

  const visit = async (options?: VisitOptions) => {
    const opened = await openVisit(browser, options);
    return { ...opened, graphiql: driveGraphiql(opened.page) };
  };

  test('loads from this server only, and no error is in the console', async () => {
    const { context, page, graphiql, errors, hosts } = await visit();
    const workers: string[] = [];
    page.on('worker', (worker) => workers.push(new URL(worker.url()).pathname.replace(/-.*$/, '')));
    await graphiql.open(world.url);
    await graphiql.run();
    expect(await graphiql.response()).toMatchObject({
      data: { sessionsReport: { device: { imei: '709312034493372' } } },
    });
    await eventually(() => [...new Set(workers)].sort()).toEqual([
      '/graphql/graphiql/editorWorker',
      '/graphql/graphiql/graphqlWorker',
      '/graphql/graphiql/jsonWorker',
    ]);
    expect([...hosts]).toEqual([new URL(world.url).host]);
    expect(errors).toEqual([]);
    await context.close();
  });

  test('loads less than 50 kB on a second visit', async () => {
    const proxy = await startCountingProxy(world.url);
    const { context, graphiql } = await visit();
    await graphiql.open(proxy.url);
    await graphiql.run();
    await graphiql.response();
    expect(proxy.takeBytes()).toBeGreaterThan(2_000_000);
    await graphiql.open(proxy.url);
    const bytes = proxy.takeBytes();
    expect(bytes).toBeGreaterThan(5_000);
    expect(bytes).toBeLessThan(50_000);
    await context.close();
    await proxy.close();
  });

  test('has six tabs beside each other, and opens at the tab and text of the last visit', async () => {
    const { context, page, graphiql } = await visit();
    await graphiql.open(world.url);
    const names = ['SessionsReport', 'AggregatedReport', 'Devices', 'UsageSeries', ASYNCHRONOUS, FLEETS];
    expect(await graphiql.tabs()).toEqual(names);
    const last = await page.locator('.graphiql-tab').last().boundingBox();
    expect((last?.x ?? NaN) + (last?.width ?? NaN)).toBeLessThan(1_280);

    await graphiql.open(world.url);
    expect([await graphiql.tabs(), await graphiql.activeTab()]).toEqual([names, 'SessionsReport']);
    await graphiql.openTab('Devices');
    await eventually(() => graphiql.read('operation.graphql')).toContain('query Devices');
    await graphiql.write('operation.graphql', 'query Mine { devices(imei: ["709312034493372"]) { imei } }');
    await eventually(() => graphiql.stored('graphiql:tabState')).toContain('query Mine');
    await graphiql.open(world.url);
    expect(await graphiql.activeTab()).toBe('Mine');
    expect(await graphiql.read('operation.graphql')).toContain('query Mine');
    expect(page.url()).toBe(world.url);
    await context.close();
  });

  test('opens the operation of a link in a tab of its own', async () => {
    const { context, page, graphiql } = await visit();
    const linked = 'query Linked { devices(imei: ["709312034493372"]) { accountNumber } }';
    await graphiql.open(`${world.url}?query=${encodeURIComponent(linked)}`);
    expect(await graphiql.read('operation.graphql')).toBe(linked);
    await graphiql.run();
    expect(await graphiql.response()).toMatchObject({ data: { devices: [{ accountNumber: '0844021539-00001' }] } });
    // Its text is in no address any more, which a log could contain.
    expect(page.url()).toBe(world.url);
    await context.close();
  });

  test('follows a report to its end without a change of the variables', async () => {
    const { context, graphiql, errors } = await visit();
    await graphiql.open(world.url);
    await graphiql.openTab(ASYNCHRONOUS);
    await graphiql.run('AggregatedReportProgress');
    await eventually(() => graphiql.response()).toMatchObject({
      data: { aggregatedReportProgress: { status: 'COMPLETED', progress: 1 } },
    });
    await graphiql.run('AggregatedReportRequest');
    await eventually(() => graphiql.response()).toMatchObject({
      data: { aggregatedReportRequest: { status: 'COMPLETED', usage: { totalCount: 1 } } },
    });
    expect(errors).toEqual([]);
    await context.close();
  });

  test('follows the report that was just requested, because it sets the variable txid', async () => {
    const { context, graphiql } = await visit();
    await graphiql.open(world.url);
    await graphiql.openTab(ASYNCHRONOUS);
    const before = JSON.parse(await graphiql.read('variables.json')) as { txid: string };
    await graphiql.run('RequestAggregatedReport');
    await eventually(() => graphiql.response()).toMatchObject({ data: { requestAggregatedReport: {} } });
    const { data } = (await graphiql.response()) as { data: { requestAggregatedReport: { txid: string } } };
    const { txid } = data.requestAggregatedReport;
    expect(txid).not.toBe(before.txid);
    expect(JSON.parse(await graphiql.read('variables.json'))).toEqual({ ...before, txid });
    await graphiql.run('AggregatedReportProgress');
    await eventually(() => graphiql.response()).toMatchObject({
      data: { aggregatedReportProgress: { txid, status: 'COMPLETED' } },
    });
    await context.close();
  });

  test('requests and follows a fleet report on the list that was just uploaded, because it sets both ids', async () => {
    const { context, graphiql } = await visit();
    await graphiql.open(world.url);
    await graphiql.openTab(FLEETS);
    const before = JSON.parse(await graphiql.read('variables.json')) as { input: object };
    await graphiql.run('CreateDeviceListUpload');
    await eventually(() => graphiql.response()).toMatchObject({ data: { createDeviceListUpload: {} } });
    const { data: created } = (await graphiql.response()) as { data: { createDeviceListUpload: Upload } };
    const { id: deviceListId, url } = created.createDeviceListUpload;
    expect((await fetch(url, { method: 'PUT', body: world.devices('meter', 2).join('\n') })).status).toBe(200);
    await graphiql.run('RequestFleetReport');
    await eventually(() => graphiql.response()).toMatchObject({
      data: { requestFleetReport: { requestedDevices: 2 } },
    });
    const { data: requested } = (await graphiql.response()) as { data: { requestFleetReport: { id: string } } };
    const { id } = requested.requestFleetReport;
    const input = { ...before.input, deviceListId };
    expect(JSON.parse(await graphiql.read('variables.json'))).toEqual({ ...before, input, id });
    await graphiql.run('FleetReport');
    await eventually(() => graphiql.response()).toMatchObject({ data: { fleetReport: { id, requestedDevices: 2 } } });
    await context.close();
  });

  test('ends a subscription on the server when the user stops it', async () => {
    const { context, page, graphiql, errors } = await visit();
    await graphiql.open(world.url);
    await world.admin.disturbCallbacks({ lose: 1 });
    await graphiql.openTab(ASYNCHRONOUS);
    await graphiql.run('RequestAggregatedReport');
    await eventually(() => graphiql.response()).toMatchObject({ data: { requestAggregatedReport: {} } });
    await graphiql.run('AggregatedReportProgress');
    await eventually(world.countWatches).toBe(1);
    await page.locator('.graphiql-execute-button').click();
    await eventually(world.countWatches).toBe(0);
    expect(errors).toEqual([]);
    await world.admin.disturbCallbacks({ lose: 0 });
    await context.close();
  });

  test('shows the locations of errors as they are in the editor', async () => {
    const { context, graphiql } = await visit();
    await graphiql.open(world.url);
    const lines = [
      '# A comment, which is not sent by tools that print a document again.',
      '',
      'query Wrong {',
      '  nothing }',
    ];
    await graphiql.write('operation.graphql', lines.join('\n'));
    await graphiql.run();
    await eventually(() => graphiql.response()).toMatchObject({ errors: [{ locations: [{ line: 4, column: 3 }] }] });
    await context.close();
  });

  test.each([false, true])('stores headers: %s, as the user chose in the settings', async (asked) => {
    const { context, page, graphiql } = await visit();
    await graphiql.open(world.url);
    if (asked) {
      await page.getByRole('button', { name: 'Open settings dialog' }).click();
      await page.getByRole('button', { name: 'On', exact: true }).click();
      await page.keyboard.press('Escape');
    }
    await page.getByRole('button', { name: 'Headers', exact: true }).click();
    await graphiql.write('request-headers.json', '{ "Authorization": "Bearer token-of-a-test" }');
    await graphiql.run();
    await graphiql.response();
    await graphiql.write('operation.graphql', 'query Changed { __typename }');
    await eventually(() => graphiql.stored('graphiql:tabState')).toContain('query Changed');
    expect((await graphiql.stored()).includes('token-of-a-test')).toBe(asked);
    await graphiql.open(world.url);
    expect(await graphiql.read('request-headers.json')).toBe(
      asked ? '{ "Authorization": "Bearer token-of-a-test" }' : '',
    );
    await context.close();
  });

  test('shows the queries of people before those of gateways', async () => {
    const { context, page, graphiql } = await visit();
    await graphiql.open(world.url);
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.getByRole('link', { name: 'Query', exact: true }).click();
    await page.locator('.graphiql-doc-explorer-field-name').first().waitFor();
    const fields = await page.locator('.graphiql-doc-explorer-field-name').allInnerTexts();
    expect(fields[0]).toBe('aggregatedReport');
    expect(fields.slice(-2)).toEqual(['_entities', '_service']);
    await context.close();
  });

  test('fits the window of a laptop, so that the page has no scrollbars', async () => {
    const laptop = { width: 1280, height: 720 };
    const { context, page, graphiql } = await visit(laptop);
    await graphiql.open(world.url);
    await graphiql.run();
    const sizes = '(({ scrollWidth, scrollHeight }) => ({ width: scrollWidth, height: scrollHeight }))';
    expect(await page.evaluate<unknown>(`${sizes}(document.documentElement)`)).toEqual(laptop);
    await context.close();
  });

  test('can be used on a phone', async () => {
    const { context, page, graphiql, errors } = await visit(PHONE);
    await graphiql.open(world.url);
    await graphiql.openTab('AggregatedReport');
    await graphiql.run('AggregatedReport');
    await eventually(() => graphiql.response()).toMatchObject({ data: { aggregatedReport: {} } });
    for (const part of ['.graphiql-query-editor', '.graphiql-editor-tool', '.graphiql-response']) {
      const box = await page.locator(part).first().boundingBox();
      // Of 390 pixels, and 844.
      expect(box?.width).toBeGreaterThan(340);
      expect(box?.height).toBeGreaterThan(80);
      expect((box?.y ?? NaN) + (box?.height ?? NaN)).toBeLessThanOrEqual(PHONE.height);
    }
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(PHONE.width);
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.getByRole('link', { name: 'Query', exact: true }).click();
    expect((await page.locator('.graphiql-plugin').boundingBox())?.width).toBe(PHONE.width);
    await page.getByRole('button', { name: 'Hide Documentation Explorer' }).click();
    await graphiql.run('AccountUsage');
    expect(errors).toEqual([]);
    await context.close();
  });
});
