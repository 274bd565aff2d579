import type { AccountNumber } from '../src/domain/account.ts';
import type { UsageFigures } from '../src/domain/usage-totals.ts';
import type { Imei } from '../src/domain/imei.ts';
import { builder } from './builder.ts';
import { DeviceRef } from './device-ref.ts';

export interface UsageOfDevice extends UsageFigures {
  readonly imei: Imei;
  readonly call: { readonly accountNumber: AccountNumber };
}

export const DeviceUsageRef = builder.objectRef<UsageOfDevice>('DeviceUsage').implement({
  description: 'What one device did in the window.',
  fields: (t) => ({
    imei: t.exposeID('imei', { nullable: false, description: 'The device’s 15-digit identity.' }),
    device: t.field({
      type: DeviceRef,
      nullable: false,
      description: 'The device itself, for its other figures and for what other subgraphs know of it.',
      resolve: ({ imei, call }) => ({ imei, accountNumber: call.accountNumber }),
    }),
    numberOfSessions: t.exposeInt('numberOfSessions', {
      description: 'Sessions in the window; null where the platform gave no number that can be trusted.',
    }),
    bytesTransferred: t.expose('bytesTransferred', {
      type: 'SafeInt',
      description: 'Bytes in the window; null where the platform gave no number that can be trusted.',
    }),
  }),
});
