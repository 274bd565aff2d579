import { readCursor, writeCursor } from '../../domain/cursor.ts';
import type { DeviceError, DeviceUsage } from '../../domain/device-usage.ts';
import type { Imei } from '../../domain/imei.ts';
import type { UsageOrder } from '../../domain/usage-order.ts';
import type { AsyncReport } from '../async-report.ts';
import { countDevices, type FleetPart, type FleetReport } from '../fleet.ts';
import type { ReportReads } from '../reads/report-reads.ts';
import { StoreError } from '../store/store-error.ts';
import type { Page, PageQuery, Row } from '../store/page.ts';
import { mergeByValue } from './merge-by-value.ts';

/** Reads pages of all parts of a fleet report as one list. Each reads as few parts as its rows need, one after the other. */
export interface FleetPages {
  /** In the given order, or by part and then in the order of arrival (null). */
  usage(fleet: FleetReport, orderBy: UsageOrder | null, page: PageQuery): Promise<Page<DeviceUsage>>;
  /** By part, and then in the order of arrival. */
  errors(fleet: FleetReport, page: PageQuery): Promise<Page<DeviceError>>;
  /** By IMEI. */
  missing(fleet: FleetReport, page: PageQuery): Promise<Page<Imei>>;
}

/** Creates the pages from the reads of an operation, which count each read of a part. */
export function createFleetPages(reads: ReportReads): FleetPages {
  const missingOf = async (fleet: FleetReport, part: FleetPart, page: PageQuery): Promise<Page<Imei>> =>
    part.report === null
      ? toPageOfUnsent(await reads.imeisOfPart(fleet.id, part.part), page)
      : reads.missing(part.report, page);
  return {
    usage(fleet, orderBy, page) {
      if (orderBy !== null && orderBy !== 'IMEI')
        return mergeByValue(fleet.parts, orderBy, page, (report, ofPart) => reads.usage(report, orderBy, ofPart));
      return joinParts({
        name: orderBy === null ? 'fleet usage by part' : 'fleet usage by IMEI',
        parts: fleet.parts,
        count: ({ report }) => report?.receivedDevices ?? 0,
        page,
        read: ofReport((report, ofPart) => reads.usage(report, orderBy, ofPart)),
      });
    },
    errors: ({ parts }, page) =>
      joinParts({
        name: 'fleet errors',
        parts,
        count: ({ report }) => report?.errorRows ?? 0,
        page,
        read: ofReport(reads.errors),
      }),
    missing: (fleet, page) =>
      joinParts({
        name: 'fleet missing',
        parts: fleet.parts,
        count: (part) => part.report?.missingDevices ?? countDevices(part),
        page,
        read: (part, ofPart) => missingOf(fleet, part, ofPart),
      }),
  };
}

interface Joined<T> {
  /** The name of the list in its cursors. */
  readonly name: string;
  readonly parts: readonly FleetPart[];
  /** How many rows a part has. One without any is not read. */
  readonly count: (part: FleetPart) => number;
  readonly page: PageQuery;
  readonly read: (part: FleetPart, page: PageQuery) => Promise<Page<T>>;
}

/** Reads a page of the lists of the parts, one after the other. A cursor has the part, and the cursor of its list. */
async function joinParts<T>({ name, parts, count, page: { first, after }, read }: Joined<T>): Promise<Page<T>> {
  const [start, afterInPart] = after === null ? ([0, null] as const) : readPosition(name, after);
  const rows: Row<T>[] = [];
  for (const each of parts) {
    const { part } = each;
    if (part < start || count(each) === 0) continue;
    // There is a row more, even if it is not read.
    if (rows.length === first) return { rows, hasNextPage: true };
    const page = await read(each, { first: first - rows.length, after: part === start ? afterInPart : null });
    for (const { cursor, node } of page.rows) rows.push({ cursor: writeCursor(name, [part, cursor]), node });
    if (page.hasNextPage) return { rows, hasNextPage: true };
  }
  return { rows, hasNextPage: false };
}

function readPosition(name: string, after: string): readonly [part: number, cursor: string] {
  const [list, position] = readCursor(after) ?? [];
  if (list !== name || !isPosition(position)) throw new StoreError('BAD_CURSOR');
  return position;
}

function isPosition(value: unknown): value is readonly [number, string] {
  return Array.isArray(value) && value.length === 2 && Number.isSafeInteger(value[0]) && typeof value[1] === 'string';
}

function ofReport<T>(
  read: (report: AsyncReport, page: PageQuery) => Promise<Page<T>>,
): (part: FleetPart, page: PageQuery) => Promise<Page<T>> {
  return ({ report }, page) =>
    report === null ? Promise.resolve({ rows: [], hasNextPage: false }) : read(report, page);
}

/** The cursors of a list of missing devices, so that they stay valid when the part is sent meanwhile. */
const MISSING = 'missing';

/** A page of the devices of a part that was not accepted. All of them are missing. */
function toPageOfUnsent(imeis: readonly Imei[], { first, after }: PageQuery): Page<Imei> {
  const [list, last] = after === null ? [MISSING, ''] : (readCursor(after) ?? []);
  if (list !== MISSING || typeof last !== 'string') throw new StoreError('BAD_CURSOR');
  const left = imeis.filter((imei) => imei > last);
  return {
    rows: left.slice(0, first).map((imei) => ({ cursor: writeCursor(MISSING, imei), node: imei })),
    hasNextPage: left.length > first,
  };
}
