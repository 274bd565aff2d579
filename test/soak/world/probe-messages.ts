/** What a process takes, by its own account. */
export interface Figures {
  readonly rssBytes: number;
  /** After a collection, with what lives outside of V8's heap. */
  readonly heapBytes: number;
  readonly resources: readonly string[];
}

export type ProbeRequest = { readonly kind: 'measure' } | { readonly kind: 'clock'; readonly offsetMs: number };
export type ProbeAnswer = { readonly kind: 'done' } | { readonly kind: 'figures'; readonly figures: Figures };
