import { ReportError } from '../domain/errors.ts';
import type { UsageScope } from './aggregate-request.ts';
import type { Caller } from './caller.ts';
import { failAll, type AskTogether, type AwaitedDevice, type Outcomes } from './usage-call.ts';

/** What became of at most ten devices; a failure is the outcome of its devices. Throws only what is no ReportError. */
export type AskEach = (scope: UsageScope, devices: readonly AwaitedDevice[]) => Promise<Outcomes>;

/** What one caller's refused calls have shown so far. */
interface Evidence {
  accepted: boolean;
  refusedAlone: number;
  /** The first search, which the caller's others wait for: it may show that they are needless. */
  firstSearch: Promise<unknown> | null;
}

type KnownEvidence = WeakMap<Caller, WeakMap<UsageScope, Evidence>>;

/** So many devices refused one by one, and none accepted: then it is not for the devices that the platform refuses. */
const ENOUGH_REFUSALS = 5;

/**
 * Asks for devices together. Where the platform refuses the call, the devices that it refuses are found by halves and fail alone.
 * A caller whose every device is refused is not asked for to the last of them, where nobody else's devices are in the call.
 */
export function createAskEach(askTogether: AskTogether): AskEach {
  const evidenceOf: KnownEvidence = new WeakMap();

  return async (scope, devices) => {
    const evidence = toEvidence(scope, devices, evidenceOf);
    const outcomes: Outcomes = new Map();
    const settle = (settled: Outcomes): void => {
      for (const [device, outcome] of settled) outcomes.set(device, outcome);
    };
    const isHopeless = (): boolean => !evidence.accepted && evidence.refusedAlone >= ENOUGH_REFUSALS;

    const ask = async (some: readonly AwaitedDevice[]): Promise<'accepted' | 'failed' | ReportError> => {
      try {
        settle(await askTogether(scope, some));
        evidence.accepted = true;
        return 'accepted';
      } catch (error) {
        if (!(error instanceof ReportError)) throw error;
        if (isRefusal(error)) return error;
        settle(failAll(some, error));
        return 'failed';
      }
    };
    const findRefused = async (suspects: readonly AwaitedDevice[], refusal: ReportError): Promise<void> => {
      if (suspects.length === 1) evidence.refusedAlone += 1;
      if (suspects.length === 1 || isHopeless()) {
        settle(failAll(suspects, refusal));
        return;
      }
      const half = Math.ceil(suspects.length / 2);
      const right = suspects.slice(half);
      const left = suspects.slice(0, half);
      const ofLeft = await ask(left);
      // Where the left half is accepted, the refusal was for the right one, which need not be asked as a whole again.
      if (ofLeft === 'accepted') return findRefused(right, refusal);
      if (ofLeft !== 'failed') await findRefused(left, ofLeft);
      const ofRight = isHopeless() ? refusal : await ask(right);
      if (ofRight instanceof ReportError) await findRefused(right, ofRight);
    };

    const ofAll = await ask(devices);
    if (ofAll instanceof ReportError) {
      await evidence.firstSearch;
      const search = findRefused(devices, ofAll);
      evidence.firstSearch ??= search;
      await search;
    }
    return outcomes;
  };
}

/** What is known of the only caller in a call; where several share it, their devices are each asked for to the last. */
function toEvidence(scope: UsageScope, devices: readonly AwaitedDevice[], known: KnownEvidence): Evidence {
  const [caller, ...others] = new Set(devices.flatMap((device) => [...device.waiting]));
  if (caller === undefined || others.length > 0) return { accepted: true, refusedAlone: 0, firstSearch: null };
  const ofCaller = known.get(caller) ?? new WeakMap<UsageScope, Evidence>();
  const evidence = ofCaller.get(scope) ?? { accepted: false, refusedAlone: 0, firstSearch: null };
  known.set(caller, ofCaller.set(scope, evidence));
  return evidence;
}

/** The platform turned down what was asked, so that another selection of devices may be answered. */
function isRefusal({ code }: ReportError): boolean {
  return code === 'UPSTREAM_BAD_REQUEST' || code === 'UPSTREAM_FORBIDDEN' || code === 'UPSTREAM_NOT_FOUND';
}
