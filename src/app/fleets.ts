import { randomBytes, randomUUID } from 'node:crypto';
import { createReceiveList, type ReceiveList } from '../async-reports/device-lists/receive-list.ts';
import { createUploadLinks } from '../async-reports/device-lists/upload-links.ts';
import { createFleetCommands, toFleetNotFound, type FleetCommands } from '../async-reports/fleets/fleet-commands.ts';
import { createSendPart, type RequestPart } from '../async-reports/fleets/send-part.ts';
import { startFleets } from '../async-reports/fleets/start-fleets.ts';
import type { Fleet, FleetReport } from '../async-reports/fleet.ts';
import { createFleetSource } from '../async-reports/live/fleet-source.ts';
import { createReportWatches, type ReportWatches } from '../async-reports/live/watches.ts';
import { getOrCreateSecret } from '../async-reports/store/key-values.ts';
import { StoreError } from '../async-reports/store/store-error.ts';
import type { Config } from '../config/config.ts';
import type { Clock } from '../domain/clock.ts';
import { MINUTE_MS } from '../domain/durations.ts';
import { NO_FILTERS } from '../domain/report-filters.ts';
import { toReportDate } from '../domain/report-date.ts';
import { toAborts } from '../domain/wait-for.ts';
import type { LogUnexpected } from '../http/log-unexpected.ts';
import type { Log } from '../log.ts';
import { createOperation, NO_LIMITS } from '../reports/operation.ts';
import { WATCH_INTERVAL_MS, type AsyncReports } from './async-reports.ts';
import type { Callers } from './callers.ts';
import type { ConnectedPlatform } from './connect-platform.ts';
import type { Health } from './health.ts';
import type { StoreLog } from './store-log.ts';

export interface OpenFleetsOptions {
  readonly config: Pick<Config, 'fleets' | 'server' | 'store'>;
  readonly asyncReports: Pick<AsyncReports, 'store' | 'submitOnce' | 'reads'>;
  readonly platform: Pick<ConnectedPlatform, 'own'>;
  readonly callers: Pick<Callers, 'guard' | 'principalOf'>;
  readonly health: Pick<Health, 'calls'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly logUnexpected: LogUnexpected;
  readonly storeLog: StoreLog;
}

/** Everything about fleet reports. */
export interface OpenFleets {
  readonly commands: FleetCommands;
  readonly watches: ReportWatches<FleetReport>;
  /** Receives lists of devices. */
  readonly receiver: ReceiveList;
  /** Ends subscriptions, and sends nothing more. Resolves when everything that was sent is stored. */
  close(): Promise<void>;
}

/** Opens fleet reports, and goes on with those that are not complete. Rejects with StoreError. */
export async function openFleets(options: OpenFleetsOptions): Promise<OpenFleets> {
  const { config, asyncReports, platform, callers, clock, log, logUnexpected, storeLog } = options;
  const { store, submitOnce, reads } = asyncReports;
  const { now, after, monotonic } = clock;
  const { fleetPartsPerMinute, fleetRepeatAfterMs, deviceListMs: lifetimeMs } = config.fleets;
  const key = await getOrCreateSecret(store.keyValues, 'device lists', () => randomBytes(24).toString('base64url'));
  const links = createUploadLinks({ key, now });
  const onFailure = (error: unknown): void => {
    if (error instanceof StoreError) storeLog.failed(error);
    else logUnexpected({ err: error }, 'unexpected error of a fleet report');
  };
  const fleets = startFleets({
    store,
    sendPart: createSendPart({
      store: store.fleets,
      submitOnce,
      requestPart: createRequestPart(options),
      now,
      giveUpAtMs: ({ requestedAtMs, parts, partsPerMinute }) =>
        requestedAtMs + (parts.length * MINUTE_MS) / partsPerMinute + config.store.deadlineMs,
      onRejected: ({ id }, { part }, { code }) =>
        log.warn({ fleetReport: id, part, code }, 'a part of a fleet report was rejected'),
    }),
    now,
    after,
    quietMs: fleetRepeatAfterMs,
    onFailure,
  });
  const watches = createReportWatches({
    ...createFleetSource(store),
    toNotFound: toFleetNotFound,
    openReads: reads.forState,
    now,
    after,
    intervalMs: WATCH_INTERVAL_MS,
  });
  return {
    commands: createFleetCommands({
      store: store.fleets,
      links,
      now,
      newId: randomUUID,
      lifetimeMs,
      partsPerMinute: fleetPartsPerMinute,
      canRequest: platform.own !== null,
    }),
    watches,
    receiver: createReceiveList({
      store: store.fleets,
      links,
      accessOf: callers.guard.accessOf,
      principalOf: callers.principalOf,
      now,
      newId: randomUUID,
      lifetimeMs,
      pace: { timeoutMs: config.server.requestTimeoutMs, after, monotonic },
      logUnexpected,
      logStoreFailure: storeLog.failed,
    }),
    async close() {
      watches.endAll();
      await fleets.close();
    },
  };
}

/** The request of a part takes turns with the operations of other callers. */
function createRequestPart({ platform: { own }, health }: OpenFleetsOptions): RequestPart {
  return async (fleet, imeis, signal) => {
    if (own === null) throw new Error('the server has no credentials for the platform');
    const principal = (): string => fleet.principal;
    const origin = { principal, requestId: null, trace: null, totals: health.calls };
    const operation = createOperation(
      toAborts(() => signal),
      false,
      NO_LIMITS,
      origin,
    );
    const order = { query: toQuery(fleet), imeis, portalInitiated: false };
    return own.requestReport(order, operation).catch((error: unknown) => {
      own.listenerCheck.sawError(fleet.accountNumber, error);
      throw error;
    });
  };
}

/** What was checked when the report was requested. */
function toQuery({ accountNumber, inputJson }: Fleet) {
  const { startDate, endDate } = JSON.parse(inputJson) as Record<'startDate' | 'endDate', string | null | undefined>;
  return {
    ...NO_FILTERS,
    accountNumber,
    window: { start: toReportDate(startDate ?? ''), end: toReportDate(endDate ?? '') },
  };
}
