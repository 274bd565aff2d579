import { ServerResponse, type IncomingMessage, type RequestListener } from 'node:http';
import type { Duplex } from 'node:stream';

/** Handles the requests of a server that ask for another protocol: its event `upgrade`. */
export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** A connection whose request asked for another protocol. */
export interface Upgrade {
  readonly socket: Duplex;
  /** What the client has sent after its request. */
  readonly head: Buffer;
}

/** An upgrade request, until it is taken or answered. */
const UPGRADE = Symbol('upgrade');

type UpgradeResponse = ServerResponse & { [UPGRADE]?: Upgrade | null };

/**
 * Passes upgrade requests through a listener of ordinary requests, so that they pass the same checks. A response closes the connection.
 * To accept the upgrade, the listener takes the connection instead of sending a response.
 */
export function createUpgradeListener(listener: RequestListener): UpgradeListener {
  return (request, socket, head) => {
    const onError = (): void => void socket.destroy();
    socket.on('error', onError);
    const response: UpgradeResponse = new ServerResponse(request);
    response[UPGRADE] = { socket, head };
    response.shouldKeepAlive = false;
    // Only a server's own sockets have upgrades.
    response.assignSocket(socket as Parameters<ServerResponse['assignSocket']>[0]);
    response.once('finish', () => {
      socket.end();
      socket.resume();
    });
    response.once('close', () => socket.off('error', onError));
    listener(request, response);
  };
}

/** Takes the connection of an upgrade request from its response, which then is over. Null if the request asked for no upgrade. */
export function takeUpgrade(response: ServerResponse): Upgrade | null {
  const upgrade = (response as UpgradeResponse)[UPGRADE] ?? null;
  if (upgrade === null) return null;
  (response as UpgradeResponse)[UPGRADE] = null;
  response.detachSocket(upgrade.socket as Parameters<ServerResponse['detachSocket']>[0]);
  // Whoever waits for the end of the response need not know the protocol.
  response.emit('close');
  return upgrade;
}
