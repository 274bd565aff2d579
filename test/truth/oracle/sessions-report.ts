import { HOUR, readSide, SECOND } from '../calendar.ts';
import { check, failed, instant, model, oneOf, type Expected, type Model } from '../expected.ts';
import {
  bytesAt,
  findDevice,
  isOpen,
  isWithin,
  secondsOf,
  sessionsIn,
  toView,
  type Device,
  type Session,
} from '../fleet.ts';
import type { Value } from '../selection.ts';
import { daily, dailyBefore, sumFields, type KnownSession } from './daily.ts';
import { callsFor, freshness, viewsOf, windowEcho, type Question, type Scene } from './scene.ts';

/** What `sessionsReport` returns. `device` is the model of its device. */
export function sessionsReport(scene: Scene, question: Question, device: () => Expected): Expected {
  const truth = findDevice(scene.fleet, question.account, question.imei ?? '');
  switch (truth?.fate) {
    case undefined:
    case 'rejected':
      return failed('UPSTREAM_BAD_REQUEST');
    case 'unknown':
      return failed('UPSTREAM_NOT_FOUND');
    case 'refused':
    case 'nameless':
      return failed('UPSTREAM_FORBIDDEN');
    case 'broken':
      return failed('UPSTREAM_UNAVAILABLE');
  }
  if (truth === null) throw new Error('unreachable');
  const isSettledAt = (atMs: number): boolean | null => isSettled(scene, question, truth, atMs);
  const views = viewsOf(scene, question, ({ atMs }) => isSettledAt(atMs) !== false);
  return oneOf(
    views.map((viewMs) =>
      model('SessionsReport', {
        ...toFields(scene, question, truth, viewMs),
        device,
        freshness: () => freshness(scene, [question], isSettledAt),
      }),
    ),
  );
}

function toFields(scene: Scene, question: Question, device: Device, viewMs: number): Model['fields'] {
  const { window } = question;
  const sessions = reportedSessions(scene, question, device, viewMs).map((session) => toKnown(session, viewMs));
  const txids = callsFor(scene, question).map(({ txid }) => txid);
  return {
    deviceId: () => device.id,
    window: () => windowEcho(window),
    txid: () => check(`one of ${txids.join(', ')}`, (got) => txids.includes(String(got))),
    sessions: () => sessions.map(toModel),
    totals: () => model('SessionTotals', sumFields(sessions)),
    daily: ({ timeZone }) => daily(scene, window, sessions, toZone(timeZone)),
    dailyBefore: ({ timeZone }) => dailyBefore(scene, window, sessions, toZone(timeZone)),
  };
}

function reportedSessions({ fleet }: Scene, question: Question, device: Device, viewMs: number): Session[] {
  return sessionsIn(fleet, device, question.window, viewMs).filter((session) =>
    isWithin(session, question.durationLow, question.durationHigh, viewMs),
  );
}

function toKnown(session: Session, viewMs: number): KnownSession {
  const { flaw } = session;
  const startMs = flaw === 'no start' || flaw === 'bad start' ? null : session.startMs;
  const endMs = flaw === 'bad end' || isOpen(session, viewMs) ? null : session.endMs;
  const bytes = flaw === 'no bytes' || flaw === 'bad bytes' ? null : bytesAt(session, viewMs);
  return {
    startMs,
    endMs,
    bytes,
    seconds: startMs === null || endMs === null ? null : secondsOf(session),
    isIncomplete: flaw !== 'none',
    session,
  };
}

function toModel({ startMs, endMs, seconds, bytes }: KnownSession): Model {
  return model('Session', {
    startTime: () => instant(startMs),
    endTime: () => instant(endMs),
    durationSeconds: () => seconds,
    numBytes: () => bytes,
  });
}

/** Whether a report that was fetched at this time is final; null if an end that is not valid leaves it open. */
function isSettled(scene: Scene, question: Question, device: Device, atMs: number): boolean | null {
  const end = readSide(question.window.end, 'end');
  const bound = Math.max(question.durationLow ?? 0, question.durationHigh ?? 0) * SECOND;
  if (typeof end !== 'number' || end + 24 * HOUR + bound >= atMs) return false;
  if (!scene.sentences.sessionsSettle) return true;
  const viewMs = toView(atMs);
  const sessions = reportedSessions(scene, question, device, viewMs);
  const valid = sessions.filter(({ flaw }) => flaw !== 'bad end');
  if (valid.some((each) => isOpen(each, viewMs) || (each.endMs ?? 0) + 24 * HOUR >= atMs)) return false;
  return valid.length < sessions.length ? null : true;
}

function toZone(timeZone: Value | undefined): string {
  return typeof timeZone === 'string' ? timeZone : 'UTC';
}
