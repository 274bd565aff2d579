import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { FailedLayer } from './transport-error.ts';

/** What a request waits for: the host or its proxy, the secure connection, or nothing, because its connection is made. */
export type ConnectionStep = 'host' | 'tls' | 'made';

/** The connection of a request. */
export interface Connection {
  step(): ConnectionStep;
}

/** Follows how a connection is made for a request that does not reuse one. */
export function followConnection(request: ClientRequest): Connection {
  let step: ConnectionStep = 'host';
  request.once('socket', (socket) => {
    const onConnect = (): void => {
      step = isSecuring(socket) ? 'tls' : 'made';
    };
    if (socket.connecting) socket.once('connect', onConnect);
    else onConnect();
    socket.once('secureConnect', () => (step = 'made'));
  });
  return { step: () => step };
}

/** What failed if a request waited at this step until its time was over. A proxy makes the connection to its host first. */
export function toFailedLayer(step: ConnectionStep, isProxied: boolean): FailedLayer | null {
  if (step === 'tls') return 'tls';
  return isProxied ? 'proxy' : null;
}

function isSecuring(socket: Socket): boolean {
  return 'secureConnecting' in socket && socket.secureConnecting === true;
}
