import { hash } from '../chance.ts';
import { bag, check, failed, model, oneOf, type Expected, type Model } from '../expected.ts';
import { findDevice, inPlatformOrder, isLeft, type Device, type Fate, type Filters, type Window } from '../fleet.ts';
import { aggregateIsSettled, callsFor, freshness, viewsOf, type Question, type Scene } from './scene.ts';
import { deviceUsage, sortUsage, TEXT, usageOf, usageTotals, type Usage } from './usage.ts';

/** What an aggregated report is asked for. `imei` is null for the whole account. */
export interface AggregatedQuestion {
  readonly account: string;
  readonly imei: readonly string[] | null;
  readonly window: Window;
  readonly filters: Filters;
}

/** The devices of a report by what became of them. */
interface Outcome {
  readonly usage: readonly Usage[];
  readonly failing: readonly { readonly imei: string; readonly device: Device }[];
  readonly missing: readonly string[];
}

/** More combinations of fetch times than these are not tried. They are rare: a device must have changed between two of them. */
const MAX_COMBINATIONS = 200;

/** What `aggregatedReport` returns. */
export function aggregatedReport(
  scene: Scene,
  question: AggregatedQuestion,
  toDevice: (imei: string) => Expected,
): Expected {
  const imeis = question.imei === null ? null : [...new Set(question.imei)];
  const fates = imeis?.map((imei) => findDevice(scene.fleet, question.account, imei)?.fate ?? 'left out');
  if (fates !== undefined && fates.length > 0 && fates.every(failsWholeCall)) {
    return failed(
      ...new Set(fates.map((fate) => (fate === 'rejected' ? 'UPSTREAM_BAD_REQUEST' : 'UPSTREAM_NOT_FOUND'))),
    );
  }
  const questions = (imeis ?? [null]).map((imei) => toQuestion(question, imei));
  return oneOf(
    toOutcomes(scene, question, imeis, questions).map((outcome) =>
      model('AggregatedReport', toFields(scene, question, questions, outcome, toDevice)),
    ),
  );
}

/** The question about one device, or about the whole account. */
export function toQuestion({ account, window, filters }: AggregatedQuestion, imei: string | null): Question {
  return { path: 'aggregate', account, imei, window, filters, durationLow: null, durationHigh: null };
}

/** The usage of a device at every time at which it may have been fetched, each once. */
export function usagesOf(scene: Scene, question: Question, device: Device): (Usage | null)[] {
  const { window, filters } = question;
  const views = viewsOf(scene, question, ({ atMs }) => aggregateIsSettled(scene, window, atMs));
  const usages = views.map((viewMs) => usageOf(scene.fleet, device, window, filters, viewMs));
  return [...new Map(usages.map((usage) => [JSON.stringify(usage), usage])).values()];
}

export function failsWholeCall(fate: Fate): boolean {
  return fate === 'rejected' || fate === 'unknown';
}

function toFields(
  scene: Scene,
  question: AggregatedQuestion,
  questions: readonly Question[],
  { usage, failing, missing }: Outcome,
  toDevice: (imei: string) => Expected,
): Model['fields'] {
  const txids = questions.flatMap((each) => callsFor(scene, each).map(({ txid }) => txid));
  const isTxid = (got: unknown): boolean => txids.includes(String(got));
  return {
    usage: ({ first, orderBy }) => {
      const sorted = typeof orderBy === 'string' ? sortUsage(usage, orderBy) : usage;
      const page = typeof first === 'number' ? sorted.slice(0, first) : sorted;
      return page.map((each) => deviceUsage(each, () => toDevice(each.imei)));
    },
    errors: () => bag(toErrors(scene, question, failing)),
    missing: () => bag(missing),
    totals: () => usageTotals(usage),
    txid: () => check(`one of ${txids.join(', ')}`, isTxid),
    txids: () =>
      check(`some of ${txids.join(', ')}`, (got) => Array.isArray(got) && got.length > 0 && got.every(isTxid)),
    freshness: () => freshness(scene, questions, (atMs) => aggregateIsSettled(scene, question.window, atMs)),
    unexpectedDevices: () => [],
  };
}

