import type { AccountNumber } from '../../domain/account.ts';
import type { DeviceError, DeviceUsage } from '../../domain/device-usage.ts';
import type { Imei } from '../../domain/imei.ts';
import type { UsageOrder } from '../../domain/usage-order.ts';
import type { UsageTotals } from '../../domain/usage-totals.ts';
import type { AsyncReport } from '../async-report.ts';
import type { Fleet } from '../fleet.ts';
import type { FleetFilter } from '../store/fleet-store.ts';
import type { Page, PageQuery } from '../store/page.ts';
import type { AsyncReportFilter, ReportStore } from '../store/store.ts';

/** A report, as far as reads of its devices need it. Its numbers of rows tell what they cost. */
export type ReadReport = Pick<
  AsyncReport,
  'txid' | 'receivedDevices' | 'errorRows' | 'missingDevices' | 'unexpectedDevices'
>;

/** The reads of the store that callers can ask for; `ReportStore` describes them. Each may reject with StoreError. */
export interface ReportReads {
  find(txid: string, accountNumber: AccountNumber | null): Promise<AsyncReport | null>;
  list(filter: AsyncReportFilter, page: PageQuery): Promise<Page<AsyncReport>>;
  count(filter: AsyncReportFilter): Promise<number>;
  countStored(accountNumber: AccountNumber): Promise<number>;
  usage(report: ReadReport, orderBy: UsageOrder | null, page: PageQuery): Promise<Page<DeviceUsage>>;
  unexpected(report: ReadReport, page: PageQuery): Promise<Page<DeviceUsage>>;
  errors(report: ReadReport, page: PageQuery): Promise<Page<DeviceError>>;
  missing(report: ReadReport, page: PageQuery): Promise<Page<Imei>>;
  totals(report: ReadReport): Promise<UsageTotals>;
  bytesPercentiles(report: ReadReport, percentiles: readonly number[]): Promise<readonly number[]>;
  sortedBytes(report: ReadReport): Promise<readonly number[]>;
  findFleet(id: string): Promise<Fleet | null>;
  listFleets(filter: FleetFilter, page: PageQuery): Promise<Page<Fleet>>;
  countFleets(filter: FleetFilter): Promise<number>;
  /** The IMEIs of a part of a fleet report that was not accepted, ascending. */
  imeisOfPart(id: string, part: number): Promise<readonly Imei[]>;
}

/** Returns the reads of a store as they are: each is made at once, and as often as it is asked for. */
export function toReportReads(
  store: Pick<ReportStore, (keyof ReportReads & keyof ReportStore) | 'fleets'>,
): ReportReads {
  const { find, list, count, countStored } = store;
  return {
    find,
    list,
    count,
    countStored,
    usage: ({ txid }, orderBy, page) => store.usage(txid, orderBy, page),
    unexpected: ({ txid }, page) => store.unexpected(txid, page),
    errors: ({ txid }, page) => store.errors(txid, page),
    missing: ({ txid }, page) => store.missing(txid, page),
    totals: ({ txid }) => store.totals(txid),
    bytesPercentiles: ({ txid }, percentiles) => store.bytesPercentiles(txid, percentiles),
    sortedBytes: ({ txid }) => store.sortedBytes(txid),
    findFleet: (id) => store.fleets.find(id),
    listFleets: (filter, page) => store.fleets.list(filter, page),
    countFleets: (filter) => store.fleets.count(filter),
    imeisOfPart: (id, part) => store.fleets.imeisOf(id, part),
  };
}
