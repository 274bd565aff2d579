import { findDevice, inPlatformOrder, isLeft, type Device, type Fate, type Filters, type Window } from '../fleet.ts';
import { finalAggregates, hasFailed, viewsOf, type Question, type Scene } from './scene.ts';
import { usageOf, type Usage } from './usage.ts';

/** What an aggregated report is asked for. `imei` is null for the whole account. */
export interface AggregatedQuestion {
  readonly account: string;
  readonly imei: readonly string[] | null;
  readonly window: Window;
  readonly filters: Filters;
}

/** The devices of a report by what became of them. */
export interface Outcome {
  readonly usage: readonly Usage[];
  readonly failing: readonly Failing[];
  readonly missing: readonly string[];
}

/** A device in `errors`, and whether that is because its call failed. */
export interface Failing {
  readonly device: Device;
  readonly isCallFailed: boolean;
  /** Whether the error names the device: one that does not can only be about the one device of its call without a result. */
  readonly isNamed: boolean;
}

/** A device that the fleet does not have. */
const NOBODY: Omit<Device, 'account' | 'imei'> = {
  id: null,
  fate: 'left out',
  usageFlaw: 'none',
  group: '',
  plan: '',
  label: '',
  sessions: [],
};

/**
 * More combinations are not tried. Twelve devices, each of which another operation's call may have failed, have 4,096; more than that are rare,
 * because a device must have changed between two fetch times.
 */
const MAX_COMBINATIONS = 20_000;

/** The question about one device, or about the whole account. */
export function toQuestion({ account, window, filters }: AggregatedQuestion, imei: string | null): Question {
  return { path: 'aggregate', account, imei, window, filters, durationLow: null, durationHigh: null };
}

/** The usage of a device at every time at which it may have been fetched, each once. */
export function usagesOf(scene: Scene, question: Question, device: Device): (Usage | null)[] {
  const { window, filters } = question;
  const views = viewsOf(scene, question, finalAggregates(scene, question));
  const usages = views.map((viewMs) => usageOf(scene.fleet, device, window, filters, viewMs));
  return [...new Map(usages.map((usage) => [JSON.stringify(usage), usage])).values()];
}

export function failsWholeCall(fate: Fate): boolean {
  return fate === 'rejected' || fate === 'unknown';
}

/** Every combination of what the devices may have been when they were fetched. */
export function toOutcomes(
  scene: Scene,
  question: AggregatedQuestion,
  imeis: readonly string[] | null,
  questions: readonly Question[],
): Outcome[] {
  const { fleet } = scene;
  if (imeis === null) return wholeAccount(scene, question, questions);
  let outcomes: Outcome[] = [{ usage: [], failing: [], missing: [] }];
  imeis.forEach((imei, at) => {
    const device = findDevice(fleet, question.account, imei);
    const about = questions[at];
    if (about === undefined) return;
    const options = toOptions(scene, about, device, imei);
    outcomes = options.flatMap((option) => outcomes.map((outcome) => join(outcome, option))).slice(0, MAX_COMBINATIONS);
  });
  return outcomes;
}

/** What may have become of one device. */
function toOptions(scene: Scene, question: Question, device: Device | null, imei: string): Outcome[] {
  const isCallFailed = hasFailed(scene, question);
  const alone: Outcome = { usage: [], failing: [], missing: [] };
  const inErrors = device ?? { ...NOBODY, account: question.account, imei };
  const failedCall: Outcome = { ...alone, failing: [{ device: inErrors, isCallFailed: true, isNamed: true }] };
  if (isCallFailed === true) return [failedCall];
  const options = toAnswered(scene, question, device, imei);
  return isCallFailed === null ? [...options, failedCall] : options;
}

function toAnswered(scene: Scene, question: Question, device: Device | null, imei: string): Outcome[] {
  const alone: Outcome = { usage: [], failing: [], missing: [] };
  if (device === null || device.fate === 'left out') return [{ ...alone, missing: [imei] }];
  if (failsWholeCall(device.fate)) return [{ ...alone, failing: [{ device, isCallFailed: false, isNamed: true }] }];
  const named: Outcome = { ...alone, failing: [{ device, isCallFailed: false, isNamed: true }] };
  const nameless: Outcome = { ...alone, failing: [{ device, isCallFailed: false, isNamed: false }], missing: [imei] };
  return usagesOf(scene, question, device).flatMap((usage) => {
    if (usage === null) return { ...alone, missing: [imei] };
    if (device.fate === 'refused') return named;
    return device.fate === 'nameless' ? nameless : { ...alone, usage: [usage] };
  });
}

function join(one: Outcome, other: Outcome): Outcome {
  return {
    usage: [...one.usage, ...other.usage],
    failing: [...one.failing, ...other.failing],
    missing: [...one.missing, ...other.missing],
  };
}

function wholeAccount(scene: Scene, question: AggregatedQuestion, questions: readonly Question[]): Outcome[] {
  const { fleet } = scene;
  const { account, window, filters } = question;
  const [about] = questions;
  if (about === undefined) return [];
  const devices = inPlatformOrder(
    fleet,
    fleet.devices.filter((device) => device.account === account && !failsWholeCall(device.fate)),
    (device) => device.imei,
  );
  return viewsOf(scene, about, finalAggregates(scene, about)).map((viewMs) => {
    const left = devices.filter(
      (device) => device.fate !== 'left out' && isLeft(fleet, device, window, filters, viewMs),
    );
    const refused = left.filter(({ fate }) => fate === 'refused' || fate === 'nameless');
    return {
      usage: left
        .filter((device) => !refused.includes(device))
        .flatMap((device) => usageOf(fleet, device, window, filters, viewMs) ?? []),
      failing: refused.map((device) => ({ device, isCallFailed: false, isNamed: device.fate !== 'nameless' })),
      missing: [],
    };
  });
}