function toErrors({ sentences }: Scene, { imei }: AggregatedQuestion, failing: Outcome['failing']): Expected[] {
  return failing.flatMap(({ device }) => {
    if (device.fate === 'nameless') return sentences.namelessErrors || imei === null ? [deviceError(device)] : [];
    return [deviceError(device)];
  });
}

/** What `DeviceUsageError` returns for a device. */
export function deviceError(device: Device): Model {
  const { imei, fate } = device;
  const isRejected = failsWholeCall(fate);
  const ofCall = (code: string, message: string, status: string): Model =>
    model('UpstreamErrorMessage', {
      errorCode: () => code,
      errorMessage: () => message,
      httpStatusCode: () => status,
      detailErrorMessage: () => null,
    });
  return model('DeviceUsageError', {
    imei: () => (fate === 'nameless' ? null : imei),
    errorMessage: () =>
      isRejected ? TEXT : fate === 'nameless' ? `a device of ${device.account} failed` : `${imei} is not active`,
    errorResponse: () => {
      if (fate === 'rejected') return ofCall('INVALID_PARAMETER', 'not a device of the account', '400');
      if (fate === 'unknown') return ofCall('INVALID_PARAMETER', 'NOT_FOUND', '404');
      return errorResponse(imei);
    },
  });
}

/** The platform's words about a refused device. */
export function errorResponse(imei: string): Expected {
  if (hash(imei) % 3 === 0) return null;
  return model('UpstreamErrorMessage', {
    errorCode: () => 'INVALID_PARAMETER',
    errorMessage: () => 'NOT_ACTIVE',
    httpStatusCode: () => '404 NOT_FOUND',
    detailErrorMessage: () => (hash(imei) % 2 === 0 ? null : `details of ${imei.slice(-3)}`),
  });
}

/** Every combination of what the devices may have been when they were fetched. */
function toOutcomes(
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
    if (device === null || about === undefined || device.fate === 'left out') {
      outcomes = outcomes.map((outcome) => ({ ...outcome, missing: [...outcome.missing, imei] }));
    } else if (failsWholeCall(device.fate)) {
      outcomes = outcomes.map((outcome) => ({ ...outcome, failing: [...outcome.failing, { imei, device }] }));
    } else {
      const usages = usagesOf(scene, about, device);
      outcomes = usages
        .flatMap((usage) => outcomes.map((outcome) => withDevice(outcome, imei, device, usage)))
        .slice(0, MAX_COMBINATIONS);
    }
  });
  return outcomes;
}

function withDevice(outcome: Outcome, imei: string, device: Device, usage: Usage | null): Outcome {
  const { fate } = device;
  if (usage === null) return { ...outcome, missing: [...outcome.missing, imei] };
  if (fate !== 'refused' && fate !== 'nameless') return { ...outcome, usage: [...outcome.usage, usage] };
  const failing = [...outcome.failing, { imei, device }];
  return { ...outcome, failing, missing: fate === 'nameless' ? [...outcome.missing, imei] : outcome.missing };
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
  return viewsOf(scene, about, ({ atMs }) => aggregateIsSettled(scene, window, atMs)).map((viewMs) => {
    const left = devices.filter(
      (device) => device.fate !== 'left out' && isLeft(fleet, device, window, filters, viewMs),
    );
    const refused = left.filter(({ fate }) => fate === 'refused' || fate === 'nameless');
    return {
      usage: left
        .filter((device) => !refused.includes(device))
        .flatMap((device) => usageOf(fleet, device, window, filters, viewMs) ?? []),
      failing: refused.map((device) => ({ imei: device.imei, device })),
      missing: [],
    };
  });
}
