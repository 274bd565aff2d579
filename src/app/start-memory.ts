// A file of its own: nothing else touches the garbage collector.
/**
 * Frees the memory that start-up used, which takes some tens of milliseconds. V8 keeps the young heap as large as loading modules
 * made it until it is told that memory is low. Call this before the first request: later, it would slow down the requests that
 * follow. Does nothing in a Node.js without an inspector.
 */
export async function giveBackStartMemory(): Promise<void> {
  const inspector = await import('node:inspector').catch(() => null);
  if (inspector === null) return;
  const session = new inspector.Session();
  session.connect();
  // A session that disconnects inside its own callback would keep the process from exiting.
  session.post('HeapProfiler.collectGarbage', () => setImmediate(() => session.disconnect()));
}
