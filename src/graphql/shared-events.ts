import type { PreparedOperation } from './execution/prepared-operation.ts';

/** One event, ready to be sent. */
export interface Event {
  /** The JSON text of the response. */
  readonly text: string;
}

/** The subscriptions that get the same events: of one caller, with equal access, for the same operation and variables. */
export interface Sharers {
  /**
   * Computes the event of a state of the report, or returns that of another sharer. `isShared` is true then. An event is not shared if the
   * subscription that computed it ended before it was ready: its errors are nobody else's.
   */
  compute(state: object, work: () => Promise<Event>): Promise<{ readonly event: Event; readonly isShared: boolean }>;
  /** Call it when the subscription has ended. */
  leave(): void;
}

/** Finds subscriptions that are identical. */
export interface SharedEvents {
  /** `key` is equal only for subscriptions that may get the same events of this operation. The signal aborts when this one ends. */
  join(operation: PreparedOperation, key: string, signal: AbortSignal): Sharers;
}

interface Group {
  subscribers: number;
  /** The newest event, while not all subscribers have taken it. */
  latest: LatestEvent | null;
}

interface LatestEvent {
  readonly state: object;
  /** Resolves with null if it must not be shared. */
  readonly event: Promise<Event | null>;
  takes: number;
}

/** Creates shared events. Only the newest event of subscriptions that have company is stored, until each of them has it. */
export function createSharedEvents(): SharedEvents {
  const groups = new Map<PreparedOperation, Map<string, Group>>();

  const leave = (operation: PreparedOperation, key: string, group: Group): void => {
    group.subscribers -= 1;
    if (group.latest !== null && group.latest.takes >= group.subscribers) group.latest = null;
    if (group.subscribers > 0) return;
    const ofOperation = groups.get(operation);
    ofOperation?.delete(key);
    if (ofOperation?.size === 0) groups.delete(operation);
  };

  return {
    join(operation, key, signal) {
      const ofOperation = groups.get(operation) ?? new Map<string, Group>();
      groups.set(operation, ofOperation);
      const group = ofOperation.get(key) ?? { subscribers: 0, latest: null };
      ofOperation.set(key, group);
      group.subscribers += 1;
      let hasLeft = false;
      return {
        async compute(state, work) {
          for (let { latest } = group; latest?.state === state; { latest } = group) {
            latest.takes += 1;
            if (latest.takes >= group.subscribers) group.latest = null;
            const event = await latest.event;
            if (event !== null) return { event, isShared: true };
            if (group.latest === latest) group.latest = null;
          }
          const event = work();
          const shared = event.then(
            (ready) => (signal.aborted ? null : ready),
            () => null,
          );
          group.latest = group.subscribers > 1 ? { state, event: shared, takes: 1 } : null;
          return { event: await event, isShared: false };
        },
        leave() {
          if (hasLeft) return;
          hasLeft = true;
          leave(operation, key, group);
        },
      };
    },
  };
}

/** A subscription that shares its events with no other. */
export const ALONE: Sharers = {
  compute: async (_, work) => ({ event: await work(), isShared: false }),
  leave: () => undefined,
};
