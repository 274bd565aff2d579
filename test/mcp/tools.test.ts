import { readdir } from 'node:fs/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/world/token-issuer.ts';
import { startWorld, type World } from '../support/world/world.ts';

const DAYS = { startDate: '2026-11-01', endDate: '2026-11-10' };
const ACCEPT = 'application/json, text/event-stream';

interface Called {
  readonly isError: boolean;
  readonly value: Record<string, unknown>;
  readonly characters: number;
}

/** A client as the library has it. */
async function connect(world: World, token?: string): Promise<Client> {
  const client = new Client({ name: 'a-test', version: '1.0.0' });
  const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const url = new URL('/mcp', world.url);
  const transport = new StreamableHTTPClientTransport(url, { requestInit: { headers } });
  await client.connect(transport);
  return client;
}

async function call(client: Client, name: string, sent: Record<string, unknown> = {}): Promise<Called> {
  const { content, isError } = await client.callTool({ name, arguments: sent });
  const [{ text }] = content as [{ text: string }];
  return { isError: isError === true, value: JSON.parse(text) as Record<string, unknown>, characters: text.length };
}

function post(world: World, body: BodyInit, headers: Record<string, string> = {}, path = '/mcp'): Promise<Response> {
  const sent = { Accept: ACCEPT, 'Content-Type': 'application/json', ...headers };
  return fetch(new URL(path, world.url), { method: 'POST', headers: sent, body });
}

describe('the tools of the Model Context Protocol', () => {
  let world: World;
  let client: Client;

  beforeAll(async () => {
    world = await startWorld({ config: { mcp: true } });
    client = await connect(world);
  });
  afterAll(async () => {
    await client.close();
    await world.close();
  });
  beforeEach(() => world.admin.forgetCalls());

  test('are the queries of schema/operations, each with a description and its parameters, and the price of each', async () => {
    const { tools } = await client.listTools();
    const files = await readdir(new URL('../../schema/operations/', import.meta.url));
    const names = tools.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['AggregatedReport', 'SessionsReport', 'UsageSeries', 'Plan']));
    expect(names).not.toContain('RequestAggregatedReport');
    expect(names).not.toContain('AggregatedReportProgress');
    // Without the mutation and the subscription, with the price.
    expect(names.length).toBeGreaterThan(files.length - 8);
    for (const { description, inputSchema, annotations } of tools) {
      expect(description).toMatch(/^[A-Z].*\.$/);
      expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
      expect(annotations?.readOnlyHint).toBe(true);
    }
    const report = tools.find(({ name }) => name === 'AggregatedReport');
    expect(report?.inputSchema).toMatchObject({
      required: ['input'],
      properties: {
        input: {
          type: 'object',
          additionalProperties: false,
          properties: { imei: { type: 'array', items: { type: 'string', pattern: '^[0-9]{15}$' } } },
        },
      },
    });
  });

  test('return what the API returns, with what it cost', async () => {
    const imei = world.devices('meter', 3);
    const { isError, value } = await call(client, 'AggregatedReport', { input: { imei, ...DAYS } });
    expect(isError).toBe(false);
    expect(value['upstream']).toMatchObject({ calls: 1 });
    const { data } = await world.query(
      'query ($input: AggregatedReportInput!) { aggregatedReport(input: $input) { usage(orderBy: BYTES_DESC) { imei numberOfSessions bytesTransferred } } }',
      { input: { imei, ...DAYS } },
    );
    expect(value['data']).toMatchObject(data ?? {});
  });

  test('say before what they would cost, and make no call for that', async () => {
    const imei = world.devices('meter', 12);
    const plan = (tool: string, sent: object) => call(client, 'Plan', { tool, arguments: sent });
    expect((await plan('AggregatedReport', { input: { imei, ...DAYS } })).value).toEqual({
      upstreamCalls: 2,
      withinBudget: true,
    });
    const many = Array.from({ length: 2_000 }, (_, at) => String(350_000_000_000_000 + at));
    expect((await plan('Devices', { imei: many, ...DAYS })).value).toMatchObject({ withinBudget: false });
    const series = { imei, ...DAYS, granularity: 'DAY' };
    const price = await call(client, 'UsageSeriesPrice', { series });
    expect(price.value).toMatchObject({ data: { usageSeries: { plan: { withinBudget: true } } } });
    expect(await plan('Nothing', {}).catch((error: unknown) => String(error))).toContain('There is no such tool');
    expect((await plan('AggregatedReport', { input: { imei: ['1'] } })).value).toMatchObject({
      errors: [{ code: 'BAD_USER_INPUT' }],
    });
    expect(await world.admin.calls('/report/aggregate')).toEqual([]);
    expect(await world.admin.calls(PATHS.sessions)).toEqual([]);
  });

  test('shorten long lists, with the percentiles of all rows and the way to the rest', async () => {
    const sent = { startDate: DAYS.startDate, endDate: DAYS.endDate, first: 300 };
    const { value, characters } = await call(client, 'AccountUsage', sent);
    const devices = world.devices('meter', 200);
    const all = await call(client, 'Devices', { imei: devices.slice(0, 80), ...DAYS });
    for (const each of [characters, all.characters]) expect(each).toBeLessThan(45_000);
    expect(value['data']).toMatchObject({ aggregatedReport: { totals: {} } });
    expect(all.value).toMatchObject({
      shortened: expect.arrayContaining([expect.objectContaining({ path: 'devices', rows: 80 })]) as unknown,
      everyRow: expect.stringContaining('requestAggregatedReport') as string,
    });
  });

  test('read a message that begins with a byte order mark', async () => {
    const ping = JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'ping', params: {} });
    expect(await (await post(world, `\uFEFF${ping}`)).json()).toEqual({ jsonrpc: '2.0', id: 7, result: {} });
  });

  test('report a bad argument as the API does, without an upstream call', async () => {
    const { isError, value } = await call(client, 'SessionsReport', { input: { imei: '12' } });
    expect(isError).toBe(true);
    expect(value).toMatchObject({ errors: [{ code: 'BAD_USER_INPUT' }] });
    expect(await world.admin.calls(PATHS.sessions)).toEqual([]);
    await expect(call(client, 'RequestAggregatedReport', {})).rejects.toThrow('There is no such tool');
  });

  test('hold a hostile client to the bounds of the API', async () => {
    const imei = Array.from({ length: 20_000 }, (_, at) => String(350_000_000_000_000 + at));
    const tooMany = await call(client, 'AggregatedReport', { input: { imei, ...DAYS } });
    expect(tooMany).toMatchObject({ isError: true });
    expect(tooMany.characters).toBeLessThan(10_000);
    const line = (method: string, id: unknown = 1): string =>
      JSON.stringify({ jsonrpc: '2.0', id, method, params: {} });
    expect((await post(world, 'x'.repeat(1_000_001))).status).toBe(413);
    expect((await post(world, '{')).status).toBe(400);
    expect((await post(world, `[${line('tools/list')},${line('tools/list', 2)}]`)).status).toBe(400);
    expect((await post(world, line('tools/list'), { 'Content-Type': 'text/plain' })).status).toBe(415);
    expect((await post(world, line('tools/list'), { 'Content-Encoding': 'gzip' })).status).toBe(415);
    expect((await post(world, line('tools/list'), { Accept: 'text/html' })).status).toBe(406);
    expect((await post(world, line('tools/list'), { Origin: 'https://evil.example' })).status).toBe(403);
    expect((await post(world, line('tools/list'), { Origin: new URL(world.url).origin })).status).toBe(200);
    // There are no sessions that a client could open and leave behind.
    for (const method of ['GET', 'DELETE', 'PUT']) {
      const response = await fetch(new URL('/mcp', world.url), { method, headers: { Accept: ACCEPT } });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    }
    const opened = await post(world, line('tools/list'), { 'Mcp-Session-Id': 'made-up' });
    expect(opened.headers.get('mcp-session-id')).toBe(null);
    expect(await world.admin.calls('/report/aggregate')).toEqual([]);
  });
});

