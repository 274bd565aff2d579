import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/** How long a client may take nothing of a response before its connection is closed. */
const MAX_STALL_MS = 60_000;

/**
 * Passes requests on, and closes a connection whose client takes nothing of a response for a minute: otherwise it would hold the
 * memory of the response as long as it likes. A client that reads slowly is not cut off, nor a request that waits for its response.
 */
export function closeStalled(listener: RequestListener, maxStallMs = MAX_STALL_MS): RequestListener {
  return (request, response) => {
    response.setTimeout(maxStallMs, closeIfUnread);
    listener(request, response);
  };
}

/** Node.js calls it when nothing was read or written for that time. It counts what the system has taken of a long write. */
function closeIfUnread(socket?: Socket): void {
  if (socket !== undefined && socket.writableLength > 0) socket.destroy();
}
