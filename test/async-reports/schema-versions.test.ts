import path from 'node:path';
import SqliteFile from 'libsql';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { probeStore } from '../../src/async-reports/store/probe-store.ts';
import { SCHEMA_STEPS, type SchemaAction, type SchemaStep } from '../../src/async-reports/store/schema-steps.ts';
import { SQLITE_FILE_NAME } from '../../src/async-reports/store/sqlite-file.ts';
import { ACCOUNT, toRequest, toUsage } from '../support/store/messages.ts';
import { describeStores, type StoreBench } from '../support/store/stores.ts';

const NOW = SCHEMA_STEPS.length;
const NEXT_ACTIONS = [
  "ALTER TABLE requests ADD COLUMN label TEXT NOT NULL DEFAULT ''",
  'ALTER TABLE device_rows ADD COLUMN carrier TEXT',
  'CREATE TABLE labels (name TEXT NOT NULL PRIMARY KEY)',
  'CREATE INDEX requests_by_label ON requests (account_number, label)',
];
/** The steps of a next version that only adds, and of one that does more. */
const COMPATIBLE_FROM = SCHEMA_STEPS.at(-1)?.compatibleFrom ?? 0;
const ADDS: readonly SchemaStep[] = [...SCHEMA_STEPS, { compatibleFrom: COMPATIBLE_FROM, actions: NEXT_ACTIONS }];
const CHANGES: readonly SchemaStep[] = [
  ...ADDS,
  { compatibleFrom: NOW + 2, actions: ['DROP INDEX requests_by_label', 'ALTER TABLE requests DROP COLUMN label'] },
];
const TOO_NEW = { name: 'StoreError', code: 'TOO_NEW' };

async function runDirectly(bench: StoreBench, statement: string): Promise<unknown[]> {
  const { databaseUrl, dataDir } = bench.location();
  if (databaseUrl === null) {
    const file = new SqliteFile(path.join(dataDir, SQLITE_FILE_NAME));
    const statements = file.prepare(statement);
    const rows = statements.reader ? statements.all() : [statements.run()];
    file.close();
    return rows;
  }
  const client = new pg.Client(databaseUrl);
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(statement).finally(() => client.end());
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)])));
}

describeStores('the version before', (bench) => {
  const probe = () => probeStore(bench.location().databaseUrl, bench.location().dataDir);

  it('keeps running while the next one adds to the tables, starts again after it, and loses nothing', async () => {
    const before = await bench.open();
    await before.add(toRequest('a', 3));
    const next = await bench.open({ schemaSteps: ADDS });
    await before.recordMessages([toUsage('a', 0)]);
    await next.recordMessages([toUsage('a', 1)]);
    await before.add(toRequest('b', 1));
    await next.add(toRequest('c', 1));
    await before.close();
    expect(await probe()).toMatchObject({ version: NOW + 1, versionAfterStart: NOW + 1 });

    // Back, and forward again.
    const again = await bench.open();
    await again.recordMessages([toUsage('a', 2), toUsage('c', 0)]);
    await next.close();
    const nextAgain = await bench.open({ schemaSteps: ADDS });
    for (const store of [again, nextAgain]) {
      expect(await store.find('a', ACCOUNT)).toMatchObject({ status: 'COMPLETED', receivedDevices: 3 });
      expect(await store.find('b', ACCOUNT)).toMatchObject({ status: 'QUEUED' });
      expect(await store.find('c', ACCOUNT)).toMatchObject({ status: 'COMPLETED' });
    }
    const steps = await runDirectly(bench, 'SELECT version, compatible_from FROM schema_steps ORDER BY version');
    expect(steps.at(-1)).toEqual({ version: NOW + 1, compatible_from: COMPATIBLE_FROM });
    expect(steps).toHaveLength(NOW + 1);
  });

  it('does not start after the next one did more than add', async () => {
    const before = await bench.open();
    await (await bench.open({ schemaSteps: CHANGES })).close();
    await before.close();
    await expect(bench.open()).rejects.toMatchObject(TOO_NEW);
    await expect(bench.open({ schemaSteps: ADDS })).rejects.toMatchObject(TOO_NEW);
    await expect(probe()).rejects.toMatchObject(TOO_NEW);
    await (await bench.open({ schemaSteps: CHANGES })).close();
  });

  it('can be one that knows only schema_version: a step that only adds leaves no row there', async () => {
    const readFloor = () => runDirectly(bench, 'SELECT MAX(version) AS version FROM schema_version');
    // As version 4 wrote it.
    await (await bench.open({ schemaSteps: SCHEMA_STEPS.slice(0, 4) })).close();
    await runDirectly(bench, 'DROP TABLE schema_steps');
    expect(await probe()).toMatchObject({ version: 4, versionAfterStart: NOW });
    await (await bench.open({ schemaSteps: ADDS })).close();
    expect(await readFloor()).toEqual([{ version: COMPATIBLE_FROM }]);
    expect(await probe()).toMatchObject({ version: NOW + 1 });
    await (await bench.open({ schemaSteps: CHANGES })).close();
    expect(await readFloor()).toEqual([{ version: NOW + 2 }]);
  });

  it('takes the steps once, if both start at the same time', async () => {
    const stores = await Promise.all(
      [SCHEMA_STEPS, ADDS, SCHEMA_STEPS, ADDS].map((schemaSteps) => bench.open({ schemaSteps })),
    );
    await Promise.all(stores.map((store, at) => store.add(toRequest(`tx ${at}`, 1))));
    for (const store of stores) expect(await store.countStored(ACCOUNT)).toBe(stores.length);
  });
});

