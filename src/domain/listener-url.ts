import { isLoopback } from './callback-address.ts';
import type { ArgumentPath, InputFault } from './errors.ts';

/** The ports that the platform posts to (docs/upstream/README.md, "Callback messages"). */
const PORTS: readonly (readonly [number, number])[] = [
  [80, 80],
  [443, 443],
  [9001, 9006],
  [28200, 28220],
  [50551, 50559],
];
const LONGEST_URL = 2_000;

/** An address that the platform can post to; null and a fault where it is none. A loopback host, as the simulator's, may have any port. */
export function parseListenerUrl(text: string, argumentPath: ArgumentPath, faults: InputFault[]): string | null {
  const message = findFault(text);
  if (message === null) return text;
  faults.push({ argumentPath, message });
  return null;
}

function findFault(text: string): string | null {
  if (text.length > LONGEST_URL || /\s/.test(text) || !URL.canParse(text)) {
    return 'This is no address. Send an http or https URL.';
  }
  const { protocol, hostname, port: portSent } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') {
    return `The platform does not post to ${protocol} addresses. Send an http or https URL.`;
  }
  const port = portSent === '' ? (protocol === 'https:' ? 443 : 80) : Number(portSent);
  if (isLoopback(hostname) || PORTS.some(([low, high]) => port >= low && port <= high)) return null;
  const allowed = PORTS.map(([low, high]) => (low === high ? `${low}` : `${low}-${high}`)).join(', ');
  return `The platform does not post to port ${port}. Use one of ${allowed}.`;
}
