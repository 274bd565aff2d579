import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe } from 'vitest';
import { openReportStore, type ReportStoreOptions } from '../../../src/async-reports/store/open-store.ts';
import type { ReportStore } from '../../../src/async-reports/store/store.ts';
import type { StoreError } from '../../../src/async-reports/store/store-error.ts';
import { systemClock } from '../../../src/domain/clock.ts';
import { createDatabase, dropConnections } from '../postgres/shared-postgres.ts';

export const NOON = Date.parse('2026-03-04T12:00:00Z');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** An empty database for each test. Any number of stores may open it. */
export interface StoreBench {
  readonly kind: 'SQLite' | 'PostgreSQL';
  /** The time for every store of the test. Each test starts at noon. */
  nowMs: number;
  /** The failures that the stores reported. */
  readonly failures: StoreError[];
  /** Opens the test's database, possibly once more. The store is closed after the test. */
  open(options?: Partial<ReportStoreOptions>): Promise<ReportStore>;
  /** The location of the test's database. */
  location(): Pick<ReportStoreOptions, 'databaseUrl' | 'dataDir'>;
  /** Makes the database server close every connection; PostgreSQL only. */
  dropConnections(): Promise<void>;
}

/** Runs the same tests on SQLite and on a real PostgreSQL. */
export function describeStores(name: string, tests: (bench: StoreBench) => void): void {
  describe.each(['SQLite', 'PostgreSQL'] as const)(`${name}, on %s`, (kind) => tests(useStoreBench(kind)));
}

/** Creates a database for each test of the surrounding `describe`. */
export function useStoreBench(kind: StoreBench['kind']): StoreBench {
  const opened: ReportStore[] = [];
  let location: Pick<ReportStoreOptions, 'databaseUrl' | 'dataDir'> = { databaseUrl: null, dataDir: '' };

  const bench: StoreBench = {
    kind,
    nowMs: NOON,
    failures: [],
    async open(options = {}) {
      const store = await openReportStore({
        ...location,
        now: () => bench.nowMs,
        wait: systemClock.wait,
        quietMs: 15 * MINUTE,
        deadlineMs: 24 * HOUR,
        retentionMs: 30 * DAY,
        unknownMaxBytes: 64 * 2 ** 20,
        onFailure: (error) => bench.failures.push(error),
        ...options,
      });
      opened.push(store);
      return store;
    },
    location: () => location,
    async dropConnections() {
      if (location.databaseUrl !== null) await dropConnections(location.databaseUrl);
    },
  };

  beforeEach(async () => {
    const dataDir = path.join(await mkdtemp(path.join(tmpdir(), 'requests-')), 'data');
    location = { databaseUrl: kind === 'PostgreSQL' ? await createDatabase() : null, dataDir };
    bench.nowMs = NOON;
    bench.failures.length = 0;
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
    await rm(path.dirname(location.dataDir), { recursive: true, force: true });
  });
  return bench;
}
