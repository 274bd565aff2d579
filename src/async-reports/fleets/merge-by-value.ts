import type { DeviceUsage } from '../../domain/device-usage.ts';
import type { UsageOrder } from '../../domain/usage-order.ts';
import type { AsyncReport } from '../async-report.ts';
import type { FleetPart } from '../fleet.ts';
import type { Page, PageQuery, Row } from '../store/page.ts';

type ValueOrder = Exclude<UsageOrder, 'IMEI'>;

/**
 * Reads a page of usage in the order of a value. Every part can have its first rows, so each of them is read; of all rows, only those that
 * can be on the page are kept. A cursor is a value and an IMEI, and so means the same in every part.
 */
export async function mergeByValue(
  parts: readonly FleetPart[],
  orderBy: ValueOrder,
  page: PageQuery,
  read: (report: AsyncReport, page: PageQuery) => Promise<Page<DeviceUsage>>,
): Promise<Page<DeviceUsage>> {
  const compare = COMPARE[orderBy];
  let rows: Row<DeviceUsage>[] = [];
  let hasNextPage = false;
  for (const { report } of parts) {
    if (report === null || report.receivedDevices === 0) continue;
    const ofPart = await read(report, page);
    const all = [...rows, ...ofPart.rows].sort((one, other) => compare(one.node, other.node));
    hasNextPage ||= ofPart.hasNextPage || all.length > page.first;
    rows = all.slice(0, page.first);
  }
  return { rows, hasNextPage };
}

type Compare = (one: DeviceUsage, other: DeviceUsage) => number;

const COMPARE: Readonly<Record<ValueOrder, Compare>> = {
  BYTES_DESC: by(({ bytesTransferred }) => bytesTransferred, -1),
  BYTES_ASC: by(({ bytesTransferred }) => bytesTransferred, 1),
  SESSIONS_DESC: by(({ numberOfSessions }) => numberOfSessions, -1),
  SESSIONS_ASC: by(({ numberOfSessions }) => numberOfSessions, 1),
};

/** As the store orders: null comes last, and equal values are by IMEI. */
function by(toValue: (usage: DeviceUsage) => number | null, direction: 1 | -1): Compare {
  return (one, other) => {
    const [a, b] = [toValue(one), toValue(other)];
    if (a !== b) {
      if (a === null) return 1;
      return b === null ? -1 : direction * (a - b);
    }
    return one.imei < other.imei ? -1 : 1;
  };
}
