import { isImei } from '../domain/imei.ts';
import { readDeviceFile } from './device-list.ts';
import type { OptionName, Options } from './options.ts';
import { EXIT, TerminalError } from './terminal-error.ts';
import type { Terminal } from './terminal.ts';

/** The options of the devices that a command is about. */
export const DEVICE_OPTIONS = [
  'devices',
  'imei',
  'all-devices',
  'account',
  'group',
  'label',
  'data-plan',
] as const satisfies readonly OptionName[];

/** The devices that a command is about, as arguments of the API take them. */
export interface DeviceSelection {
  readonly imei: string[];
  readonly allDevices: boolean;
  readonly accountNumber?: string;
  readonly deviceGroup?: string;
  readonly deviceLabel?: string;
  readonly dataPlan?: string;
}

/** Reads which devices a command is about. `isWhole` is the choice if none is named. */
export async function readDevices(
  options: Options,
  terminal: Terminal,
  { isWhole = false } = {},
): Promise<DeviceSelection> {
  const file = options.text('devices');
  const named = options.texts('imei');
  const bad = named.find((imei) => !isImei(imei));
  if (bad !== undefined) throw wrong(`--imei ${bad} is not an IMEI. An IMEI has 15 digits.`);
  const isNamed = file !== null || named.length > 0;
  if (isNamed && options.flag('all-devices')) throw wrong('--all-devices does not go with --devices or --imei.');
  const allDevices = options.flag('all-devices') || (!isNamed && isWhole);
  if (!allDevices && !isNamed)
    throw wrong('There are no devices. Pass --devices <file>, --imei <imei> or --all-devices.');
  const listed = file === null ? [] : await readDeviceFile(file, terminal);
  return {
    imei: [...new Set([...named, ...listed])],
    allDevices,
    ...given('accountNumber', options.text('account')),
    ...given('deviceGroup', options.text('group')),
    ...given('deviceLabel', options.text('label')),
    ...given('dataPlan', options.text('data-plan')),
  };
}

function given<Name extends string>(name: Name, value: string | null): { [Key in Name]?: string } {
  return value === null ? {} : ({ [name]: value } as { [Key in Name]?: string });
}

function wrong(message: string): TerminalError {
  return new TerminalError(EXIT.wrongArguments, message);
}
