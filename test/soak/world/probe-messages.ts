/** The memory and resources of a process, as it reports them. */
export interface MemoryUsage {
  readonly rssBytes: number;
  /** After a garbage collection, including memory outside V8's heap. */
  readonly heapBytes: number;
  readonly resources: readonly string[];
}

export type ProbeRequest = { readonly kind: 'measure' } | { readonly kind: 'clock'; readonly offsetMs: number };
export type ProbeAnswer = { readonly kind: 'done' } | { readonly kind: 'memory'; readonly memory: MemoryUsage };
