import type { Call } from '../http/call.ts';
import type { Reply } from '../http/reply.ts';
import type { Random } from '../random.ts';
import { toFaultReply } from './fault-reply.ts';
import type { FaultManner, FaultSpec } from './fault-spec.ts';

/** The combined effect of the active faults on one call. */
export interface FaultEffect {
  latencyMilliseconds: number;
  manner: FaultManner | undefined;
  reply: Reply | undefined;
}

export interface ActiveFault extends FaultSpec {
  id: string;
  timesApplied: number;
}

export interface Faults {
  add(spec: FaultSpec): string;
  /** Removes a fault. Returns whether there was one. */
  remove(id: string): boolean;
  clear(): void;
  list(): readonly ActiveFault[];
  /** Returns the effect of the active faults on a call, and counts them as applied. */
  take(call: Call): FaultEffect;
}

export interface FaultsOptions {
  random: Random;
  createId: () => string;
  /** The paths that a fault without `path` applies to. */
  defaultPaths: readonly string[];
}

/** Stores the active faults. Latencies add up, until the first fault that replaces or damages the response. */
export function createFaults({ random, createId, defaultPaths }: FaultsOptions): Faults {
  const active = new Map<string, ActiveFault>();

  function matches(fault: ActiveFault, call: Call): boolean {
    const paths = fault.path === undefined ? defaultPaths : [fault.path];
    return (
      paths.includes(call.path) &&
      (fault.imei === undefined || call.body.includes(`"${fault.imei}"`)) &&
      (fault.probability === 1 || random.chance(fault.probability))
    );
  }

  return {
    add(spec) {
      const id = createId();
      active.set(id, { ...spec, id, timesApplied: 0 });
      return id;
    },
    remove: (id) => active.delete(id),
    clear: () => active.clear(),
    list: () => [...active.values()],
    take(call) {
      let latencyMilliseconds = 0;
      for (const fault of active.values()) {
        if (!matches(fault, call)) continue;
        fault.timesApplied += 1;
        if (fault.timesApplied === fault.times) active.delete(fault.id);
        latencyMilliseconds += fault.latencyMilliseconds;
        const reply = toFaultReply(fault);
        if (fault.manner !== undefined || reply !== undefined) {
          return { latencyMilliseconds, manner: fault.manner, reply };
        }
      }
      return { latencyMilliseconds, manner: undefined, reply: undefined };
    },
  };
}