/** The forms of actions after which an earlier program can still read and write the tables. */
const ADDITIVE = [
  /^CREATE TABLE \w+ \(/,
  /^CREATE INDEX /,
  /^ALTER TABLE \w+ ADD COLUMN \w+ \w+(?:(?: NOT NULL)? DEFAULT \S+)?$/,
];

/** Describes the steps that let an earlier program run, and do more than add. */
function findBreaches(steps: readonly SchemaStep[]): string[] {
  return steps.flatMap(({ compatibleFrom, actions }, at) => {
    const version = at + 1;
    const before = steps[at - 1]?.compatibleFrom ?? 0;
    if (compatibleFrom === version) return [];
    if (compatibleFrom !== before) return [`step ${version} is compatible from ${compatibleFrom}, not from ${before}`];
    const isAdditive = (action: SchemaAction): boolean => {
      if (typeof action === 'function') return false;
      const statements = typeof action === 'string' ? [action] : [action.sqlite, action.postgres];
      return statements.every((statement) => ADDITIVE.some((form) => form.test(statement)));
    };
    return actions
      .filter((action) => !isAdditive(action))
      .map(
        (action) => `step ${version} does more than add: ${typeof action === 'string' ? action : 'not a statement'}`,
      );
  });
}

describe('the steps to the schema version', () => {
  it('only add, if an earlier program may run after them', () => {
    expect(findBreaches(SCHEMA_STEPS)).toEqual([]);
    expect(findBreaches(ADDS)).toEqual([]);
    expect(findBreaches(CHANGES)).toEqual([]);
  });

  it.each([
    'ALTER TABLE requests DROP COLUMN owner',
    'ALTER TABLE requests ADD COLUMN label TEXT NOT NULL',
    'ALTER TABLE requests RENAME COLUMN owner TO principal',
    "UPDATE requests SET owner = 'x'",
    'CREATE UNIQUE INDEX one ON requests (owner)',
    'DROP TABLE notes',
  ])('are found if they do more: %s', (action) => {
    const step = { compatibleFrom: COMPATIBLE_FROM, actions: [action] };
    expect(findBreaches([...SCHEMA_STEPS, step])).toEqual([`step ${NOW + 1} does more than add: ${action}`]);
    expect(findBreaches([...ADDS, { compatibleFrom: NOW + 1, actions: [] }])).toHaveLength(1);
  });
});
