import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Calls back once: when an answer is whole, or when its connection closes before. Node.js tells an answer of that only while it is
 * being sent, so one that waits behind another on the same connection is told here, with all who listen to it.
 */
export function onResponseClose(request: IncomingMessage, response: ServerResponse, listener: () => void): void {
  const { socket } = request;
  let isOver = false;
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    socket.off('close', notify);
    listener();
  };
  const notify = (): void => {
    if (isOver) return;
    response.destroy();
    response.emit('close');
  };
  response.once('close', end);
  if (response.closed) end();
  else if (socket.destroyed) notify();
  else {
    // A connection may have any number of answers that wait.
    socket.setMaxListeners(0);
    socket.once('close', notify);
  }
}
