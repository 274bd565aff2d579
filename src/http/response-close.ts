import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Calls the listener once: with true when the response has been sent, with false if its connection closes before that. Node.js
 * emits `close` only on the response that is being sent. If a response waits behind another on the same connection, this function
 * emits it, for all its listeners.
 */
export function onResponseClose(
  request: IncomingMessage,
  response: ServerResponse,
  listener: (isSent: boolean) => void,
): void {
  const { socket } = request;
  let isOver = false;
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    socket.off('close', notify);
    listener(response.writableFinished);
  };
  const notify = (): void => {
    if (isOver) return;
    response.destroy();
    response.emit('close');
  };
  response.once('close', end);
  if (response.closed) end();
  else if (socket.destroyed) notify();
  else if (response.socket === null) {
    // Any number of responses may wait on one connection.
    socket.setMaxListeners(0);
    socket.once('close', notify);
  }
}
