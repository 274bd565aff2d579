import { randomUUID } from 'node:crypto';
import { createRecordBody } from '../async-reports/callbacks/record-body.ts';
import { startSpool } from '../async-reports/callbacks/spool.ts';
import { createMessageWriter } from '../async-reports/message-writer.ts';
import { getOrCreateSecret } from '../async-reports/store/key-values.ts';
import { openReportStore } from '../async-reports/store/open-store.ts';
import { adoptSpoolFiles, createSpoolFile } from '../async-reports/store/spool-file.ts';
import { listSpoolFiles, type SpoolFolder } from '../async-reports/store/spool-folder.ts';
import type { ErasureOutcome, ReportStore } from '../async-reports/store/store.ts';
import type { Config } from '../config/config.ts';
import type { Clock } from '../domain/clock.ts';
import type { Imei } from '../domain/imei.ts';
import { createLogUnexpected } from '../http/log-unexpected.ts';
import type { Log } from '../log.ts';
import { createSecrets } from '../thingspace/secrets.ts';
import { toConfiguredSecrets } from './configured-secrets.ts';

export interface EraseDeviceOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
}

/** What an erasure did. */
export interface Erasure extends ErasureOutcome {
  /** Whether callback messages are still on disk, among which there can be some about the device. */
  readonly isSpooling: boolean;
}

/** Servers record what they have on disk within a second, once the database can store it. */
const MAX_SPOOL_MS = 10_000;
const POLL_MS = 100;
const COMMIT_LIMITS = { maxMessagesPerCommit: 2_000, maxMessagesWaiting: 100_000 };

/**
 * Records the callback messages that are on disk here, then erases the device from the store. Servers that are running empty their caches.
 * Rejects with StoreError.
 */
export async function eraseDevice(imei: Imei, options: EraseDeviceOptions): Promise<Erasure> {
  const { config, clock } = options;
  const { now, wait } = clock;
  const store = await openReportStore({ ...config.store, now, wait, onFailure: () => undefined });
  try {
    const database = await getOrCreateSecret(store.keyValues, 'spool', randomUUID);
    const folder = { path: config.store.spoolDir ?? config.store.dataDir, database };
    const isSpooling = await recordSpooled(store, folder, options);
    return { ...(await store.eraseDevice(imei)), isSpooling };
  } finally {
    await store.close();
  }
}

/** Records what servers left on disk when they ended, and waits for those that are running. Returns whether anything is left. */
async function recordSpooled(
  store: ReportStore,
  folder: SpoolFolder,
  { config, clock: { after, monotonic, wait }, log }: EraseDeviceOptions,
): Promise<boolean> {
  const warn = (): void => log.warn('callback messages on disk cannot be read; check CALLBACK_SPOOL_DIR');
  const spool = startSpool({
    record: createRecordBody({
      writer: createMessageWriter(store, COMMIT_LIMITS),
      store,
      hide: createSecrets(config.platform.baseUrl, toConfiguredSecrets(config)).hideIn,
      log,
      logUnexpected: createLogUnexpected(log, randomUUID),
    }),
    createFile: () => createSpoolFile(folder, randomUUID()),
    adoptFiles: () => adoptSpoolFiles(folder, warn),
    maxBytes: config.store.spoolMaxBytes,
    after,
    log,
  });
  const isSpooling = (): boolean => spool.isHolding() || listSpoolFiles(folder, warn).length > 0;
  const endsAtMs = monotonic() + MAX_SPOOL_MS;
  try {
    while (isSpooling() && monotonic() < endsAtMs) await wait(POLL_MS, NEVER);
    return isSpooling();
  } finally {
    await spool.close();
  }
}

const NEVER = new AbortController().signal;
