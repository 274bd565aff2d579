import type { AccountNumber } from '../domain/account.ts';
import type { UsageTotals } from '../domain/usage-totals.ts';
import type { AsyncReport } from './async-report.ts';

/** Devices of a part: as many as the platform accepts in one request. */
export const DEVICES_PER_PART = 10_000;
/** Maximum number of devices of a fleet report. */
export const MAX_FLEET_DEVICES = 1_000_000;
/** Maximum number of parts, without those that are requested again. */
export const MAX_FLEET_PARTS = MAX_FLEET_DEVICES / DEVICES_PER_PART;

export const FLEET_STATUSES = ['QUEUED', 'SUBMITTING', 'RECEIVING', 'COMPLETED', 'EXPIRED', 'CANCELLED'] as const;
/** The public statuses; docs/fleet-reports.md describes them. */
export type FleetStatus = (typeof FLEET_STATUSES)[number];

/**
 * waiting: nothing was sent. sending: its request may be on its way. sent: the platform accepted it. rejected: it never will.
 * cancelled: it was not sent, and will not be.
 */
export type PartStage = 'waiting' | 'sending' | 'sent' | 'rejected' | 'cancelled';

/** Why devices were requested once more: a request got no usable response, or messages did not arrive. */
export type RepeatReason = 'UNCERTAIN' | 'MISSING';

/** A request that was sent besides the first one of each part. */
export interface Repeat {
  readonly atMs: number;
  readonly reason: RepeatReason;
  readonly devices: number;
}

/** Why a part was not accepted. */
export interface PartFailure {
  readonly code: string;
  readonly message: string;
}

/** A part of a fleet report: one request to the platform. The IMEIs of a part are all less than those of the next one. */
export interface FleetPart {
  /** From 1. */
  readonly part: number;
  /** 0 for the parts of the list; 1 and more for each time that missing devices were requested again. */
  readonly round: number;
  /** As many as its list had, without those that were erased before it was sent. */
  readonly devices: number;
  /** Every device of the parts before is less, and none of the part is. */
  readonly firstImei: string;
  readonly stage: PartStage;
  readonly beganAtMs: number | null;
  readonly uncertain: readonly Repeat[];
  readonly failure: PartFailure | null;
  /** The totals of its usage; null if they are not stored, or no longer true. */
  readonly totals: UsageTotals | null;
  /** The revision of its report up to which its results were copied to the parts that they belong to; 0 if none were. */
  readonly mergedRevision: number;
  /** Null unless it was sent. */
  readonly report: AsyncReport | null;
}

/** A part that the platform accepted. */
export type SentPart = FleetPart & { readonly report: AsyncReport };

/** A fleet report as it is stored, with its parts as of now. Times are epoch milliseconds. */
export interface Fleet {
  readonly id: string;
  readonly accountNumber: AccountNumber;
  /** The principal that it belongs to; empty if everyone with access to the account may see it. */
  readonly owner: string;
  /** Identifies the caller who pays for its requests. */
  readonly principal: string;
  readonly inputJson: string;
  readonly requestedAtMs: number;
  readonly cancelledAtMs: number | null;
  readonly partsPerMinute: number;
  /** Increases with every change of the report itself. */
  readonly ownRevision: number;
  /** The parts of the list, by number. */
  readonly parts: readonly FleetPart[];
  /** What was requested again because it was missing. */
  readonly repeated: readonly FleetPart[];
}

/** A fleet report as readers see it at one moment. */
export interface FleetReport extends Fleet {
  readonly status: FleetStatus;
  readonly requestedDevices: number;
  readonly receivedDevices: number;
  readonly failedDevices: number;
  /** Rows of the pages of errors. */
  readonly errorRows: number;
  /** From 0 to 1. */
  readonly progress: number;
  /** Increases with every change. */
  readonly revision: number;
  /** When the status changes next if nothing arrives; null if it does not. */
  readonly nextChangeAtMs: number | null;
}

/** Returns the report as readers see it. */
export function toFleetReport(fleet: Fleet): FleetReport {
  const { parts, ownRevision } = fleet;
  const sent = toSentParts(parts);
  const sum = (count: (part: SentPart) => number): number => sent.reduce((total, part) => total + count(part), 0);
  const requestedDevices = parts.reduce((total, part) => total + countDevices(part), 0);
  const receivedDevices = sum(({ report }) => report.receivedDevices);
  const failedDevices = sum(({ report }) => report.failedDevices);
  const status = toFleetStatus(fleet);
  const changes = sent.flatMap(({ report }) => report.nextChangeAtMs ?? []);
  return {
    ...fleet,
    status,
    requestedDevices,
    receivedDevices,
    failedDevices,
    errorRows: sum(({ report }) => report.errorRows),
    progress: requestedDevices === 0 ? 1 : (receivedDevices + failedDevices) / requestedDevices,
    revision: ownRevision + sum(({ report }) => report.revision),
    nextChangeAtMs: hasEnded(status) || changes.length === 0 ? null : Math.min(...changes),
  };
}

/** The parts that the platform accepted, in order. */
export function toSentParts(parts: readonly FleetPart[]): SentPart[] {
  return parts.filter((part): part is SentPart => part.report !== null);
}

/** The devices of a part, without those that were erased. */
export function countDevices({ report, devices }: FleetPart): number {
  return report?.expectedDevices ?? devices;
}

/** Whether a part can still be sent. */
export function isUnsent({ stage }: Pick<FleetPart, 'stage'>): boolean {
  return stage === 'waiting' || stage === 'sending';
}

/** Whether the status is final. */
export function hasEnded(status: FleetStatus): boolean {
  return status === 'COMPLETED' || status === 'EXPIRED' || status === 'CANCELLED';
}

/** What was sent besides the first request of each part, in order of time. */
export function toRepeats({ parts, repeated }: Pick<Fleet, 'parts' | 'repeated'>): Repeat[] {
  const missing = repeated.flatMap(({ beganAtMs, devices, stage }): Repeat[] =>
    beganAtMs === null || stage === 'cancelled' ? [] : [{ atMs: beganAtMs, reason: 'MISSING', devices }],
  );
  return [...parts, ...repeated]
    .flatMap(({ uncertain }) => uncertain)
    .concat(missing)
    .sort((one, other) => one.atMs - other.atMs);
}

function toFleetStatus({ parts, cancelledAtMs }: Pick<Fleet, 'parts' | 'cancelledAtMs'>): FleetStatus {
  if (cancelledAtMs !== null) return 'CANCELLED';
  if (parts.some(isUnsent)) return parts.some(({ report }) => report !== null) ? 'SUBMITTING' : 'QUEUED';
  const sent = toSentParts(parts);
  if (sent.some(({ report }) => report.status === 'QUEUED' || report.status === 'RECEIVING')) return 'RECEIVING';
  const isWhole = sent.length === parts.length && sent.every(({ report }) => report.status === 'COMPLETED');
  return isWhole ? 'COMPLETED' : 'EXPIRED';
}
