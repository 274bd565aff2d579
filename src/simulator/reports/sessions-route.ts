import type { SimulatedDevice } from '../fleet/device.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Usage, UsageSession } from '../fleet/usage.ts';
import type { Call } from '../http/call.ts';
import { InvalidInput, PlatformError } from '../http/errors.ts';
import { optionalInteger, optionalText, readJsonBody, requiredText } from '../http/json-object.ts';
import { jsonReply } from '../http/reply.ts';
import type { Handler } from '../http/routes.ts';
import type { Access } from '../sign-in/access.ts';
import { requireHeader, requireSameFilter } from './header-copies.ts';
import { parseImei, type ContractVersion } from './report-fields.ts';
import { resolveWindow } from './report-window.ts';

export interface SessionsRouteOptions {
  access: Access;
  fleet: Fleet;
  usage: Usage;
  version: ContractVersion;
  now: () => number;
  createId: () => string;
}

function parseRequest(call: Call, { access, version }: SessionsRouteOptions) {
  const body = readJsonBody(call);
  const accountNumber = requiredText(body, 'accountNumber');
  if (version === 'older') requireHeader(call, 'accountNumber', accountNumber);
  access.requireAccount(accountNumber);
  const imei = parseImei(body.imei);
  const filters = {
    startDate: optionalText(body, 'startDate'),
    endDate: optionalText(body, 'endDate'),
    durationLow: optionalInteger(body, 'durationLow'),
    durationHigh: optionalInteger(body, 'durationHigh'),
  };
  if (version === 'older') {
    requireHeader(call, 'imei', imei);
    for (const [name, value] of Object.entries(filters)) requireSameFilter(call, name, value);
  }
  return { imei, ...filters };
}

function requireActive(fleet: Fleet, imei: string): SimulatedDevice {
  const device = fleet.find(imei);
  if (device !== undefined && device.kind !== 'inactive') return device;
  throw new PlatformError('responseCode', {
    status: 404,
    code: 'INVALID_PARAMETER',
    message: 'NOT_FOUND',
    description: `Device ${imei} is ${device === undefined ? 'unknown' : 'inactive'}.`,
  });
}

function toDailyUsageItem(session: UsageSession): { startTime: string; endTime?: string; numBytes: number } {
  const { startMilliseconds, endMilliseconds, bytes } = session;
  return {
    startTime: new Date(startMilliseconds).toISOString(),
    ...(endMilliseconds === undefined ? {} : { endTime: new Date(endMilliseconds).toISOString() }),
    numBytes: bytes,
  };
}

/** Handles the sessions report of one device. */
export function createSessionsRoute(options: SessionsRouteOptions): Handler {
  const { access, fleet, usage, now, createId } = options;
  return (call) => {
    access.requireSession(call);
    const request = parseRequest(call, options);
    const { durationLow: low = 0, durationHigh: high = Number.MAX_SAFE_INTEGER } = request;
    if (low > high) throw new InvalidInput('durationLow is greater than durationHigh.');
    const window = resolveWindow(request.startDate, request.endDate, now());
    const device = requireActive(fleet, request.imei);
    const sessions = usage
      .sessionsOf(device, window)
      .filter(({ durationSeconds }) => durationSeconds >= low && durationSeconds <= high);
    return jsonReply(200, {
      id: device.id,
      txid: createId(),
      ...(device.kind === 'silent' ? {} : { sessions: sessions.map(toDailyUsageItem) }),
    });
  };
}
