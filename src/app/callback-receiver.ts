import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { createKeepBody } from '../async-reports/callbacks/keep-body.ts';
import { createCallbackReceiver, type CallbackOutcome } from '../async-reports/callbacks/receiver.ts';
import { createRecordBody } from '../async-reports/callbacks/record-body.ts';
import { createSenderCheck } from '../async-reports/callbacks/sender-check.ts';
import { startSpool, type Spool } from '../async-reports/callbacks/spool.ts';
import { createMessageWriter } from '../async-reports/message-writer.ts';
import { recordMessageCommits } from '../async-reports/recorded-commits.ts';
import { adoptSpoolFiles, createSpoolFile } from '../async-reports/store/spool-file.ts';
import { checkSpoolFolder } from '../async-reports/store/spool-folder.ts';
import type { ReportStore } from '../async-reports/store/store.ts';
import type { Config } from '../config/config.ts';
import type { Clock } from '../domain/clock.ts';
import { createOncePerMinute } from '../domain/once-per-minute.ts';
import type { LogUnexpected } from '../http/log-unexpected.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Traces } from '../telemetry/traces.ts';
import type { StoreLog } from './store-log.ts';

export interface CallbackReceiverOptions {
  readonly config: Pick<Config, 'server' | 'store' | 'callbacks'>;
  readonly store: ReportStore;
  /** The URL paths of the receiver. Each ends in a secret. */
  readonly paths: readonly string[];
  /** Identifies the database, whose messages the spool keeps. */
  readonly database: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly logUnexpected: LogUnexpected;
  readonly storeLog: StoreLog;
  /** Null if nothing is measured. */
  readonly metrics: Metrics | null;
  /** Null if no traces are recorded. */
  readonly traces: Traces | null;
  /** Called with what came of each callback message. */
  readonly onCallback: (outcome: CallbackOutcome) => void;
  /** Removes secrets from a text of the platform. */
  readonly hide: (text: string) => string;
}

export interface CallbackReceiver {
  readonly receiver: RequestListener;
  readonly spool: Spool;
}

const COMMIT_LIMITS = { maxMessagesPerCommit: 2_000, maxMessagesWaiting: 100_000 };

/** Creates the receiver of callback messages, and starts the spool that keeps them while the store cannot. */
export function startReceiver(options: CallbackReceiverOptions): CallbackReceiver {
  const { config, store, paths, database, clock, log, logUnexpected, storeLog, metrics, traces, hide, onCallback } =
    options;
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
      logStoreFailure: storeLog.failed,
      onOutcome(outcome) {
        onCallback(outcome);
        metrics?.server.onCallback(outcome);
      },
    }),
  };
}
