import { InvalidInput } from '../http/errors.ts';

export interface Listener {
  accountNumber: string;
  name: string;
  url: string;
}

export interface Listeners {
  list(accountNumber: string): readonly Listener[];
  find(accountNumber: string, name: string): Listener | undefined;
  /** Registers a listener in the place of one that had the name before. */
  register(listener: Listener): void;
  /** Tells whether there was such a listener. */
  deregister(accountNumber: string, name: string): boolean;
}

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

/** Throws InvalidInput for a URL to which the platform would not post. */
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

/** Keeps the listeners of the accounts, one for each name. */
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
