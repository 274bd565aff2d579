import type { AccountNumber } from '../src/domain/account.ts';
import type { Imei } from '../src/domain/imei.ts';
import { builder } from './builder.ts';

export interface Device {
  readonly imei: Imei;
  readonly accountNumber: AccountNumber;
}

export const DeviceRef = builder.objectRef<Device>('Device');
