import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { createKeepBody } from '../async-reports/callbacks/keep-body.ts';
import { createCallbackReceiver, type CallbackOutcome } from '../async-reports/callbacks/receiver.ts';
import { createRecordBody } from '../async-reports/callbacks/record-body.ts';
import { createSenderCheck } from '../async-reports/callbacks/sender-check.ts';
import { startSpool, type Spool } from '../async-reports/callbacks/spool.ts';
import { createDownloadLinks, type DownloadLinks } from '../async-reports/downloads/download-links.ts';
import { createDownloads, type DownloadsOptions } from '../async-reports/downloads/stream-download.ts';
import { createReportWatches, type ReportWatches } from '../async-reports/live/watches.ts';
import { createMessageWriter } from '../async-reports/message-writer.ts';
import { recordMessageCommits } from '../async-reports/recorded-commits.ts';
import { createOperationReads, type OperationReads } from '../async-reports/reads/operation-reads.ts';
import { createReadQueue } from '../async-reports/reads/read-queue.ts';
import { toReportReads } from '../async-reports/reads/report-reads.ts';
import { getOrCreateSecret } from '../async-reports/store/key-values.ts';
import { openReportStore } from '../async-reports/store/open-store.ts';
import { startRetention } from '../async-reports/store/retention.ts';
import { adoptSpoolFiles, createSpoolFile } from '../async-reports/store/spool-file.ts';
import { checkSpoolFolder } from '../async-reports/store/spool-folder.ts';
import type { ReportStore } from '../async-reports/store/store.ts';
import { createSubmissions, type SubmitOnce } from '../async-reports/submit-once.ts';
import type { Config } from '../config/config.ts';
import { createCallbackAddress, type CallbackAddress } from '../domain/callback-address.ts';
import { createOncePerMinute } from '../domain/once-per-minute.ts';
import { createWait, type Clock } from '../domain/clock.ts';
import type { Log } from '../log.ts';
import type { Traces } from '../telemetry/traces.ts';

export interface AsyncReportsOptions extends Required<
  Pick<DownloadsOptions, 'accessOf' | 'principalOf' | 'compression' | 'logUnexpected'>
> {
  readonly config: Pick<Config, 'server' | 'store' | 'callbacks' | 'upstream' | 'limits'>;
  readonly clock: Clock;
  readonly log: Log;
  /** In how many milliseconds the caller may use the CPU again; 0 if it may now. Null if CPU time is not limited. */
  readonly cpuWaitMs: ((request: IncomingMessage) => number) | null;
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
  readonly watches: ReportWatches;
  readonly receiver: RequestListener;
  readonly downloads: RequestListener;
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
const WATCH_INTERVAL_MS = 250;
/** Maximum time to save the platform's response, after the call itself. */
const MAX_SAVE_MS = 30_000;
/** So many operations of one caller, each with all its reads, can wait at once. */
const MAX_OPERATIONS_READING = 10;
const COMMIT_LIMITS = { maxMessagesPerCommit: 2_000, maxMessagesWaiting: 100_000 };

/** Opens the store and creates everything that uses it. Rejects with StoreError. */
export async function openAsyncReports(options: AsyncReportsOptions): Promise<AsyncReports> {
  const { config, clock, log, logUnexpected, accessOf, principalOf, cpuWaitMs, compression } = options;
  const wait = createWait(clock.after);
  const store = await openReportStore({
    ...config.store,
    now: clock.now,
    wait,
    onFailure: ({ code, driverCode }, part) =>
      log.warn({ part, code, driverCode }, 'a part of the store was interrupted'),
  });
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
    store,
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
    onFailure: (error) => log.error({ err: error }, 'removing expired data from the store failed'),
  });
  const submissions = createSubmissions({
    store,
    now: clock.now,
    after: clock.after,
    leaseMs: config.upstream.totalTimeoutMs + MAX_SAVE_MS,
    newKey: randomUUID,
  });
  const database = await getOrCreateSecret(store.keyValues, 'spool', randomUUID);
  const { receiver, spool } = startReceiver(options, store, callbackAddress.paths, database);

  return {
    store,
    reads,
    watches,
    callbackAddress,
    downloadLinks,
    downloads: createDownloads({
      store,
      queue: readQueue,
      links: downloadLinks,
      accessOf,
      principalOf,
      async pause(request, signal) {
        const milliseconds = cpuWaitMs?.(request) ?? 0;
        if (milliseconds > 0) await wait(milliseconds, signal);
      },
      compression,
      logUnexpected,
    }),
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

/** Creates the receiver of callback messages, and starts the spool that keeps them while the store, named `database`, cannot. */
function startReceiver(
  { config, clock, log, logUnexpected, hide, traces, onCallback }: AsyncReportsOptions,
  store: ReportStore,
  paths: readonly string[],
  database: string,
): { readonly receiver: RequestListener; readonly spool: Spool } {
  const { after, now } = clock;
  const writer = createMessageWriter(recordMessageCommits(store, traces), COMMIT_LIMITS);
  const record = createRecordBody({ writer, store, hide, log, logUnexpected });
  const folder = { path: config.store.spoolDir ?? config.store.dataDir, database };
  checkSpoolFolder(folder.path, ({ code, driverCode }) =>
    log.warn(
      { code, driverCode },
      'the folder for callback messages cannot be written, so they are refused while the database is busy; set CALLBACK_SPOOL_DIR',
    ),
  );
  const spool = startSpool({
    record,
    createFile: () => createSpoolFile(folder, randomUUID()),
    adoptFiles: () =>
      adoptSpoolFiles(folder, ({ code, driverCode }) =>
        log.warn({ code, driverCode }, 'callback messages on disk cannot be read; check CALLBACK_SPOOL_DIR'),
      ),
    maxBytes: config.store.spoolMaxBytes,
    after,
    log,
  });
  const keep = createKeepBody({ record, spool, after });
  const check = createSenderCheck({ ...config.callbacks, ...config.server });
  return {
    spool,
    receiver: createCallbackReceiver({
      paths,
      check,
      keep,
      now,
      mayWarn: createOncePerMinute(clock),
      log,
      logUnexpected,
      onOutcome: onCallback,
    }),
  };
}
