import { rejectFaults, type InputFault } from '../src/domain/errors.ts';
import type { UsageTotals } from '../src/domain/usage-totals.ts';
import type { JudgedArguments } from './rules/arguments-below.ts';
import { builder } from './builder.ts';

export interface TotalsOfUsage extends UsageTotals {
  /** Bytes a device at each percentile; empty where no device has a figure. */
  readonly toBytesPercentiles: (percentiles: readonly number[]) => readonly number[] | Promise<readonly number[]>;
}

const judgedPercentiles: JudgedArguments = { findFaults: ({ p }) => findPercentileFaults(p) };

export const UsageTotalsRef = builder.objectRef<TotalsOfUsage>('UsageTotals').implement({
  description: 'Sums over the devices in the report’s usage; what is in its errors or missing does not count.',
  fields: (t) => ({
    devices: t.exposeInt('devices', { nullable: false, description: 'Devices in usage.' }),
    silentDevices: t.exposeInt('silentDevices', {
      nullable: false,
      description: 'Devices in usage without a session.',
    }),
    incompleteDevices: t.exposeInt('incompleteDevices', {
      nullable: false,
      description: 'Devices in usage with a figure that the platform left out or garbled. The sums are without it.',
    }),
    numberOfSessions: t.expose('numberOfSessions', {
      type: 'SafeInt',
      nullable: false,
      description: 'Sessions of all devices together.',
    }),
    bytesTransferred: t.expose('bytesTransferred', {
      type: 'SafeInt',
      nullable: false,
      description: 'Bytes of all devices together.',
    }),
    bytesPercentiles: t.field({
      type: ['SafeInt'],
      nullable: false,
      description:
        'Bytes per device at each percentile asked for (nearest rank), in the order asked; empty where no device has a figure.',
      extensions: { ...judgedPercentiles },
      args: {
        p: t.arg.floatList({
          required: true,
          defaultValue: [50, 95, 99],
          description: 'The percentiles, each from 0 to 100, at most 100 of them.',
        }),
      },
      resolve: ({ toBytesPercentiles }, { p }) => {
        rejectFaults(findPercentileFaults(p));
        return toBytesPercentiles(p);
      },
    }),
  }),
});

const MOST_PERCENTILES = 100;

function findPercentileFaults(percentiles: unknown): InputFault[] {
  if (!Array.isArray(percentiles)) return [];
  if (percentiles.length > MOST_PERCENTILES) {
    const message = `These are ${percentiles.length} percentiles. Send at most ${MOST_PERCENTILES}.`;
    return [{ argumentPath: ['p'], message }];
  }
  return percentiles.flatMap((percentile: unknown, index) =>
    typeof percentile === 'number' && percentile >= 0 && percentile <= 100
      ? []
      : [{ argumentPath: ['p', index], message: 'This is no percentile. Send a number from 0 to 100.' }],
  );
}
