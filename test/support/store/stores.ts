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

/** One empty database for each test, which any number of stores may open. */
export interface StoreBench {
  readonly kind: 'SQLite' | 'PostgreSQL';
  /** The clock of every store of the test; noon at its start. */
  nowMs: number;
  /** What the stores were told of trouble. */
  readonly failures: StoreError[];
  /** Opens the test's database once more; closed after the test. */
  open(options?: Partial<ReportStoreOptions>): Promise<ReportStore>;
  /** Where the test's database is. */
  place(): Pick<ReportStoreOptions, 'databaseUrl' | 'dataDir'>;
  /** Ends every connection to it from the server's side; PostgreSQL only. */
  dropConnections(): Promise<void>;
}

/** Describes the same for both databases, PostgreSQL a real one. */
export function describeStores(name: string, tests: (bench: StoreBench) => void): void {
  describe.each(['SQLite', 'PostgreSQL'] as const)(`${name}, on %s`, (kind) => tests(useStoreBench(kind)));
}

/** A bench for the tests of the surrounding `describe`. */
export function useStoreBench(kind: StoreBench['kind']): StoreBench {
  const opened: ReportStore[] = [];
  let place: Pick<ReportStoreOptions, 'databaseUrl' | 'dataDir'> = { databaseUrl: null, dataDir: '' };

  const bench: StoreBench = {
    kind,
    nowMs: NOON,
    failures: [],
    async open(options = {}) {
      const store = await openReportStore({
        ...place,
        now: () => bench.nowMs,
        wait: systemClock.wait,
        quietMs: 15 * MINUTE,
        deadlineMs: 24 * HOUR,
        retentionMs: 30 * DAY,
        onFailure: (error) => bench.failures.push(error),
        ...options,
      });
      opened.push(store);
      return store;
    },
    place: () => place,
    async dropConnections() {
      if (place.databaseUrl !== null) await dropConnections(place.databaseUrl);
    },
  };

  beforeEach(async () => {
    const dataDir = path.join(await mkdtemp(path.join(tmpdir(), 'requests-')), 'data');
    place = { databaseUrl: kind === 'PostgreSQL' ? await createDatabase() : null, dataDir };
    bench.nowMs = NOON;
    bench.failures.length = 0;
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
    await rm(path.dirname(place.dataDir), { recursive: true, force: true });
  });
  return bench;
}
