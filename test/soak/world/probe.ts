// Loaded into the server before its own code, for the soak only: moves its clock, and reports its memory and event-loop delay.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { LoopDelay, MemoryUsage, ProbeAnswer, ProbeRequest } from './probe-messages.ts';

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

const RESOLUTION_MS = 10;
const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delays.enable();

function takeLoopDelay(): LoopDelay {
  const toMs = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  const delay = { medianMs: toMs(delays.percentile(50)), p99Ms: toMs(delays.percentile(99)) };
  delays.reset();
  return delay;
}

function answer(request: ProbeRequest): ProbeAnswer {
  switch (request.kind) {
    case 'clock':
      ({ offsetMs } = request);
      return { kind: 'done' };
    case 'loop-delay':
      return { kind: 'loop-delay', delay: takeLoopDelay() };
    case 'measure':
      return { kind: 'memory', memory: measure() };
  }
}

process.on('message', (request: ProbeRequest) => {
  process.send?.(answer(request));
});
// Without this the server would not exit on its own.
process.channel?.unref();
