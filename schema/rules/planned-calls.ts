import type { OperationContext } from '../../src/context.ts';
import type { CallEstimate, ExpectedDevices, Tick } from '../../src/reports/call-estimate.ts';

/** The objects that a selection will be about, as far as is known before anything is asked. */
export interface ExpectedObjects {
  /** When they are there. */
  readonly tick: Tick;
  /** Their devices, where they have some. */
  readonly devices: readonly ExpectedDevices[];
  /** How many of them at most are reports that arrive later. */
  readonly requests: number;
}

/** What a field's calls are planned with. */
export interface Planning {
  readonly estimate: CallEstimate;
  readonly context: OperationContext;
  /** Where the field is in the operation, which tells its objects from others. */
  readonly path: string;
}

/** What a field asks of the platform; a field carries it as an extension of this name. */
export interface PlannedCalls {
  readonly calls: {
    /** Whether it asks for something itself, or only leads to what does. */
    readonly asks: boolean;
    /**
     * Adds what the field will ask for to the tally, and gives what its selection will be about; null where its arguments will be
     * refused. The arguments come as its resolver gets them.
     */
    plan(on: ExpectedObjects, args: Readonly<Record<string, unknown>>, planning: Planning): ExpectedObjects | null;
  };
}

/** What the field of a page of devices will be about, whose IMEIs only the page names. */
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
