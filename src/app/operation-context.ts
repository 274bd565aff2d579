import { createReportReads, type ReportReads } from '../async-reports/live/cached-reads.ts';
import type { Config } from '../config/config.ts';
import type { OperationContext, OperationStart } from '../context.ts';
import type { Access } from '../domain/access.ts';
import { isAccountNumber, type AccountNumber } from '../domain/account.ts';
import type { Clock } from '../domain/clock.ts';
import { createCancellation } from '../graphql/execution/cancellation.ts';
import { toOrigin } from '../http/forwarded.ts';
import { createOperation } from '../reports/operation.ts';
import type { AsyncReports } from './async-reports.ts';
import type { PlatformReports } from './platform-reports.ts';

export interface OperationContextOptions {
  readonly config: Pick<Config, 'limits' | 'platform' | 'server'>;
  readonly clock: Clock;
  readonly reportsFor: (access: Access) => PlatformReports;
  readonly asyncReports: AsyncReports;
}

/** Creates the function that creates the context of each operation. */
export function createOperationContext(options: OperationContextOptions): (start: OperationStart) => OperationContext {
  const { config, clock, reportsFor, asyncReports } = options;
  const { operationTimeoutMs: timeoutMs, maxUpstreamCalls, maxUpstreamBytes } = config.limits;
  const { publicUrl, trustedProxies } = config.server;
  const callLimits = { maxCalls: maxUpstreamCalls, maxBytes: maxUpstreamBytes };
  const { store, submitOnce, watches, downloadLinks, callbackAddress } = asyncReports;

  return ({ access, onClose, mayUseCache, header }) => {
    const cancellation = createCancellation({ access, onClose, timeoutMs, clock });
    const operation = createOperation(cancellation.signal, mayUseCache, callLimits);
    const { requestReport, listeners, listenerCheck, loadersOf } = reportsFor(access);
    let reads: ReportReads | null = null;
    return {
      access,
      accountNumber: toAccountOf(access, config.platform.accountNumber),
      now: clock.now,
      cancellation,
      operation,
      requestReport,
      loaders: loadersOf(operation),
      idempotencyKey: header('idempotency-key'),
      submitOnce,
      openReads: () => (reads ??= createReportReads(store)),
      watches,
      listeners,
      listenerCheck,
      callbackAddress,
      toDownloadLink: (txid, format) =>
        `${publicUrl ?? toOrigin(header, trustedProxies)}${downloadLinks.write(txid, format)}`,
      prepared: { fields: new Map(), rowBytes: new Map() },
      responseSize: { root: undefined, bytes: 0 },
    };
  };
}

/** The configured account if the access includes it, else the only account of the access, else null. */
function toAccountOf({ accounts }: Access, configured: AccountNumber | null): AccountNumber | null {
  if (accounts === null || (configured !== null && accounts.has(configured))) return configured;
  const [sole, ...others] = accounts;
  return others.length === 0 && isAccountNumber(sole) ? sole : null;
}
