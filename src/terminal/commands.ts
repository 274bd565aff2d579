import type { CommandRun } from './command.ts';
import { FLEET_OPTIONS, runFleet } from './fleet.ts';
import { OPTIONS, type OptionName } from './options.ts';
import { REPORT_OPTIONS, runReport } from './report.ts';
import { runTop, TOP_OPTIONS } from './top.ts';
import { runWatch, WATCH_OPTIONS } from './watch.ts';

interface Command {
  readonly about: string;
  /** What follows the name besides options; null if nothing does. */
  readonly operands: string | null;
  readonly options: readonly OptionName[];
  readonly examples: readonly (readonly [args: string, about: string])[];
  readonly run: CommandRun;
}

const SERVER_OPTIONS: readonly OptionName[] = ['url', 'own-server', 'settings', 'help'];

/** The terminal commands by their names. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  [
    'report',
    {
      about: 'Usage per day, week, month, billing cycle or device, at once.',
      operands: null,
      options: [...REPORT_OPTIONS, ...SERVER_OPTIONS],
      examples: [
        ['--devices devices.csv --from 2026-11-01 --to 2026-11-30', 'a row per day of November'],
        ['--all-devices --by week --from 2026-10-05 --to 2026-11-29 --plan', 'only what it would cost'],
        ['--imei 709312034493372 --by device --json -', 'one device, as JSON on standard output'],
        ['--devices devices.csv --by device --csv usage.csv --max-calls 50', 'a file, for 50 calls at most'],
      ],
      run: runReport,
    },
  ],
  [
    'fleet',
    {
      about: 'An asynchronous report of up to 100,000 devices: requests it and follows it to its end.',
      operands: null,
      options: [...FLEET_OPTIONS, ...SERVER_OPTIONS],
      examples: [
        ['--devices fleet.csv --from 2026-11-01 --to 2026-11-30 --csv november.csv', 'every device into a file'],
        ['--all-devices', 'the whole account, the last seven days'],
      ],
      run: runFleet,
    },
  ],
  [
    'top',
    {
      about: 'The devices that transferred most, with their share.',
      operands: null,
      options: [...TOP_OPTIONS, ...SERVER_OPTIONS],
      examples: [
        ['', 'ten of the whole account, the last seven days'],
        ['--first 100 --from 2026-11-01 --to 2026-11-30 --csv top.csv', 'a hundred, into a file'],
      ],
      run: runTop,
    },
  ],
  [
    'watch',
    {
      about: 'Follows asynchronous reports that were requested before.',
      operands: '<txid> ...',
      options: [...WATCH_OPTIONS, ...SERVER_OPTIONS],
      examples: [['0fb2d3a8-6a5e-4b53-9a0c-b47f4c8d0a3c --csv result.csv', 'its devices into a file']],
      run: runWatch,
    },
  ],
]);

const PROGRAM = 'npx device-reports-graphql';

/** The text of `--help` for a command. */
export function toHelp(name: string, { about, operands, options, examples }: Command): string {
  const flags = options.map((option) => {
    const entry = OPTIONS[option];
    return [`  --${option}${'value' in entry ? ` ${entry.value}` : ''}`, entry.about] as const;
  });
  const width = flags.reduce((most, [flag]) => Math.max(most, flag.length), 0);
  return [
    about,
    '',
    `  ${PROGRAM} ${name} ${operands === null ? '' : `${operands} `}[options]`,
    '',
    'Options:',
    ...flags.map(([flag, text]) => `${flag.padEnd(width)}  ${text}`),
    '',
    'Examples:',
    ...examples.flatMap(([args, text]) => [`  # ${text}`, `  ${`${PROGRAM} ${name} ${args}`.trim()}`]),
    '',
    'A token goes into the variable DEVICE_REPORTS_TOKEN.',
    'Exit codes: 0 complete, 1 failed, 2 wrong arguments, 3 devices are missing or have errors, 4 too many upstream calls,',
    '5 not allowed, 6 try again later, 130 interrupted.',
    '',
  ].join('\n');
}
