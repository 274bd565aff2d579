import type { AccountNumber } from '../domain/account.ts';
import type { Imei } from '../domain/imei.ts';
import type { UsageFilters } from '../domain/report-filters.ts';
import type { ReportWindow } from '../domain/report-window.ts';
import { toBody, toHeaders } from './wire.ts';

/** What both aggregate calls report on: an account, a window and filters. */
export interface UsageQuery extends UsageFilters {
  readonly accountNumber: AccountNumber;
  readonly window: ReportWindow;
}

/** A usage query whose account may not be known yet. */
export interface UnresolvedUsageQuery extends UsageFilters {
  readonly accountNumber: string;
  readonly window: ReportWindow;
}

/** A key for a usage query: equal for two queries that ask for the same, different for any others. */
export function toUsageQueryKey(query: UnresolvedUsageQuery): string {
  return JSON.stringify(toFields(query));
}

/**
 * The request of both aggregate calls, its fields in the contract's order. No IMEIs means every device of the account. In the headers,
 * which only the older contract requires, `imei` is the number of devices, and there is no label.
 */
export function toAggregateRequest(query: UsageQuery, imeis: readonly Imei[], repeatInHeaders: boolean) {
  const { accountNumber, startDate, endDate, deviceGroup, deviceLabel, dataPlan, noSessionFlag } = toFields(query);
  const inBoth = { accountNumber, startDate, endDate, imei: imeis.length, deviceGroup, dataPlan, noSessionFlag };
  return {
    headers: repeatInHeaders ? toHeaders(inBoth) : {},
    body: toBody<unknown>({ ...inBoth, imei: imeis, deviceLabel }),
  };
}

function toFields({ accountNumber, window, deviceGroup, deviceLabel, dataPlan, noSessionFlag }: UnresolvedUsageQuery) {
  return {
    accountNumber,
    startDate: window.start?.text ?? null,
    endDate: window.end?.text ?? null,
    deviceGroup,
    deviceLabel,
    dataPlan,
    noSessionFlag: noSessionFlag === null ? null : String(noSessionFlag),
  };
}
