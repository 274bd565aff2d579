import type { Call } from '../http/call.ts';
import { InvalidInput, PlatformError } from '../http/errors.ts';
import { readJsonBody, requiredText } from '../http/json-object.ts';
import { jsonReply } from '../http/reply.ts';
import type { Handler } from '../http/routes.ts';
import type { ContractVersion } from '../reports/report-fields.ts';
import type { Access } from '../sign-in/access.ts';
import { checkListenerUrl, type Listener, type Listeners } from './listeners.ts';

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

function requireQuery(call: Call, name: string): string {
  const value = call.query[name] ?? '';
  if (value === '') throw new InvalidInput(`Query parameter ${name} is required.`);
  return value;
}

/** Handles the calls that list, register and deregister the listeners of an account. */
export function createListenerRoutes(
  access: Access,
  listeners: Listeners,
  version: ContractVersion,
): { GET: Handler; POST: Handler; DELETE: Handler } {
  function authorize(call: Call): string {
    access.requireSession(call);
    const accountNumber = requireQuery(call, 'accountNumber');
    access.requireAccount(accountNumber);
    return accountNumber;
  }

  function toWire({ accountNumber, name, url }: Listener): object {
    // Clients of the middle generation look for `aname`, those of the newest for `accountName`.
    return { aname: accountNumber, ...(version === 'newest' ? { accountName: accountNumber } : {}), name, url };
  }

  return {
    GET: (call) => jsonReply(200, listeners.list(authorize(call)).map(toWire)),
    POST(call) {
      const accountNumber = authorize(call);
      const body = readJsonBody(call);
      const listener = { accountNumber, name: requiredText(body, 'name'), url: requiredText(body, 'url') };
      if (!NAME.test(listener.name)) throw new InvalidInput('name is not a service name.');
      checkListenerUrl(listener.url);
      listeners.register(listener);
      return jsonReply(200, version === 'older' ? [toWire(listener)] : toWire(listener));
    },
    DELETE(call) {
      const accountNumber = authorize(call);
      const service = requireQuery(call, 'service');
      if (!listeners.deregister(accountNumber, service)) {
        throw new PlatformError('responseCode', {
          status: 404,
          code: 'INVALID_PARAMETER',
          message: 'NOT_FOUND',
          description: `No listener is registered for ${service}.`,
        });
      }
      return jsonReply(200, { success: true });
    },
  };
}
