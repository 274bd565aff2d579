import { ReportError } from '../../domain/errors.ts';
import type { Imei } from '../../domain/imei.ts';
import type { UsageQuery } from '../aggregate-request.ts';
import { isRejection, MAX_DEVICES_PER_CALL, toOutcomes, type FetchUsage } from '../aggregated-report.ts';
import type { Operation } from '../operation.ts';
import { beginCall, type Refuse } from '../upstream-call.ts';
import {
  createBatch,
  failAll,
  toNobodyWaits,
  toWaiting,
  type AwaitedDevice,
  type DeviceBatch,
  type Outcomes,
} from './device-batch.ts';

/**
 * Fetches a batch of at most ten devices and returns the outcome of each; a failed call is the outcome of its devices. Throws
 * only errors that are not a ReportError.
 */
export type Bisect = (query: UsageQuery, batch: DeviceBatch) => Promise<Outcomes>;

export interface BisectOptions {
  readonly fetchUsage: FetchUsage;
  /** Monotonic time in milliseconds. */
  readonly monotonic: () => number;
}

/** What the rejected calls of one operation have shown so far. */
interface Evidence {
  accepted: boolean;
  rejectedAlone: number;
  /** The search in progress. Other calls of the operation wait for it, because it may show that they are not needed. */
  search: Promise<void> | null;
}

type KnownEvidence = WeakMap<Operation, WeakMap<UsageQuery, Evidence>>;

/** If this many devices are rejected one by one and none is accepted, the cause is not the devices. */
const MIN_REJECTIONS = MAX_DEVICES_PER_CALL;

/**
 * Fetches devices together. If the platform rejects the call, it finds the rejected devices by halves, or one by one if both
 * halves are rejected. Only those fail. Ten devices take at most thirteen calls. If all devices of an operation with many calls
 * are rejected, the search stops early, unless other operations wait for devices of the call.
 */
export function createBisect({ fetchUsage, monotonic }: BisectOptions): Bisect {
  const evidenceOf: KnownEvidence = new WeakMap();

  /** Fetches a batch in one call, which is aborted when no operation waits for any of its devices. Throws ReportError. */
  const fetchBatch = async (query: UsageQuery, batch: DeviceBatch): Promise<Outcomes> => {
    const { devices } = batch;
    // The operations may have gone while the same search fetched other devices.
    if (toWaiting(devices).size === 0) throw toNobodyWaits();
    const controller = new AbortController();
    const refuse: Refuse = (operation, error) => {
      for (const device of [...devices]) if (device.waiting.has(operation)) device.refuse(operation, error);
    };
    const call = beginCall(() => toWaiting(devices), controller.signal, monotonic, refuse);
    batch.call = {
      joined: call.joined,
      abortIfUnused: () => {
        if (toWaiting(devices).size === 0) controller.abort(toNobodyWaits());
      },
    };
    const leave = (): Imei[] => {
      batch.hasLeft = true;
      // Without devices, the call would be for the whole account.
      if (devices.size === 0) throw toNobodyWaits();
      return Array.from(devices, ({ imei }) => imei);
    };
    const onRateLimited = (): void => {
      call.options.onRateLimited?.();
      batch.hasLeft = batch.isFixed;
      // Operations that have gone since the call left wait for nothing in it.
      for (const device of [...devices]) if (device.waiting.size === 0) device.drop();
    };
    try {
      const answer = await fetchUsage(query, leave, { ...call.options, onRateLimited });
      const outcomes = toOutcomes(answer, leave());
      return new Map(
        Array.from(devices, (device) => [
          device,
          outcomes.get(device.imei) ?? { kind: 'missing', imei: device.imei, call: answer.call },
        ]),
      );
    } finally {
      batch.hasLeft = true;
      call.end();
    }
  };

  return async (query, batch) => {
    const outcomes: Outcomes = new Map();
    const settle = (settled: Outcomes): void => {
      for (const [device, outcome] of settled) outcomes.set(device, outcome);
    };
    const fetchAndSettle = async (some: DeviceBatch): Promise<'accepted' | 'failed' | ReportError> => {
      try {
        settle(await fetchBatch(query, some));
        return 'accepted';
      } catch (error) {
        if (!(error instanceof ReportError)) throw error;
        if (isRejection(error)) return error;
        settle(failAll(some.devices, error));
        return 'failed';
      }
    };

    const ofAll = await fetchAndSettle(batch);
    const devices = [...batch.devices];
    const [operation = null, ...others] = toWaiting(devices);
    const evidence = toEvidence(query, others.length === 0 ? operation : null, evidenceOf);
    const isHopeless = (): boolean => !evidence.accepted && evidence.rejectedAlone >= MIN_REJECTIONS;
    const onlyThisOperationWaits = ({ waiting }: AwaitedDevice): boolean =>
      [...waiting].every((each) => each === operation);

    const ask = async (some: readonly AwaitedDevice[]): Promise<'accepted' | 'failed' | ReportError> => {
      const answer = await fetchAndSettle(createBatch(some, true));
      if (answer === 'accepted') evidence.accepted = true;
      return answer;
    };
    /** Each device was rejected alone, or is rejected together with the others. */
    const reject = (some: readonly AwaitedDevice[], rejection: ReportError): void => {
      if (some.length === 1) evidence.rejectedAlone += 1;
      settle(failAll(some, rejection));
    };
    const askAlone = async (device: AwaitedDevice): Promise<void> => {
      const answer = await ask([device]);
      if (answer instanceof ReportError) reject([device], answer);
    };
    const findRejected = async (suspects: readonly AwaitedDevice[], rejection: ReportError): Promise<void> => {
      if (suspects.length === 1 || (isHopeless() && suspects.every(onlyThisOperationWaits))) {
        reject(suspects, rejection);
        return;
      }
      const half = Math.ceil(suspects.length / 2);
      const left = suspects.slice(0, half);
      const right = suspects.slice(half);
      const ofLeft = await ask(left);
      // If the left half is accepted, the right half caused the rejection and need not be sent as a whole again.
      if (ofLeft === 'accepted') return findRejected(right, rejection);
      const ofRight = await ask(right);
      const areBothRejected = ofLeft instanceof ReportError && ofRight instanceof ReportError;
      const search = areBothRejected ? findOneByOne : findRejected;
      if (ofLeft instanceof ReportError) await search(left, ofLeft);
      if (ofRight instanceof ReportError) await search(right, ofRight);
    };
    const findOneByOne = async (suspects: readonly AwaitedDevice[], rejection: ReportError): Promise<void> => {
      if (suspects.length === 1) reject(suspects, rejection);
      else await Promise.all(suspects.map(askAlone));
    };

    if (ofAll === 'accepted') evidence.accepted = true;
    if (ofAll instanceof ReportError) {
      while (evidence.search !== null && !evidence.accepted && !isHopeless()) await evidence.search;
      evidence.search = findRejected(devices, ofAll).finally(() => (evidence.search = null));
      await evidence.search;
    }
    return outcomes;
  };
}

/** What is known about the only operation in a call. If several share it, the search always goes to the last device. */
function toEvidence(query: UsageQuery, operation: Operation | null, known: KnownEvidence): Evidence {
  if (operation === null) return { accepted: true, rejectedAlone: 0, search: null };
  const ofOperation = known.get(operation) ?? new WeakMap<UsageQuery, Evidence>();
  const evidence = ofOperation.get(query) ?? { accepted: false, rejectedAlone: 0, search: null };
  known.set(operation, ofOperation.set(query, evidence));
  return evidence;
}
