import type { RequestListener, ServerResponse } from 'node:http';
import { sendText } from './text-response.ts';

/** Whether a part works. A server with a degraded part still answers what does not need it. */
export type PartState = 'ok' | 'degraded';

/** Returns the state of each part, by its name. */
export type CheckParts = () => Promise<Readonly<Record<string, PartState>>>;

export interface ProbesOptions {
  readonly isStarted: () => boolean;
  readonly isStopping: () => boolean;
  readonly checkParts: CheckParts;
  readonly version: string;
}

/** The listeners of the probes, by their paths. They reveal nothing but names and states. */
export type Probes = Readonly<Record<'/livez' | '/health' | '/readyz' | '/version', RequestListener>>;

/**
 * Creates the probes. `/livez` answers 200 while the process runs. `/readyz` answers 503 only before the start is complete and from the
 * beginning of a shutdown: a database or platform that all servers share must not take every one of them out of a load balancer.
 */
export function createProbes({ isStarted, isStopping, checkParts, version }: ProbesOptions): Probes {
  const live: RequestListener = (_, response) => sendText(response, { status: 200, text: 'OK' });
  const sendReadiness = async (response: ServerResponse): Promise<void> => {
    if (!isStarted() || isStopping()) {
      sendJson(response, 503, { status: isStopping() ? 'stopping' : 'starting' });
      return;
    }
    const parts = await checkParts();
    const isDegraded = Object.values(parts).includes('degraded');
    sendJson(response, 200, { status: isDegraded ? 'degraded' : 'ready', parts });
  };
  return {
    '/livez': live,
    '/health': live,
    '/readyz': (_, response) => void sendReadiness(response),
    '/version': (_, response) => sendJson(response, 200, { version }),
  };
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}