describe('the tools for callers who have to sign in', () => {
  let world: World;
  let issuer: TokenIssuer;

  beforeAll(async () => {
    issuer = await startTokenIssuer();
    world = await startWorld({ config: { mcp: true, tokens: issuer.config, rateLimitPerMinute: 20 } });
  });
  afterAll(async () => {
    await world.close();
    await issuer.close();
  });

  test('need a token, its scopes and its accounts, and count for its rate limit', async () => {
    await expect(connect(world)).rejects.toThrow();
    const accounts = [world.simulator.accountNumber];
    const reader = await connect(
      world,
      await issuer.token(world.clock.now(), { accounts, scope: 'reports:read', sub: 'a-reader' }),
    );
    const imei = world.devices('meter', 1)[0] ?? '';
    const read = (accountNumber: string) => call(reader, 'SessionsReport', { input: { imei, accountNumber, ...DAYS } });
    expect((await read(world.simulator.accountNumber)).isError).toBe(false);
    expect((await read('0000000001-00001')).value).toMatchObject({ errors: [{ code: 'FORBIDDEN' }] });
    expect((await call(reader, 'ServerStatus')).value).toMatchObject({ errors: [{ code: 'FORBIDDEN' }] });
    const planned = await call(reader, 'Plan', { tool: 'CallbackListeners' });
    expect(planned.value).toMatchObject({ errors: [{ code: 'FORBIDDEN' }] });
    const statuses = await Promise.all(
      Array.from({ length: 25 }, () =>
        reader.listTools().then(
          () => 200,
          () => 429,
        ),
      ),
    );
    expect(statuses).toContain(429);
    await reader.close();
  });
});

test('there is nothing at the path of the tools unless they are turned on', async () => {
  const world = await startWorld();
  const response = await post(world, '{}');
  expect(response.status).toBe(404);
  expect(await response.text()).not.toContain('mcp');
  await world.close();
});
