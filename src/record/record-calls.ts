import type { SubmitOnce } from '../async-reports/submit-once.ts';
import type { AccountNumber } from '../domain/account.ts';
import { MINUTE_MS } from '../domain/durations.ts';
import type { Imei } from '../domain/imei.ts';
import { NO_FILTERS } from '../domain/report-filters.ts';
import type { ReportWindow } from '../domain/report-window.ts';
import { toAborts } from '../domain/wait-for.ts';
import type { RequestReport } from '../reports/aggregated-report-request.ts';
import type { DeviceOutcome, UsageAnswer } from '../reports/aggregated-report.ts';
import type { LoadersOf } from '../reports/batching/report-loaders.ts';
import type { ListenerCheck } from '../reports/listener-check.ts';
import { createOperation, type CallTotals, type Operation } from '../reports/operation.ts';

/** The calls that record usage. All may reject with ReportError or StoreError. */
export interface RecordCalls {
  /** Whether the platform posts messages to this server. If nobody knows, it counts as it did before. */
  isListening(): Promise<boolean>;
  /** Starts a report on the named devices, or on the whole account, and returns its txid. */
  start(window: ReportWindow, imeis: readonly Imei[]): Promise<string>;
  /** Asks for the whole account at once. */
  fetchAccount(window: ReportWindow): Promise<UsageAnswer>;
  /** Asks for named devices at once, ten in each call. */
  fetchDevices(window: ReportWindow, imeis: readonly Imei[]): Promise<readonly DeviceOutcome[]>;
}

export interface RecordCallsOptions {
  readonly accountNumber: AccountNumber;
  readonly requestReport: RequestReport;
  readonly loadersOf: LoadersOf;
  readonly listenerCheck: ListenerCheck;
  readonly submitOnce: SubmitOnce;
  /** Whether reports may arrive by callback at all. */
  readonly mayListen: boolean;
  readonly maxBytes: number;
  readonly totals: CallTotals;
  readonly monotonic: () => number;
  /** Aborts when the server stops. */
  readonly signal: AbortSignal;
}

/** Owns the reports that are only for the record. No principal has this text, because it has a space. */
const OWNER = 'the record';
/** The platform asks nobody before it drops a listener, so whether it has one is asked now and then. */
const LISTENER_HOLDS_MS = 30 * MINUTE_MS;

/** Creates the calls for one account, with the server's own credentials. */
export function createRecordCalls(options: RecordCallsOptions): RecordCalls {
  const { accountNumber, requestReport, loadersOf, listenerCheck, submitOnce, mayListen, monotonic, signal } = options;
  const newOperation = (): Operation => {
    const limits = { maxCalls: Infinity, maxBytes: options.maxBytes };
    const origin = { principal: () => OWNER, requestId: null, trace: null, totals: options.totals };
    return createOperation(
      toAborts(() => signal),
      false,
      limits,
      origin,
    );
  };
  const toQuery = (window: ReportWindow) => ({ ...NO_FILTERS, accountNumber, window });
  let wasListening = false;
  let holdsUntilMs = -Infinity;
  return {
    async isListening() {
      if (!mayListen) return false;
      if (monotonic() < holdsUntilMs) return wasListening && listenerCheck.isOurs() !== false;
      const found = await listenerCheck.isRegistered(accountNumber, newOperation());
      if (found === null) return wasListening;
      wasListening = found;
      holdsUntilMs = monotonic() + LISTENER_HOLDS_MS;
      return found;
    },
    async start(window, imeis) {
      const order = { query: toQuery(window), imeis, portalInitiated: false };
      const report = await submitOnce({
        accountNumber,
        owner: OWNER,
        keyOwner: OWNER,
        idempotencyKey: null,
        inputFingerprint: '',
        inputJson: '{}',
        expectedImeis: imeis.length === 0 ? null : imeis,
        isFiltered: false,
        trace: null,
        submit: () => requestReport(order, newOperation()),
        signal,
      });
      return report.txid;
    },
    fetchAccount: (window) => loadersOf(newOperation()).usage().loadAccount(toQuery(window)),
    fetchDevices: (window, imeis) => loadersOf(newOperation()).usage().loadDevices(toQuery(window), imeis),
  };
}
