/**
 * Gives back what starting took, once, in some tens of milliseconds: V8 keeps the young heap as big as its modules made it until it is
 * told that memory is low. It grows again with the load. A Node.js without an inspector keeps it.
 */
export async function giveBackStartMemory(): Promise<void> {
  const inspector = await import('node:inspector').catch(() => null);
  if (inspector === null) return;
  const session = new inspector.Session();
  session.connect();
  // Ended within its own answer, the session would keep the process from ending.
  session.post('HeapProfiler.collectGarbage', () => setImmediate(() => session.disconnect()));
}
