import { ReportError } from '../../domain/errors.ts';
import type { UsageQuery } from '../aggregate-request.ts';
import { isRejection, MAX_DEVICES_PER_CALL } from '../aggregated-report.ts';
import type { Operation } from '../operation.ts';
import { failAll, type FetchBatch, type AwaitedDevice, type Outcomes } from './usage-call.ts';

/** What became of at most ten devices; a failure is the outcome of its devices. Throws only what is no ReportError. */
export type Bisect = (query: UsageQuery, devices: readonly AwaitedDevice[]) => Promise<Outcomes>;

/** What one caller's refused calls have shown so far. */
interface Evidence {
  accepted: boolean;
  rejectedAlone: number;
  /** The search under way, which the caller's others wait for: it may show that they are needless. */
  search: Promise<void> | null;
}

type KnownEvidence = WeakMap<Operation, WeakMap<UsageQuery, Evidence>>;

/** A whole call's devices refused one by one, and none accepted: then it is not for the devices that the platform refuses. */
const MIN_REJECTIONS = MAX_DEVICES_PER_CALL;

/**
 * Asks for devices together. Where the platform refuses the call, the devices that it refuses are found by halves, or one by one
 * where it refuses both halves, and fail alone: at most thirteen calls for ten devices.
 * A caller of many calls whose every device is refused is not asked for to the last of them, where nobody else's devices are in
 * the call.
 */
export function createBisect(fetchBatch: FetchBatch): Bisect {
  const evidenceOf: KnownEvidence = new WeakMap();

  return async (query, devices) => {
    const [operation = null, ...others] = new Set(devices.flatMap((device) => [...device.waiting]));
    const evidence = toEvidence(query, others.length === 0 ? operation : null, evidenceOf);
    const outcomes: Outcomes = new Map();
    const settle = (settled: Outcomes): void => {
      for (const [device, outcome] of settled) outcomes.set(device, outcome);
    };
    const isHopeless = (): boolean => !evidence.accepted && evidence.rejectedAlone >= MIN_REJECTIONS;
    const onlyThisOperationWaits = ({ waiting }: AwaitedDevice): boolean =>
      [...waiting].every((each) => each === operation);

    const ask = async (some: readonly AwaitedDevice[]): Promise<'accepted' | 'failed' | ReportError> => {
      try {
        settle(await fetchBatch(query, some));
        evidence.accepted = true;
        return 'accepted';
      } catch (error) {
        if (!(error instanceof ReportError)) throw error;
        if (isRejection(error)) return error;
        settle(failAll(some, error));
        return 'failed';
      }
    };
    /** Each of them was asked for alone, or is refused with the others. */
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
      // Where the left half is accepted, the refusal was for the right one, which need not be asked as a whole again.
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

    const ofAll = await ask(devices);
    if (ofAll instanceof ReportError) {
      while (evidence.search !== null && !evidence.accepted && !isHopeless()) await evidence.search;
      evidence.search = findRejected(devices, ofAll).finally(() => (evidence.search = null));
      await evidence.search;
    }
    return outcomes;
  };
}

/** What is known of the only caller in a call; where several share it, their devices are each asked for to the last. */
function toEvidence(query: UsageQuery, operation: Operation | null, known: KnownEvidence): Evidence {
  if (operation === null) return { accepted: true, rejectedAlone: 0, search: null };
  const ofOperation = known.get(operation) ?? new WeakMap<UsageQuery, Evidence>();
  const evidence = ofOperation.get(query) ?? { accepted: false, rejectedAlone: 0, search: null };
  known.set(operation, ofOperation.set(query, evidence));
  return evidence;
}
