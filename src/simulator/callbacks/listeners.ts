import { InvalidInput } from '../http/errors.ts';

export interface Listener {
  accountNumber: string;
  name: string;
  url: string;
}

export interface Listeners {
  list(accountNumber: string): readonly Listener[];
  find(accountNumber: string, name: string): Listener | undefined;
  /** Registers a listener. It replaces one of the same name. */
  register(listener: Listener): void;
  /** Removes a listener. Returns whether there was one. */
  deregister(accountNumber: string, name: string): boolean;
}

/** From docs/upstream/README.md. */
const ALLOWED_PORTS: readonly (readonly [number, number])[] = [
  [80, 80],
  [443, 443],
  [9001, 9006],
  [28200, 28220],
  [50551, 50559],
];
const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

/** Throws InvalidInput if the platform would not post to the URL. Loopback hosts may use any port. */
export function checkListenerUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new InvalidInput('url must be an http or https URL.');
  }
  const port = portOf(url);
  if (!LOOPBACK_HOST.test(url.hostname) && !ALLOWED_PORTS.some(([low, high]) => port >= low && port <= high)) {
    throw new InvalidInput(`url has port ${port}, which is not allowed.`);
  }
}

/** Stores the listeners: one per account and name. */
export function createListeners(): Listeners {
  const listeners = new Map<string, Listener>();
  const keyOf = (accountNumber: string, name: string): string => JSON.stringify([accountNumber, name]);
  return {
    list: (accountNumber) => [...listeners.values()].filter((listener) => listener.accountNumber === accountNumber),
    find: (accountNumber, name) => listeners.get(keyOf(accountNumber, name)),
    register(listener) {
      listeners.set(keyOf(listener.accountNumber, listener.name), listener);
    },
    deregister: (accountNumber, name) => listeners.delete(keyOf(accountNumber, name)),
  };
}
