/** Who waits for which topic, in this process. */
export interface Watchers {
  /** Calls back on each `notify` of the topic; returns the way to stop. */
  add(topic: string, listener: () => void): () => void;
  notify(topic: string): void;
  notifyAll(): void;
  isEmpty(): boolean;
}

/** Listeners by topic; each is called in a microtask of its own, so that none can fail the commit that it is told of. */
export function createWatchers(): Watchers {
  const listenersByTopic = new Map<string, Set<{ readonly listener: () => void }>>();

  const notify = (topic: string): void => {
    const listeners = listenersByTopic.get(topic);
    for (const entry of listeners ?? []) {
      queueMicrotask(() => {
        if (listeners?.has(entry)) entry.listener();
      });
    }
  };

  return {
    add(topic, listener) {
      const entry = { listener };
      const listeners = listenersByTopic.get(topic) ?? new Set();
      listenersByTopic.set(topic, listeners.add(entry));
      return () => {
        listeners.delete(entry);
        if (listeners.size === 0 && listenersByTopic.get(topic) === listeners) listenersByTopic.delete(topic);
      };
    },
    notify,
    notifyAll() {
      for (const topic of listenersByTopic.keys()) notify(topic);
    },
    isEmpty: () => listenersByTopic.size === 0,
  };
}
