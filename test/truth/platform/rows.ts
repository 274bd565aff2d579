import { hash } from '../chance.ts';
import { bytesAt, isOpen, sessionsIn, type Device, type Fleet, type Session, type Window } from '../fleet.ts';

/** Values that are no number of bytes. */
const BAD_BYTES = [-5, 1.5, 'many', null, true, { value: 7 }, 2 ** 53];
const BAD_TIMES = ['yesterday', '', '2026-13-45T00:00:00Z', null, 'never'];

/** A session as JSON. The time is written in one of the forms that the platform uses. */
export function toSessionRow(session: Session, viewMs: number): Record<string, unknown> {
  const { startMs, endMs, flaw } = session;
  const pick = hash(String(startMs));
  return {
    ...(flaw === 'no start' ? {} : { startTime: flaw === 'bad start' ? ofList(BAD_TIMES, pick) : toTime(startMs) }),
    ...(flaw === 'bad end'
      ? { endTime: 'not yet' }
      : endMs === null || isOpen(session, viewMs)
        ? {}
        : { endTime: toTime(endMs) }),
    ...(flaw === 'no bytes'
      ? {}
      : { numBytes: flaw === 'bad bytes' ? ofList(BAD_BYTES, pick) : bytesAt(session, viewMs) }),
  };
}

/** The row, or the two rows, of a device in an aggregated report. */
export function toUsageRows(fleet: Fleet, device: Device, window: Window, viewMs: number): Record<string, unknown>[] {
  const { imei, usageFlaw } = device;
  const sessions = sessionsIn(fleet, device, window, viewMs);
  const numberOfSessions = sessions.length;
  const bytesTransferred = Number(sessions.reduce((sum, session) => sum + BigInt(bytesAt(session, viewMs)), 0n));
  const row = { imei, numberOfSessions, bytesTransferred };
  const smaller = {
    imei,
    numberOfSessions: Math.max(0, numberOfSessions - 1),
    bytesTransferred: Math.floor(bytesTransferred / 2),
  };
  switch (usageFlaw) {
    case 'none':
      return [row];
    case 'no bytes':
      return [{ imei, numberOfSessions }];
    case 'bad bytes':
      return [{ imei, numberOfSessions, bytesTransferred: ofList(BAD_BYTES, hash(imei + fleet.salt)) }];
    case 'no sessions':
      return [{ imei, bytesTransferred }];
    case 'twice':
      return hash(imei) % 2 === 0 ? [smaller, row] : [row, smaller];
    case 'twice, once without numbers':
      return hash(imei) % 2 === 0 ? [{ imei }, row] : [row, { imei }];
  }
}

/** The error of a refused device. A nameless device's error does not say whose it is. */
export function toErrorRow(device: Device): Record<string, unknown> {
  const { imei, fate } = device;
  const detail = hash(imei) % 2 === 0 ? {} : { detailErrorMessage: `details of ${imei.slice(-3)}` };
  const errorResponse = {
    errorCode: 'INVALID_PARAMETER',
    errorMessage: 'NOT_ACTIVE',
    httpStatusCode: '404 NOT_FOUND',
    ...detail,
  };
  return {
    ...(fate === 'nameless' ? {} : { imei }),
    errorMessage: fate === 'nameless' ? `a device of ${device.account} failed` : `${imei} is not active`,
    ...(hash(imei) % 3 === 0 ? {} : { errorResponse }),
  };
}

function toTime(atMs: number): string {
  const iso = new Date(atMs).toISOString();
  switch (hash(iso) % 4) {
    case 0:
      return iso;
    case 1:
      return iso.slice(0, -1);
    case 2:
      return `${new Date(atMs + 330 * 60_000).toISOString().slice(0, -1)}+05:30`;
    default:
      return `${new Date(atMs - 300 * 60_000).toISOString().slice(0, -1)}-05:00`;
  }
}

function ofList(items: readonly unknown[], pick: number): unknown {
  return items[pick % items.length];
}
