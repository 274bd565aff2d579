import { parseArgs } from 'node:util';
import { EXIT, TerminalError } from './terminal-error.ts';

/** Every option of the terminal commands, with what `--help` says about it. A command takes a part of them. */
export const OPTIONS = {
  devices: {
    type: 'string',
    value: '<file>',
    about: 'the devices: a file with an IMEI per line, or CSV with a column imei; - is standard input',
  },
  imei: { type: 'string', multiple: true, value: '<imei>', about: 'a device; may be repeated' },
  'all-devices': { type: 'boolean', about: 'every device of the account' },
  account: { type: 'string', value: '<number>', about: "the account; by default the server's" },
  group: { type: 'string', value: '<name>', about: 'only devices in this device group' },
  label: { type: 'string', value: '<name>', about: 'only devices with this label' },
  'data-plan': { type: 'string', value: '<name>', about: 'only devices on this data plan' },
  from: {
    type: 'string',
    value: '<date>',
    about: 'first day, such as 2026-11-01; by default a week before the last day',
  },
  to: { type: 'string', value: '<date>', about: 'last day; by default yesterday' },
  zone: { type: 'string', value: '<name>', about: 'time zone of the days, such as America/New_York; by default UTC' },
  by: { type: 'string', value: '<unit>', about: 'a row per day (the default), week, month, cycle, whole or device' },
  'cycle-day': { type: 'string', value: '<1-31>', about: 'first day of a billing cycle, for --by cycle' },
  first: { type: 'string', value: '<count>', about: 'number of devices (1-10000); by default 10' },
  plan: { type: 'boolean', about: 'prints only the price in upstream calls, and makes none' },
  'max-calls': {
    type: 'string',
    value: '<count>',
    about: 'refuses, with exit code 4, what would need more upstream calls',
  },
  csv: { type: 'string', value: '<file>', about: 'writes CSV with exact numbers to a file; - is standard output' },
  json: { type: 'string', value: '<file>', about: 'writes JSON to a file; - is standard output' },
  url: {
    type: 'string',
    value: '<url>',
    about: 'the API; by default DEVICE_REPORTS_URL, or http://127.0.0.1:4000/graphql',
  },
  'own-server': { type: 'boolean', about: 'starts a server for this command, with the settings of the environment' },
  settings: {
    type: 'string',
    value: '<file>',
    about: 'reads variables from a file; those that are set already take precedence',
  },
  help: { type: 'boolean', short: 'h', about: 'prints this text' },
} as const;

export type OptionName = keyof typeof OPTIONS;

/** The options of a command line, as they were sent. */
export interface Options {
  /** What is not an option, such as a transaction id. */
  readonly operands: readonly string[];
  text(name: OptionName): string | null;
  texts(name: OptionName): readonly string[];
  flag(name: OptionName): boolean;
  /** Throws if the value is not a whole number within the bounds. */
  count(name: OptionName, min: number, max: number): number | null;
}

/** Reads the arguments of a command that takes these options. Throws for others. */
export function readOptions(args: readonly string[], names: readonly OptionName[]): Options {
  const values = parse(args, names);
  const textsOf = (name: OptionName): string[] => {
    const value = values.named[name];
    return (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string');
  };
  return {
    operands: values.operands,
    text: (name) => textsOf(name)[0] ?? null,
    texts: textsOf,
    flag: (name) => values.named[name] === true,
    count(name, min, max) {
      const [text] = textsOf(name);
      if (text === undefined) return null;
      const count = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
      if (count >= min && count <= max) return count;
      throw new TerminalError(
        EXIT.wrongArguments,
        `--${name} is ${text}. Set it to a whole number from ${min} to ${max}.`,
      );
    },
  };
}

interface Parsed {
  readonly named: Readonly<Record<string, unknown>>;
  readonly operands: readonly string[];
}

function parse(args: readonly string[], names: readonly OptionName[]): Parsed {
  const options = Object.fromEntries(names.map((name) => [name, OPTIONS[name]]));
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { named: values, operands: positionals };
  } catch (error) {
    // The parser goes on about arguments that begin with a dash.
    const [reason = ''] = error instanceof Error ? error.message.split('. To specify') : [String(error)];
    throw new TerminalError(EXIT.wrongArguments, reason.replace(/\.?$/, '.'), { cause: error });
  }
}
