import type { Platform } from './platform.ts';

/** A request of a caller, and what the platform answers to the calls that it leads to. */
export interface Composition {
  /** What it is made of, for people. */
  readonly title: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly platform: Platform;
}

/** What the documents can refer to. */
export interface Stored {
  /** Transaction ids of stored reports. The first are the largest. */
  readonly txids: readonly [string, ...string[]];
}
