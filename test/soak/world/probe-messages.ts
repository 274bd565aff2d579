/** The memory and resources of a process, as it reports them. */
export interface MemoryUsage {
  readonly rssBytes: number;
  /** After a garbage collection, including memory outside V8's heap. */
  readonly heapBytes: number;
  readonly resources: readonly string[];
}

/** How late the event loop ran timers that were due every 10 ms, since it was last asked. */
export interface LoopDelay {
  readonly medianMs: number;
  /** The 99th percentile. */
  readonly p99Ms: number;
}

export type ProbeRequest =
  | { readonly kind: 'measure' }
  | { readonly kind: 'loop-delay' }
  | { readonly kind: 'clock'; readonly offsetMs: number };
export type ProbeAnswer =
  | { readonly kind: 'done' }
  | { readonly kind: 'memory'; readonly memory: MemoryUsage }
  | { readonly kind: 'loop-delay'; readonly delay: LoopDelay };
