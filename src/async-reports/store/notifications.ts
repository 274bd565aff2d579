/** The listeners of this process, by topic. */
export interface Watchers {
  /** Calls `listener` on each `notify` of the topic. Returns the function that stops it. */
  add(topic: string, listener: () => void): () => void;
  notify(topic: string): void;
  notifyAll(): void;
  isEmpty(): boolean;
}

/** Creates the listeners. Each is called in its own microtask, so that an error in one cannot fail the commit that notifies it. */
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
