/** When an operation ends that has no HTTP response of its own. */
export interface Lifetime {
  /** Calls the listener once: with true when everything has been sent, with false if the client wants no more. */
  readonly onEnd: (listener: (isSent: boolean) => void) => void;
  /** Ends it. Later calls have no effect. */
  end(isSent: boolean): void;
  isOver(): boolean;
}

/** Creates a lifetime that has begun. */
export function createLifetime(): Lifetime {
  const listeners: ((isSent: boolean) => void)[] = [];
  let ended: { readonly isSent: boolean } | null = null;
  return {
    onEnd(listener) {
      if (ended === null) listeners.push(listener);
      else listener(ended.isSent);
    },
    end(isSent) {
      if (ended !== null) return;
      ended = { isSent };
      for (const listener of listeners.splice(0)) listener(isSent);
    },
    isOver: () => ended !== null,
  };
}
