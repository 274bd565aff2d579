import type { OperationContext } from '../../src/context.ts';
import type { CallEstimate, ExpectedDevices, Tick } from '../../src/reports/call-estimate.ts';

/** The objects that a selection set will apply to, as far as they are known before any upstream call. */
export interface ExpectedObjects {
  /** The tick in which they are loaded. */
  readonly tick: Tick;
  /** Their devices, if any. */
  readonly devices: readonly ExpectedDevices[];
  /** The maximum number of asynchronous reports among them. */
  readonly requests: number;
}

/** What `plan` of a field works with. */
export interface Planning {
  readonly estimate: CallEstimate;
  readonly context: OperationContext;
  /** Position of the field in the operation; distinguishes its objects from those of other fields. */
  readonly path: string;
}

/** The extension `calls` of a field: plans its upstream calls. */
export interface PlannedCalls {
  readonly calls: {
    /** Whether the field makes upstream calls itself, rather than only fields below it. */
    readonly asks: boolean;
    /**
     * Adds the field's calls to the estimate, and returns the objects that its selection set will apply to. Returns null if its
     * arguments will be rejected. The arguments are those that its resolver gets.
     */
    plan(on: ExpectedObjects, args: Readonly<Record<string, unknown>>, planning: Planning): ExpectedObjects | null;
  };
}

/** The objects of a page of devices, whose IMEIs are known only once the page is read. */
export function toPageOfDevices(on: ExpectedObjects, rows: number, { estimate, path }: Planning): ExpectedObjects {
  const unnamed = { name: path, count: on.requests * rows };
  return {
    tick: estimate.later(on.tick, on.requests),
    devices: [{ accountNumber: '', imeis: [], unnamed }],
    requests: 0,
  };
}

export function isPlanned(extensions: object): extensions is PlannedCalls {
  return 'calls' in extensions;
}
