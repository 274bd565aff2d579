import type { FaultManner } from './faults/fault-spec.ts';
import type { Faults } from './faults/faults.ts';
import type { Call } from './http/call.ts';
import type { Delivery } from './http/delivery.ts';
import { InvalidInput, PlatformError } from './http/errors.ts';
import { errorReply, type Reply } from './http/reply.ts';
import { matchRoute, type Routes } from './http/routes.ts';
import type { Wait } from './wait.ts';

export interface PlatformOptions {
  routes: Routes;
  faults: Faults;
  wait: Wait;
  signal: AbortSignal;
}

/** The delivery of each fault manner that sends a response. */
const MANNERS = { truncate: 'truncated', endless: 'endless', slow: 'slow' } as const satisfies Partial<
  Record<FaultManner, Delivery['manner']>
>;

function gatewayReply(call: Call, status: number, message: string, description: string): Reply {
  const form = (call.headers.accept ?? '').includes('json') ? 'fault' : 'xml';
  return errorReply(form, { status, code: status === 404 ? '900906' : '405', message, description });
}

function invalidInputReply(call: Call, message: string): Reply {
  return call.path.startsWith('/m2m/')
    ? errorReply('errorCode', { status: 400, code: 'UnifiedWebService.INPUT_INVALID.Request.Invalid', message })
    : errorReply('responseCode', { status: 400, code: 'INVALID_PARAMETER', message });
}

async function answerByRoute(routes: Routes, call: Call): Promise<Reply> {
  const match = matchRoute(routes, call.path, call.method);
  if (match.found === 'nothing') {
    return gatewayReply(call, 404, 'No matching resource found', `No matching resource found for path ${call.path}`);
  }
  if (match.found === 'path') {
    const reply = gatewayReply(call, 405, 'Method not allowed', `Method not allowed for path ${call.path}`);
    return { ...reply, headers: { ...reply.headers, allow: match.allowedMethods } };
  }
  try {
    return await match.handler(call);
  } catch (error) {
    if (error instanceof PlatformError) return error.reply;
    if (error instanceof InvalidInput) return invalidInputReply(call, error.message);
    return errorReply('responseCode', { status: 500, code: 'INTERNAL_ERROR', message: String(error) });
  }
}

/** Creates the handler of platform calls: it applies faults, then calls the route. It resolves to a delivery for every call. */
export function createPlatform({ routes, faults, wait, signal }: PlatformOptions): (call: Call) => Promise<Delivery> {
  return async (call) => {
    const { latencyMilliseconds, manner, reply } = faults.take(call);
    if (latencyMilliseconds > 0) await wait(latencyMilliseconds, signal);
    if (manner === 'reset') return { manner: 'reset' };
    const response = reply ?? (manner === 'endless' ? undefined : await answerByRoute(routes, call));
    if (manner === 'resetAfterEffect') return { manner: 'reset' };
    if (response === undefined) return { manner: 'endless', reply: { status: 200, headers: {}, body: '' } };
    return { manner: manner === undefined ? 'whole' : MANNERS[manner], reply: response };
  };
}
