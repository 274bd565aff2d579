import { randomBytes, randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import type { CallbackOutcome } from '../async-reports/callbacks/receiver.ts';
import { createDownloadLinks, type DownloadLinks } from '../async-reports/downloads/download-links.ts';
import { toNotFound } from '../async-reports/live/watch.ts';
import { createReportWatches, type ReportWatches } from '../async-reports/live/watches.ts';
import { createOperationReads, type OperationReads } from '../async-reports/reads/operation-reads.ts';
import { createReadQueue, type ReadQueue } from '../async-reports/reads/read-queue.ts';
import { toReportReads } from '../async-reports/reads/report-reads.ts';
import { getOrCreateSecret } from '../async-reports/store/key-values.ts';
import { openReportStore } from '../async-reports/store/open-store.ts';
import { startRetention } from '../async-reports/store/retention.ts';
import { StoreError } from '../async-reports/store/store-error.ts';
import type { ReportStore } from '../async-reports/store/store.ts';
import { createSubmissions, type SubmitOnce } from '../async-reports/submit-once.ts';
import type { Config } from '../config/config.ts';
import { createCallbackAddress, type CallbackAddress } from '../domain/callback-address.ts';
import { createWait, type Clock } from '../domain/clock.ts';
import type { LogUnexpected } from '../http/log-unexpected.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Traces } from '../telemetry/traces.ts';
import { startReceiver } from './callback-receiver.ts';
import { createOnDatabaseUse, observeStore } from './metrics.ts';
import type { StoreLog } from './store-log.ts';

export interface AsyncReportsOptions {
  readonly logUnexpected: LogUnexpected;
  readonly storeLog: StoreLog;
  /** Null if nothing is measured. */
  readonly metrics: Metrics | null;
  readonly config: Pick<Config, 'server' | 'store' | 'callbacks' | 'upstream' | 'limits'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly onCallback: (outcome: CallbackOutcome) => void;
  /** Removes secrets from a text of the platform. */
  readonly hide: (text: string) => string;
  /** Null if traces are turned off. */
  readonly traces: Traces | null;
}

/** Everything that asynchronous reports need besides calls to the platform. */
export interface AsyncReports {
  readonly store: ReportStore;
  readonly submitOnce: SubmitOnce;
  readonly reads: OperationReads;
  /** Where the reads of callers take their turns. */
  readonly readQueue: ReadQueue;
  readonly watches: ReportWatches;
  readonly receiver: RequestListener;
  readonly downloadLinks: DownloadLinks;
  readonly callbackAddress: CallbackAddress;
  /** Whether callback messages wait on disk for the store. */
  isSpooling(): boolean;
  /** Resolves when every report that the platform is starting is saved, or cannot be. */
  settle(): Promise<void>;
  /** Ends all subscriptions and the removal of expired data, then closes the store. */
  close(): Promise<void>;
}

/** At most four events per second for each report. */
export const WATCH_INTERVAL_MS = 250;
/** Maximum time to save the platform's response, after the call itself. */
const MAX_SAVE_MS = 30_000;
/** Maximum number of operations of one caller that can wait at once, each with all its reads. */
const MAX_OPERATIONS_READING = 10;

/** Opens the store and creates everything that uses it. Rejects with StoreError. */
export async function openAsyncReports(options: AsyncReportsOptions): Promise<AsyncReports> {
  const { config, clock, log, storeLog, metrics } = options;
  const wait = createWait(clock.after);
  const database = await openReportStore({
    ...config.store,
    now: clock.now,
    wait,
    onFailure: storeLog.failed,
    observe: { monotonic: clock.monotonic, onUse: createOnDatabaseUse(storeLog, metrics) },
  });
  const store = observeStore(database, metrics);
  const newSecret = (): string => randomBytes(24).toString('base64url');
  const callbackAddress = createCallbackAddress({
    publicUrl: config.server.publicUrl,
    secret: config.callbacks.callbackSecret ?? (await getOrCreateSecret(store.keyValues, 'callbacks', newSecret)),
    previousSecret: config.callbacks.callbackSecretPrevious,
    credentials: config.callbacks.callbackCredentials,
  });
  const key = await getOrCreateSecret(store.keyValues, 'downloads', newSecret);
  const downloadLinks = createDownloadLinks({ key, now: clock.now, lifetimeMs: config.store.downloadLinkMs });
  const { maxStoreReads } = config.limits;
  const maxWaitingPerPrincipal = MAX_OPERATIONS_READING * maxStoreReads;
  const readQueue = createReadQueue({ ...store.readLimits, maxWaitingPerPrincipal });
  const reads = createOperationReads({ source: toReportReads(store), queue: readQueue, maxReads: maxStoreReads });
  const watches = createReportWatches({
    find: (txid) => store.find(txid, null),
    subscribe: store.subscribe,
    toNotFound,
    openReads: reads.forState,
    now: clock.now,
    after: clock.after,
    intervalMs: WATCH_INTERVAL_MS,
  });
  const retention = startRetention({
    store,
    after: clock.after,
    onRemoved: (removed, deadLetters) => {
      const found = [
        ...Object.values<number>({ ...removed }),
        deadLetters.storedDeadLetters,
        deadLetters.storedUnknownTransactions,
      ].some((count) => count > 0);
      log[found ? 'info' : 'debug']({ removed, deadLetters }, 'removed expired data from the store');
    },
    onFailure: (error) => {
      if (error instanceof StoreError) storeLog.failed(error);
      else log.error({ err: error }, 'removing expired data from the store failed');
    },
  });
  const submissions = createSubmissions({
    store,
    now: clock.now,
    after: clock.after,
    leaseMs: config.upstream.totalTimeoutMs + MAX_SAVE_MS,
    newKey: randomUUID,
  });
  const spoolName = await getOrCreateSecret(store.keyValues, 'spool', randomUUID);
  const { receiver, spool } = startReceiver({ ...options, store, paths: callbackAddress.paths, database: spoolName });

  return {
    store,
    reads,
    readQueue,
    watches,
    callbackAddress,
    downloadLinks,
    submitOnce: submissions.submitOnce,
    receiver,
    isSpooling: spool.isHolding,
    settle: submissions.settle,
    async close() {
      watches.endAll();
      await retention.close();
      await store.close();
      await spool.close();
    },
  };
}
