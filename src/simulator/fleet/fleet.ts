import { toImei, type DeviceKind, type SimulatedDevice, type UsageChange } from './device.ts';

export interface Fleet {
  devices: readonly SimulatedDevice[];
  find(imei: string): SimulatedDevice | undefined;
  /** Whether aggregated reports leave out the device, as the platform sometimes does. */
  isOverlooked(imei: string): boolean;
}

interface Range {
  kind: DeviceKind;
  count: number;
  typeCodes: readonly [string, ...string[]];
  dataPlans: readonly [string, ...string[]];
  label: (number: string) => string;
}

const DEPOTS = ['North depot', 'South depot', 'East depot', 'Harbour depot', 'Dépôt Montréal'] as const;
const OVERLOOKED_TRACKERS: readonly number[] = [41, 87];

/** Trackers whose usage changes. On each day, one of them has just fallen silent for a week, one has woken up, and one transfers more than usual. */
const CHANGING_TRACKERS: ReadonlyMap<number, UsageChange> = new Map([
  ...Array.from({ length: 7 }, (_, at): [number, UsageChange] => [90 + at, { kind: 'sleeps', phaseDays: 4 * at }]),
  ...Array.from({ length: 4 }, (_, at): [number, UsageChange] => [97 + at, { kind: 'surges', phaseDays: 7 * at }]),
]);

const EXAMPLE: SimulatedDevice = {
  imei: '709312034493372',
  kind: 'meter',
  id: '1234567890',
  deviceGroup: 'deviceGroup4',
  deviceLabel: 'deviceLabel4',
  dataPlan: 'dataPlan2',
  change: null,
};

const RANGES: readonly Range[] = [
  {
    kind: 'meter',
    count: 149,
    typeCodes: ['35894510', '86753104', '01332700'],
    dataPlans: ['LTE-M Meter 1MB', 'LTE-M Meter 5MB'],
    label: (number) => (Number(number) % 10 === 3 ? `Wasserzähler ${number}` : `Water meter ${number}`),
  },
  {
    kind: 'tracker',
    count: 110,
    typeCodes: ['35145712', '86420805'],
    dataPlans: ['Fleet 250MB', 'Fleet 1GB shared'],
    label: (number) => `Van ${number}`,
  },
  {
    kind: 'camera',
    count: 30,
    typeCodes: ['35998206'],
    dataPlans: ['Video unlimited'],
    label: (number) => (Number(number) % 5 === 2 ? `Caméra du quai ${number}` : `Gate camera ${number}`),
  },
  {
    kind: 'silent',
    count: 15,
    typeCodes: ['35894510'],
    dataPlans: ['LTE-M Meter 1MB'],
    label: (number) => `Spare meter ${number}`,
  },
  {
    kind: 'inactive',
    count: 15,
    typeCodes: ['86420805'],
    dataPlans: ['Fleet 250MB'],
    label: (number) => `Retired van ${number}`,
  },
];

function pick<Item>(items: readonly [Item, ...Item[]], index: number): Item {
  return items[index % items.length] ?? items[0];
}

function createDevice(range: Range, position: number, serial: number): SimulatedDevice {
  const number = String(position + 1).padStart(3, '0');
  return {
    imei: toImei(`${pick(range.typeCodes, position)}${String(200_000 + serial * 1_237).padStart(6, '0')}`),
    kind: range.kind,
    id: String(312_450_117 + serial * 6_151_337).padStart(10, '0'),
    deviceGroup: pick(DEPOTS, position * 3 + Math.floor(position / 7)),
    deviceLabel: range.label(number),
    dataPlan: pick(range.dataPlans, Math.floor(position / 2)),
    change: range.kind === 'tracker' ? (CHANGING_TRACKERS.get(position) ?? null) : null,
  };
}

/** Creates the 320 devices of the account, the same at every start. */
export function createFleet(): Fleet {
  const devices = [EXAMPLE];
  for (const range of RANGES) {
    for (let position = 0; position < range.count; position += 1) {
      devices.push(createDevice(range, position, devices.length));
    }
  }
  const byImei = new Map(devices.map((device) => [device.imei, device]));
  const trackers = devices.filter((device) => device.kind === 'tracker');
  const overlooked = new Set(OVERLOOKED_TRACKERS.map((position) => trackers[position]?.imei));
  return { devices, find: (imei) => byImei.get(imei), isOverlooked: (imei) => overlooked.has(imei) };
}
