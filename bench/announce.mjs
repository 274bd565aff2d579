/**
 * Returns the port of a listening server.
 * @param {import('node:net').Server} server
 */
export function portOf(server) {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address.port;
}

/**
 * Sends the port to the parent process, and ends this process when the parent ends.
 * @param {number} port
 */
export function announce(port) {
  process.send?.({ port });
  process.once('disconnect', () => process.exit());
}
