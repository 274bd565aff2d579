import { failed, model, oneOf, type Expected, type Model } from '../expected.ts';
import { findDevice } from '../fleet.ts';
import type { Args } from '../selection.ts';
import { toQuestion, usagesOf } from './outcomes.ts';
import { callsFor, hasFailed, NO_FILTERS, type Question, type Scene } from './scene.ts';
import { sessionsReport } from './sessions-report.ts';
import { deviceUsage } from './usage.ts';

/** What `Device` returns: nothing that costs a call until it is asked for. */
export function device(scene: Scene, account: string, imei: string): Model {
  const self = (): Expected => device(scene, account, imei);
  return model('Device', {
    imei: () => imei,
    accountNumber: () => account,
    usage: (args) => usageInWindow(scene, account, imei, args),
    sessionsReport: (args) => sessionsReport(scene, toSessionsQuestion(account, imei, args), self),
  });
}

/** The question that these arguments of a sessions report ask. */
export function toSessionsQuestion(account: string, imei: string, args: Args): Question {
  return {
    path: 'sessions',
    account,
    imei,
    window: toWindow(args),
    filters: NO_FILTERS,
    durationLow: typeof args['durationLow'] === 'number' ? args['durationLow'] : null,
    durationHigh: typeof args['durationHigh'] === 'number' ? args['durationHigh'] : null,
  };
}

export function toWindow({ startDate, endDate }: Args): Question['window'] {
  return {
    start: typeof startDate === 'string' ? startDate : null,
    end: typeof endDate === 'string' ? endDate : null,
  };
}

function usageInWindow(scene: Scene, account: string, imei: string, args: Args): Expected {
  const question = toQuestion({ account, imei: [imei], window: toWindow(args), filters: NO_FILTERS }, imei);
  const isCallFailed = hasFailed(scene, question);
  const failedCall = failed('UPSTREAM_UNAVAILABLE');
  if (isCallFailed === true) return failedCall;
  const answered = answeredUsage(scene, question, imei);
  return isCallFailed === null ? oneOf([failedCall, answered]) : answered;
}

function answeredUsage(scene: Scene, question: Question, imei: string): Expected {
  const { account } = question;
  const truth = findDevice(scene.fleet, account, imei);
  const refused = failed('UPSTREAM_NOT_FOUND', 'UPSTREAM_BAD_REQUEST');
  // An error without an IMEI may be about any device of its call that is left out.
  const leftOut = hadNamelessError(scene, question) ? oneOf([refused, null]) : null;
  if (truth === null || truth.fate === 'left out') return leftOut;
  if (truth.fate === 'rejected') return failed('UPSTREAM_BAD_REQUEST');
  if (truth.fate === 'unknown') return failed('UPSTREAM_NOT_FOUND');
  if (truth.fate === 'refused') return refused;
  if (truth.fate === 'nameless') return oneOf([refused, null]);
  return oneOf(
    usagesOf(scene, question, truth).map((usage) =>
      usage === null ? leftOut : deviceUsage(usage, () => device(scene, account, imei)),
    ),
  );
}

/** Whether a call that asked for this was answered with an error that names no device. */
function hadNamelessError(scene: Scene, question: Question): boolean {
  return callsFor(scene, question).some(({ account, imei }) =>
    imei.some((each) => findDevice(scene.fleet, account, each)?.fate === 'nameless'),
  );
}
