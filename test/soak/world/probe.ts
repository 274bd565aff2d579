// Loaded into the server before its own code, for the soak only: moves its clock and reports its memory.
import type { MemoryUsage, ProbeRequest } from './probe-messages.ts';

const RealDate = Date;
let offsetMs = 0;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: unknown[], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [RealDate.now() + offsetMs] : args, newTarget) as Date,
  apply: () => new RealDate(RealDate.now() + offsetMs).toString(),
  get: (target, name, receiver) => (name === 'now' ? now : (Reflect.get(target, name, receiver) as unknown)),
});

function now(): number {
  return RealDate.now() + offsetMs;
}

function measure(): MemoryUsage {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('The server has to be started with --expose-gc.');
  gc();
  gc();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rssBytes: rss, heapBytes: heapUsed + external, resources: process.getActiveResourcesInfo() };
}

process.on('message', (request: ProbeRequest) => {
  if (request.kind === 'clock') ({ offsetMs } = request);
  process.send?.(request.kind === 'clock' ? { kind: 'done' } : { kind: 'memory', memory: measure() });
});
// Without this the server would not exit on its own.
process.channel?.unref();
