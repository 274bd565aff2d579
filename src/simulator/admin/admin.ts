import { parseCallbackDisturbance } from '../callbacks/callback-disturbance.ts';
import type { CallbackSender } from '../callbacks/callback-sender.ts';
import { parseFaultSpec } from '../faults/fault-spec.ts';
import type { Faults } from '../faults/faults.ts';
import type { SimulatedDevice } from '../fleet/device.ts';
import type { Call } from '../http/call.ts';
import type { CallLog } from '../http/call-log.ts';
import { InvalidInput } from '../http/errors.ts';
import {
  optionalBoolean,
  optionalInteger,
  optionalText,
  parseJsonObject,
  rejectUnknownFields,
  type JsonObject,
} from '../http/json-object.ts';
import { jsonReply, type Reply } from '../http/reply.ts';
import { matchRoute, type Routes } from '../http/routes.ts';
import type { BearerTokens } from '../sign-in/bearer-tokens.ts';
import {
  DEAD_SESSION_NAMES,
  DEAD_SESSION_STATUSES,
  isDeadSessionName,
  toDeadSession,
  type DeadSession,
} from '../sign-in/dead-session.ts';
import type { SessionTokens } from '../sign-in/session-tokens.ts';
import type { User } from '../sign-in/user.ts';
import { rejectForeign } from './admin-access.ts';

export interface AdminOptions {
  devices: readonly SimulatedDevice[];
  callLog: CallLog;
  faults: Faults;
  bearers: BearerTokens;
  sessions: SessionTokens;
  user: User;
  sender: CallbackSender;
  platformPaths: readonly string[];
}

type AdminHandler = (call: Call) => unknown;

function parseDeadSession(object: JsonObject): DeadSession {
  const answer = optionalText(object, 'answer') ?? 'codeExpired';
  if (!isDeadSessionName(answer)) throw new InvalidInput(`answer is not one of ${DEAD_SESSION_NAMES.join(', ')}.`);
  const status = optionalInteger(object, 'status') ?? 400;
  if (!DEAD_SESSION_STATUSES.includes(status)) {
    throw new InvalidInput(`status is not one of ${DEAD_SESSION_STATUSES.join(', ')}.`);
  }
  return toDeadSession(answer, status);
}

function expireTokens({ bearers, sessions }: AdminOptions, body: string): object {
  const object = parseJsonObject(body);
  const { which } = object;
  if (which !== 'session' && which !== 'bearer' && which !== 'all') {
    throw new InvalidInput('which must be session, bearer or all.');
  }
  rejectUnknownFields(object, which === 'bearer' ? ['which'] : ['which', 'answer', 'status']);
  const answer = parseDeadSession(object);
  if (which !== 'session') bearers.expireAll();
  if (which !== 'bearer') sessions.expireAll(answer);
  return {};
}

function changeUser(user: User, body: string): void {
  const object = parseJsonObject(body);
  rejectUnknownFields(object, ['locked', 'failedLogins', 'password']);
  const locked = optionalBoolean(object, 'locked');
  const failedLogins = optionalInteger(object, 'failedLogins');
  const password = optionalText(object, 'password');
  user.change({
    ...(locked === undefined ? {} : { locked }),
    ...(failedLogins === undefined ? {} : { failedLogins }),
    ...(password === undefined ? {} : { password }),
  });
}

function createHandlers(options: AdminOptions): Routes<AdminHandler> {
  const { devices, callLog, faults, bearers, user, sender, platformPaths } = options;
  const signInState = (): object => ({ ...user.state(), tokens: bearers.issuedCount() });
  return new Map<string, Partial<Record<string, AdminHandler>>>([
    ['/devices', { GET: () => ({ devices }) }],
    ['/calls', { GET: () => ({ calls: callLog.list() }), DELETE: () => callLog.clear() }],
    ['/counts', { GET: () => ({ counts: callLog.counts() }) }],
    [
      '/faults',
      {
        GET: () => ({ faults: faults.list() }),
        POST: ({ body }) => ({ id: faults.add(parseFaultSpec(parseJsonObject(body), platformPaths)) }),
        DELETE: () => faults.clear(),
      },
    ],
    ['/tokens/expire', { POST: ({ body }) => expireTokens(options, body) }],
    [
      '/sign-in',
      {
        GET: signInState,
        POST({ body }) {
          changeUser(user, body);
          return signInState();
        },
      },
    ],
    ['/callbacks', { GET: () => sender.counts() }],
    [
      '/callbacks/faults',
      {
        POST: ({ body }) => sender.disturb(parseCallbackDisturbance(parseJsonObject(body))),
        DELETE: () => sender.disturb({}),
      },
    ],
  ]);
}

/** Handles the admin API: it lists the recorded calls, changes tokens and the user, and sets faults. */
export function createAdmin(options: AdminOptions): (call: Call) => Reply {
  const handlers = createHandlers(options);
  return (call) => {
    const rejected = rejectForeign(call);
    if (rejected !== null) return rejected;
    const faultId = /^\/faults\/([^/]+)$/.exec(call.path)?.[1];
    if (faultId !== undefined && call.method === 'DELETE') {
      return options.faults.remove(faultId) ? jsonReply(200, {}) : jsonReply(404, { error: 'There is no such fault.' });
    }
    const match = matchRoute(handlers, call.path, call.method);
    if (match.found === 'nothing') return jsonReply(404, { error: `There is no admin path ${call.path}.` });
    if (match.found === 'path') {
      const error = `${call.method} is not allowed for this path.`;
      return jsonReply(405, { error }, { allow: match.allowedMethods });
    }
    try {
      return jsonReply(200, match.handler(call) ?? {});
    } catch (error) {
      if (error instanceof InvalidInput) return jsonReply(400, { error: error.message });
      throw error;
    }
  };
}
