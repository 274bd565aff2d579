import { hash } from '../chance.ts';
import { bag, check, failed, model, oneOf, type Expected, type Model } from '../expected.ts';
import { findDevice, strangerOf, type Device } from '../fleet.ts';
import {
  failsWholeCall,
  toOutcomes,
  toQuestion,
  type AggregatedQuestion,
  type Failing,
  type Outcome,
} from './outcomes.ts';
import { aggregateIsSettled, callsFor, freshness, windowEcho, type Question, type Scene } from './scene.ts';
import { deviceUsage, sortUsage, TEXT, usageTotals, type Usage } from './usage.ts';

/** What `aggregatedReport` returns. */
export function aggregatedReport(
  scene: Scene,
  question: AggregatedQuestion,
  toDevice: (imei: string) => Expected,
): Expected {
  const imeis = question.imei === null ? null : [...new Set(question.imei)];
  const questions = (imeis ?? [null]).map((imei) => toQuestion(question, imei));
  return oneOf(
    toOutcomes(scene, question, imeis, questions).map((outcome) =>
      outcome.failing.length > 0 && outcome.failing.length === imeis?.length && outcome.failing.every(isOfCall)
        ? failed(...codesOf(outcome.failing))
        : model('AggregatedReport', toFields(scene, question, questions, outcome, toDevice)),
    ),
  );
}

function isOfCall({ device, isCallFailed }: Failing): boolean {
  return isCallFailed || failsWholeCall(device.fate);
}

/** The codes of the error if every call failed: one that may pass comes first. */
function codesOf(failing: readonly Failing[]): string[] {
  if (failing.some(({ isCallFailed }) => isCallFailed)) return ['UPSTREAM_UNAVAILABLE'];
  return failing.map(({ device }) => (device.fate === 'rejected' ? 'UPSTREAM_BAD_REQUEST' : 'UPSTREAM_NOT_FOUND'));
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
    errors: () => errorsOf(scene, question, failing, missing),
    missing: () => bag(missing),
    totals: () => usageTotals(usage),
    txid: () => check(`one of ${txids.join(', ')}`, isTxid),
    txids: () =>
      check(`some of ${txids.join(', ')}`, (got) => Array.isArray(got) && got.length > 0 && got.every(isTxid)),
    freshness: () => freshness(scene, questions, (atMs) => aggregateIsSettled(scene, question.window, atMs)),
    window: () => windowEcho(question.window),
    unexpectedDevices: () => strangers(scene, question, usage, toDevice),
  };
}

/**
 * The devices that nobody requested, beside the ones that bring them. Usage from the cache brings none. A call that another operation
 * or field shares brings those of its devices as well, to any report that was built from it.
 */
function strangers(
  scene: Scene,
  question: AggregatedQuestion,
  usage: readonly Usage[],
  toDevice: (imei: string) => Expected,
): Expected {
  const { account, imei } = question;
  if (imei === null) return bag([]);
  const bringing = (each: string): Device[] => {
    const device = findDevice(scene.fleet, account, each);
    return device?.fate === 'brings another' ? [device] : [];
  };
  const certain = usage
    .filter((each) => scene.isAlone && !isCachedAt(scene, toQuestion(question, each.imei)))
    .flatMap((each) => bringing(each.imei));
  const possible = new Set(
    imei
      .flatMap((each) => callsFor(scene, toQuestion(question, each)))
      .filter(({ atMs }) => atMs >= scene.startedMs)
      .flatMap((call) => call.imei.flatMap(bringing)),
  );
  let lists: Device[][] = [certain];
  for (const device of possible) {
    if (!certain.includes(device)) lists = lists.flatMap((list) => [list, [...list, device]]);
  }
  return oneOf(
    lists.map((list) =>
      bag(list.map(strangerOf).map((stranger) => deviceUsage(stranger, () => toDevice(stranger.imei)))),
    ),
  );
}

/** Whether usage from an earlier call may be returned. */
function isCachedAt(scene: Scene, question: Question): boolean {
  return !scene.noCache && callsFor(scene, question).some(({ atMs }) => atMs < scene.startedMs);
}

function toErrors({ sentences }: Scene, { imei }: AggregatedQuestion, failing: Outcome['failing']): Expected[] {
  return failing.filter(({ isNamed }) => isNamed || sentences.namelessErrors || imei === null).map(deviceError);
}

/**
 * The errors of the report's own devices. If devices are missing, those without an IMEI of the calls that left them out may be about them, even
 * if another field or operation asked for the device that they are about.
 */
function errorsOf(
  scene: Scene,
  question: AggregatedQuestion,
  failing: Outcome['failing'],
  missing: Outcome['missing'],
): Expected {
  const own = toErrors(scene, question, failing);
  if (question.imei === null) return bag(own);
  const others = new Set(
    missing
      .flatMap((imei) => callsFor(scene, toQuestion(question, imei)))
      .filter(({ atMs }) => atMs >= scene.startedMs)
      .flatMap((call) => call.imei)
      .filter((imei) => !question.imei?.includes(imei)),
  );
  const nameless = [...others].flatMap((imei) => {
    const device = findDevice(scene.fleet, question.account, imei);
    return device?.fate === 'nameless' ? [deviceError({ device, isCallFailed: false, isNamed: false })] : [];
  });
  const lists = nameless.reduce<Expected[][]>((all, each) => all.flatMap((list) => [list, [...list, each]]), [own]);
  return oneOf(lists.map((list) => bag(list)));
}

/** What `DeviceUsageError` returns for a device. */
function deviceError({ device, isCallFailed, isNamed }: Failing): Model {
  const { imei, fate, account } = device;
  const ofCall = (code: string, message: string, status: string): Model =>
    model('UpstreamErrorMessage', {
      errorCode: () => code,
      errorMessage: () => message,
      httpStatusCode: () => status,
      detailErrorMessage: () => null,
    });
  if (isCallFailed || failsWholeCall(fate)) {
    return model('DeviceUsageError', {
      imei: () => imei,
      errorMessage: () => TEXT,
      errorResponse: () => {
        if (isCallFailed) return ofCall('INTERNAL_ERROR', 'this device always fails', '500');
        if (fate === 'rejected') return ofCall('INVALID_PARAMETER', 'not a device of the account', '400');
        return ofCall('INVALID_PARAMETER', 'NOT_FOUND', '404');
      },
    });
  }
  return model('DeviceUsageError', {
    imei: () => (isNamed ? imei : null),
    errorMessage: () => (fate === 'nameless' ? `a device of ${account} failed` : `${imei} is not active`),
    errorResponse: () => errorResponse(imei),
  });
}

/** The platform's words about a refused device. */
function errorResponse(imei: string): Expected {
  if (hash(imei) % 3 === 0) return null;
  return model('UpstreamErrorMessage', {
    errorCode: () => 'INVALID_PARAMETER',
    errorMessage: () => 'NOT_ACTIVE',
    httpStatusCode: () => '404 NOT_FOUND',
    detailErrorMessage: () => (hash(imei) % 2 === 0 ? null : `details of ${imei.slice(-3)}`),
  });
}
