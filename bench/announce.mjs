/** @param {import('node:net').Server} server */
export function portOf(server) {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address.port;
}

/**
 * Tells the parent process where this one listens, and ends with the parent however that ended.
 * @param {number} port
 */
export function announce(port) {
  process.send?.({ port });
  process.once('disconnect', () => process.exit());
}
