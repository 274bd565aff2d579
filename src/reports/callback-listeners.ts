import { MAX_URL_CHARACTERS } from '../domain/callback-address.ts';
import { MAX_TEXT_CHARACTERS, toShownText } from '../domain/cut-text.ts';
import { readObject } from '../domain/json.ts';
import type { AccountNumber } from '../domain/account.ts';
import { ReportError, type ReportErrorCode } from '../domain/errors.ts';
import type { ThingspaceClient } from '../thingspace/client.ts';
import type { Operation } from './operation.ts';
import { callForOperation, type UpstreamCallOptions } from './upstream-call.ts';
import { readRows, readText } from './wire.ts';

const PATH = '/hyper-precise/v1/callbacks';
const ENDPOINT = 'callback-listeners';

/** The service name under which the platform posts device reports (docs/upstream/README.md, "Callback messages"). */
export const LISTENER_NAME = 'BullseyeReporting';

/** A listener as the platform reports it. */
export interface RegisteredListener {
  readonly accountNumber: string;
  readonly name: string;
  /** Null if the platform does not say. */
  readonly url: string | null;
}

/** A listener to register. */
export interface NewListener {
  readonly accountNumber: AccountNumber;
  readonly name: string;
  readonly url: string;
}

/** The listeners registered for an account, one per service name. Every call may throw ReportError. */
export interface CallbackListeners {
  /** Lists the listeners. A caller that also asks for other operations passes a signal of its own instead of the operation's. */
  list(accountNumber: AccountNumber, operation: Operation, signal?: AbortSignal): Promise<RegisteredListener[]>;
  /** Replaces the listener that had the name. */
  register(listener: NewListener, operation: Operation): Promise<RegisteredListener>;
  /** Removes the listener of this name. Throws UPSTREAM_NOT_FOUND if there is none. */
  deregister(accountNumber: AccountNumber, name: string, operation: Operation): Promise<void>;
}

export interface CallbackListenersOptions {
  readonly client: ThingspaceClient;
  /** Monotonic time in milliseconds, to measure how long a call takes. */
  readonly monotonic: () => number;
}

/** What to do about a response of the platform: the advice for reports speaks of devices and windows. */
const ADVICE: Partial<Record<ReportErrorCode, string>> = {
  UPSTREAM_BAD_REQUEST:
    'The platform rejected the request. Check the account, and the name and the URL of the listener.',
  UPSTREAM_FORBIDDEN: 'The platform denied access. Check that the user may see the account and manage its listeners.',
  UPSTREAM_NOT_FOUND: 'The platform did not find the account. Check the account number.',
  UPSTREAM_TIMEOUT: 'The platform did not respond in time. Try again in a moment.',
};
/** An account has one for each service of the platform, of which there are a few dozen. */
const MAX_LISTENERS = 200;
const TOO_MANY_LISTENERS = 'Deregister listeners of this account that are not used any more.';
const NO_SUCH_LISTENER =
  'The account has no callback listener of this name. The query callbackListeners lists those that it has.';

/** Creates the calls to /hyper-precise/v1/callbacks. */
export function createCallbackListeners({ client, monotonic }: CallbackListenersOptions): CallbackListeners {
  const toPath = (parameters: Readonly<Record<string, string>>): string =>
    `${PATH}?${new URLSearchParams(parameters).toString()}`;

  const call = <T>(
    operation: Operation,
    signal: AbortSignal | null,
    send: (options: UpstreamCallOptions & { readonly endpoint: string }) => Promise<T>,
  ): Promise<T> =>
    callForOperation(operation, signal, monotonic, (options) =>
      send({ ...options, endpoint: ENDPOINT }).catch((error: unknown) => {
        throw toListenerError(error);
      }),
    );

  const fetchList = (accountNumber: AccountNumber, operation: Operation, signal: AbortSignal) =>
    call(operation, signal, async (options) => {
      const answer = await client.get(toPath({ accountNumber }), { ...options, accountNumber, mayBeEmpty: true });
      const rows = Array.isArray(answer) || answer === null ? answer : [answer];
      return readRows(rows, MAX_LISTENERS, TOO_MANY_LISTENERS).flatMap((row) => toListener(row, accountNumber) ?? []);
    });
  /** The list of each account that an operation waits for. Its aliases share it. */
  const listsOf = new WeakMap<Operation, Map<AccountNumber, Promise<RegisteredListener[]>>>();
  const shareList = (accountNumber: AccountNumber, operation: Operation): Promise<RegisteredListener[]> => {
    const lists = listsOf.get(operation) ?? new Map<AccountNumber, Promise<RegisteredListener[]>>();
    const list =
      lists.get(accountNumber) ??
      fetchList(accountNumber, operation, operation.signal()).finally(() => lists.delete(accountNumber));
    listsOf.set(operation, lists.set(accountNumber, list));
    return list;
  };

  return {
    list(accountNumber, operation, signal) {
      operation.loaded.changing += 1;
      return signal === undefined ? shareList(accountNumber, operation) : fetchList(accountNumber, operation, signal);
    },
    register: (listener, operation) =>
      call(operation, null, async (options) => {
        const { accountNumber, name, url } = listener;
        const postOptions = { ...options, accountNumber, repeatable: true, mayBeEmpty: true };
        const answer = await client.post(toPath({ accountNumber }), () => ({ body: { name, url } }), postOptions);
        const [row] = Array.isArray(answer) ? (answer as unknown[]) : [answer];
        const registered = toListener(readObject(row), accountNumber);
        return { ...listener, ...registered, url: registered?.url ?? url };
      }),
    deregister: (accountNumber, name, operation) =>
      call(operation, null, async (options) => {
        let sent = 0;
        const onSend = (): void => {
          sent += 1;
          options.onSend();
        };
        const callOptions = { ...options, accountNumber, onSend, mayBeEmpty: true };
        await client.delete(toPath({ accountNumber, service: name }), callOptions).catch((error: unknown) => {
          if (!(error instanceof ReportError) || error.code !== 'UPSTREAM_NOT_FOUND') throw error;
          // An earlier attempt removed it, and only its response was lost.
          if (sent < 2) throw new ReportError(error.code, NO_SUCH_LISTENER, error.details);
        });
      }),
  };
}

/** Replaces the advice in an error. */
function toListenerError(error: unknown): unknown {
  if (!(error instanceof ReportError) || error.message === NO_SUCH_LISTENER) return error;
  const message = ADVICE[error.code];
  return message === undefined ? error : new ReportError(error.code, message, error.details);
}

function toListener(row: Readonly<Record<string, unknown>>, asked: AccountNumber): RegisteredListener | null {
  const name = readCut(row['name']);
  if (name === null) return null;
  const accountNumber = readCut(row['accountName']) ?? readCut(row['aname']) ?? asked;
  return { accountNumber, name, url: readCut(row['url'], MAX_URL_CHARACTERS) };
}

/** A text that is cut if it is longer than it can be. Then it is not the one that a caller, or this server, has registered. */
function readCut(value: unknown, maxCharacters = MAX_TEXT_CHARACTERS): string | null {
  const text = readText(value);
  return text === null ? null : toShownText(text, (shown) => shown, maxCharacters);
}
