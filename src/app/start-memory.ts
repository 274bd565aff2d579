// A file of its own: nothing else touches the garbage collector.
/**
 * Gives back what starting took, in some tens of milliseconds: V8 keeps the young heap as big as loading modules made it until it is
 * told that memory is low. It grows again with the load, so this is for before the first request: later, it would slow down those that
 * follow. A Node.js without an inspector keeps the memory.
 */
export async function giveBackStartMemory(): Promise<void> {
  const inspector = await import('node:inspector').catch(() => null);
  if (inspector === null) return;
  const session = new inspector.Session();
  session.connect();
  // Ended within its own answer, the session would keep the process from ending.
  session.post('HeapProfiler.collectGarbage', () => setImmediate(() => session.disconnect()));
}
