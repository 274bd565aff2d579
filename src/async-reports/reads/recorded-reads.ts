import type { OperationTrace } from '../../telemetry/traces.ts';
import type { ReportReads } from './report-reads.ts';

/** Returns the same reads, each recorded as a span. Returns them as they are if the operation is not recorded. */
export function recordReads(reads: ReportReads, trace: OperationTrace | null): ReportReads {
  if (trace?.isSampled !== true) return reads;
  const { record } = trace;
  return {
    find: (...args) => record('store find', () => reads.find(...args)),
    list: (...args) => record('store list', () => reads.list(...args)),
    count: (...args) => record('store count', () => reads.count(...args)),
    countStored: (...args) => record('store countStored', () => reads.countStored(...args)),
    usage: (...args) => record('store usage', () => reads.usage(...args)),
    unexpected: (...args) => record('store unexpected', () => reads.unexpected(...args)),
    errors: (...args) => record('store errors', () => reads.errors(...args)),
    missing: (...args) => record('store missing', () => reads.missing(...args)),
    totals: (...args) => record('store totals', () => reads.totals(...args)),
    sortedBytes: (...args) => record('store sortedBytes', () => reads.sortedBytes(...args)),
    findFleet: (...args) => record('store findFleet', () => reads.findFleet(...args)),
    listFleets: (...args) => record('store listFleets', () => reads.listFleets(...args)),
    countFleets: (...args) => record('store countFleets', () => reads.countFleets(...args)),
    imeisOfPart: (...args) => record('store imeisOfPart', () => reads.imeisOfPart(...args)),
    bytesPercentiles: (...args) => record('store bytesPercentiles', () => reads.bytesPercentiles(...args)),
  };
}
