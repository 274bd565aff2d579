/** How a device behaves; docs/simulator.md describes each kind. */
export type DeviceKind = 'meter' | 'tracker' | 'camera' | 'silent' | 'inactive';

/** How the usage of a device changes: it is silent for some days of each cycle, or transfers more. */
export interface UsageChange {
  kind: 'sleeps' | 'surges';
  /** By how many days its cycle began earlier than that of others. */
  phaseDays: number;
}

export interface SimulatedDevice {
  imei: string;
  kind: DeviceKind;
  id: string;
  deviceGroup: string;
  deviceLabel: string;
  dataPlan: string;
  /** Null for most devices: their usage stays the same. */
  change: UsageChange | null;
}

/** Appends the Luhn check digit to fourteen digits. Returns the IMEI. */
export function toImei(fourteenDigits: string): string {
  let sum = 0;
  for (let index = 0; index < fourteenDigits.length; index += 1) {
    const digit = Number(fourteenDigits[index]);
    const weighted = index % 2 === 1 ? digit * 2 : digit;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return `${fourteenDigits}${(10 - (sum % 10)) % 10}`;
}
