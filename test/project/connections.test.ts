import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { MAX_CONNECTIONS } from '../../src/async-reports/store/postgres-pool.ts';

const ALL = Object.values(MAX_CONNECTIONS).reduce((sum, count) => sum + count, 0);
/** Three replicas, and one more during a rolling update. */
const REPLICAS = 4;
/** Of the 100 connections of PostgreSQL's default, three are for superusers. */
const FREE_BY_DEFAULT = 97;

test.each([
  ['docs/deployment.md', /opens at most (\d+) connections/],
  ['docs/async-reports.md', /opens up to (\d+) connections/],
  ['docs/operations.md', /\| connections to PostgreSQL +\| up to (\d+) /],
  ['docs/operations.md', /\| connections +\| (\d+) for each replica /],
])('%s names the connections to PostgreSQL that a server opens (%s)', async (page, pattern) => {
  expect(Number(pattern.exec(await readFile(page, 'utf8'))?.[1])).toBe(ALL);
});

test('four replicas fit into the default of PostgreSQL, as the pages say', async () => {
  const deployment = await readFile('docs/deployment.md', 'utf8');
  expect(deployment).toContain(`Three replicas, and one more during a rolling update, need ${REPLICAS * ALL}.`);
  expect(await readFile('docs/operations.md', 'utf8')).toContain('100 by default: four replicas.');
  expect(REPLICAS * ALL).toBeLessThanOrEqual(FREE_BY_DEFAULT);
});
