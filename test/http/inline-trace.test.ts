import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fieldsOf, readTrace } from '../support/traces.ts';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type World } from '../support/world/world.ts';

const ASKING = { 'apollo-federation-include-trace': 'ftv1' };
const WINDOW = 'startDate: "2026-11-01", endDate: "2026-11-10"';
const MAX_TRACE_BYTES = 256_000;

describe('a trace for a federation gateway', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ listens: true });
  });
  afterAll(() => world.close());
  beforeEach(() => world.admin.forgetCalls());

  const ask = (query: string, variables: Record<string, unknown> = {}, headers: Record<string, string> = ASKING) =>
    world.query(query, variables, { headers });

  test('has the fields, their types and their times, and costs no call more', async () => {
    const [imei = ''] = world.devices('meter', 1);
    const query = `query ($imei: IMEI!) { mine: device(imei: $imei) { usage(${WINDOW}) { bytesTransferred } } }`;
    const plain = await ask(query, { imei }, {});
    const callsBefore = (await world.admin.calls(PATHS.aggregate)).length;
    const { data, errors, extensions } = await ask(query, { imei });
    expect({ data, errors }).toEqual({ data: plain.data, errors: [] });
    expect(await world.admin.calls(PATHS.aggregate)).toHaveLength(2 * callsBefore);

    const trace = readTrace(extensions);
    expect([...fieldsOf(trace)].map(([path, { field }]) => [path, field])).toEqual([
      ['mine', { type: 'Device', parentType: 'Query', name: 'device' }],
      ['mine.usage', { type: 'DeviceUsage', parentType: 'Device', name: 'usage' }],
      ['mine.usage.bytesTransferred', { type: 'SafeInt', parentType: 'DeviceUsage', name: 'bytesTransferred' }],
    ]);
    expect(trace).toMatchObject({ startMs: world.clock.now(), endMs: world.clock.now(), isIncomplete: false });
  });

  test('comes in both lanes, for queries and mutations, and for operations that may not run', async () => {
    const body = JSON.stringify({ query: '{ device(imei: "709312034493372") { imei } }' });
    const json = { 'Content-Type': 'application/json' };
    const requests: [string, RequestInit, Record<string, string>][] = [
      [world.url, { method: 'POST', body }, json],
      [world.url, { method: 'POST', body }, { ...json, Accept: 'text/html, */*' }],
      [`${world.url}?query={device(imei:"709312034493372"){imei}}`, {}, { 'apollo-require-preflight': 'yes' }],
    ];
    for (const [url, init, headers] of requests) {
      const response = await fetch(url, { ...init, headers: { ...headers, ...ASKING } });
      const { extensions } = (await response.json()) as { extensions: Record<string, unknown> };
      expect([...fieldsOf(readTrace(extensions)).keys()]).toEqual(['device', 'device.imei']);
    }

    const placed = await ask(
      'mutation ($input: RequestAggregatedReportInput!) { requestAggregatedReport(input: $input) { txid } }',
      { input: { imei: world.devices('meter', 1) } },
    );
    expect([...fieldsOf(readTrace(placed.extensions)).keys()]).toEqual([
      'requestAggregatedReport',
      'requestAggregatedReport.txid',
    ]);

    const rejected = await ask('query ($imei: IMEI!) { device(imei: $imei) { imei } }', {});
    expect(readTrace(rejected.extensions).nodes.flatMap(({ errors }) => errors.map(({ message }) => message))).toEqual([
      'BAD_USER_INPUT',
    ]);
  });

  test('shows how long a field took, on a clock that also times the platform', async () => {
    const query = `{ devices(imei: ["709312034493372"]) { sessionsReport(${WINDOW}) { txid } } }`;
    await world.admin.fault({ path: PATHS.sessions, status: 503, times: 1 });
    const { errors, extensions } = await ask(query);
    expect(errors).toEqual([]);
    const { durationNs, nodes } = readTrace(extensions);
    // The pause before the second try is the only time that passes.
    const waited = world.clock.pauses.at(-1) ?? 0;
    expect(waited).toBeGreaterThan(0);
    expect(durationNs).toBe(waited * 1e6);
    expect(nodes.map(({ path, startNs, endNs }) => [path.join('.'), endNs - startNs])).toEqual([
      ['', 0],
      ['devices', 0],
      ['devices.0', 0],
      ['devices.0.sessionsReport', waited * 1e6],
      ['devices.0.sessionsReport.txid', 0],
    ]);
  });

  test('says of errors only the codes, and nothing that the caller or the platform sent', async () => {
    const inactive = world.simulator.fleet.find(({ kind }) => kind === 'inactive')?.imei ?? '';
    const query = `query ($imei: IMEI!) { device(imei: $imei) { usage(${WINDOW}) { imei } } bad: device(imei: "12345") { imei } }`;
    const { errors, extensions } = await ask(query, { imei: inactive });
    expect(errors.map(({ extensions: { code } }) => code).sort()).toEqual(['BAD_USER_INPUT', 'UPSTREAM_NOT_FOUND']);
    const { nodes } = readTrace(extensions);
    expect(nodes.filter((node) => node.errors.length > 0).map((node) => [node.path.join('.'), node.errors])).toEqual([
      ['device.usage', [{ message: 'UPSTREAM_NOT_FOUND', json: toJson('UPSTREAM_NOT_FOUND') }]],
      ['bad', [{ message: 'BAD_USER_INPUT', json: toJson('BAD_USER_INPUT') }]],
    ]);
    const sent = Buffer.from(String(extensions['ftv1']), 'base64').toString('latin1');
    for (const secret of [inactive, '12345', world.simulator.accountNumber, world.simulator.url, 'IMEI '])
      expect(sent).not.toContain(secret);
  });

  test('is at most 256 kB, however many rows, errors and long aliases a response has, and says so if it is incomplete', async () => {
    const imeis = world.devices('meter', 100);
    const usages = Array.from('abcdefghij').map(
      (alias) => `${alias}: usage(${WINDOW}) { imei bytesTransferred numberOfSessions }`,
    );
    const bad = Array.from({ length: 5_000 }, () => ({ __typename: 'Device', imei: 'none' }));
    for (const [query, variables, expected] of [
      [
        `query ($imei: [IMEI!]!) { devices(imei: $imei) { ${usages.join(' ')} } }`,
        { imei: imeis },
        { isIncomplete: true, minNodes: 2_000 },
      ],
      [
        `query ($imei: [IMEI!]!) { devices(imei: $imei) { ${'a'.repeat(5_000)}: imei } }`,
        { imei: imeis },
        { isIncomplete: true, minNodes: 40 },
      ],
      [
        'query ($bad: [_Any!]!) { _entities(representations: $bad) { ... on Device { imei } } }',
        { bad },
        { isIncomplete: false, minNodes: 2 },
      ],
    ] as const) {
      const plain = await ask(query, variables, {});
      const { data, errors, extensions } = await ask(query, variables);
      expect({ data, errors }).toEqual({ data: plain.data, errors: plain.errors });
      const { bytes, isIncomplete, nodes } = readTrace(extensions);
      expect(bytes).toBeLessThanOrEqual(MAX_TRACE_BYTES);
      expect(nodes.length).toBeGreaterThanOrEqual(expected.minNodes);
      expect(isIncomplete).toBe(expected.isIncomplete);
    }
  });

  test('is not sent to others, and with no event of a subscription', async () => {
    for (const headers of [
      {},
      { 'apollo-federation-include-trace': 'ftv2' },
      { 'apollo-federation-include-trace': '' },
    ]) {
      const { extensions } = await ask('{ device(imei: "709312034493372") { imei } }', {}, headers);
      expect(extensions).not.toHaveProperty('ftv1');
    }
    const response = await fetch(world.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream', ...ASKING },
      body: JSON.stringify({ query: 'subscription { aggregatedReportProgress(txid: "none") { txid } }' }),
    });
    const events = await response.text();
    expect(events).toContain('event: next');
    expect(events).not.toContain('ftv1');
  });
});

test('FEDERATED_TRACES=false turns traces off', async () => {
  const world = await startWorld({ config: { federatedTraces: false } });
  const { data, extensions } = await world.query(
    '{ device(imei: "709312034493372") { imei } }',
    {},
    { headers: ASKING },
  );
  expect(data).toEqual({ device: { imei: '709312034493372' } });
  expect(extensions).not.toHaveProperty('ftv1');
  await world.close();
});

function toJson(code: string): object {
  return { message: code, extensions: { code } };
}
