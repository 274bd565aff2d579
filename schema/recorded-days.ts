import { toRangeId, type RecordedRange } from '../src/async-reports/downloads/recorded-range.ts';
import type { OperationContext } from '../src/context.ts';
import type { RecordedDay } from '../src/domain/recorded-day.ts';
import { toDate } from '../src/domain/time-zone.ts';
import { describeAccount, parseAccount } from './arguments.ts';
import { builder, ROWS_ASSUMED } from './builder.ts';
import { downloadArguments, toDownloadForm } from './download.ts';
import { fieldRule, scoped } from './rules/field-rule.ts';
import { asciiText } from './rules/value-size.ts';
import { toDateTime } from './scalars.ts';
import { parseRange } from './usage-series-input.ts';

interface RecordedDays {
  readonly asked: RecordedRange;
  readonly zoneName: string;
  readonly days: readonly RecordedDay[];
  readonly gaps: readonly string[];
}

interface DaysArguments {
  readonly accountNumber?: unknown;
  readonly from: unknown;
  readonly to: unknown;
}

const MAX_ZONE_CHARACTERS = 64;
/** An origin of at most 300 characters, a path, a dialect, an expiry and a signature. */
const LINK = asciiText(500);

const RecordedDayRef = builder.objectRef<RecordedDay>('RecordedDay').implement({
  description: 'A day whose usage is recorded.',
  fields: (t) => ({
    date: t.field({
      type: 'Date',
      nullable: false,
      description: 'The day, in timeZone.',
      resolve: ({ day }) => toDate(day),
    }),
    recordedAt: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'When it was recorded, or checked last.',
      resolve: ({ recordedAtMs }) => toDateTime(recordedAtMs),
    }),
    devices: t.exposeInt('devices', {
      nullable: false,
      description: 'Number of devices with usage, silent ones included.',
    }),
    missingDevices: t.exposeInt('missingDevices', {
      nullable: false,
      description:
        'Number of devices without usage, although ThingSpace was asked for them twice: those of the nearest recorded day that stayed away, and ' +
        'those with an error other than 404, which inactive devices have.',
    }),
    mayBeCapped: t.exposeBoolean('mayBeCapped', {
      nullable: false,
      description:
        'Whether the response for the whole account may have been cut off: it had no more than 10,000 devices, which is as many as one request takes, ' +
        'and the account has at least as many. Devices that this server has never seen may be missing, and buckets with the day are not complete.',
    }),
    revised: t.exposeBoolean('revised', {
      nullable: false,
      description: 'Whether it was recorded, or checked once more, at least a week after it was settled.',
    }),
  }),
});

const RecordedDaysRef = builder.objectRef<RecordedDays>('RecordedDays').implement({
  description: 'Which days of an account are recorded.',
  fields: (t) => ({
    timeZone: t.string({
      extensions: asciiText(MAX_ZONE_CHARACTERS),
      nullable: false,
      description: 'Time zone of the days: an IANA name in capitals (RECORD_TIME_ZONE).',
      resolve: ({ zoneName }) => zoneName,
    }),
    days: t.field({
      type: [RecordedDayRef],
      nullable: false,
      listSize: { assumedSize: ROWS_ASSUMED.days },
      description: 'The recorded days, oldest first.',
      resolve: ({ days }) => days,
    }),
    gaps: t.field({
      type: ['Date'],
      nullable: false,
      listSize: { assumedSize: ROWS_ASSUMED.days },
      description: 'The other days up to the last one that is settled, oldest first. Their usage is unknown, not zero.',
      resolve: ({ gaps }) => gaps,
    }),
    download: t.string({
      description:
        'URL of a file with the usage of each device on each of these days that is recorded, valid for DOWNLOAD_LINK_MINUTES: rows by month, then ' +
        'IMEI, then date. Gaps have no rows. Null if no day is recorded. If authentication is on, the download requires it, too.',
      extensions: { ...scoped('reports:read'), ...LINK },
      args: downloadArguments(t.arg),
      resolve: ({ asked, days }, args, { toDownloadLink }) =>
        days.length === 0 ? null : toDownloadLink({ id: toRangeId(asked), of: 'record', ...toDownloadForm(args) }),
    }),
  }),
});

const daysRule = fieldRule({
  scope: 'reports:read',
  prepare({ accountNumber: sent, from, to }: DaysArguments, context, faults): RecordedRange | null {
    const accountNumber = parseAccount(sent, context, ['accountNumber'], faults);
    const range = parseRange(from, to, [], faults, ['from', 'to']);
    return accountNumber === null || range === null ? null : { accountNumber, ...range };
  },
});

builder.queryField('recordedDays', (t) =>
  t.field({
    type: RecordedDaysRef,
    description:
      'Which days of an account this server has recorded. Makes no upstream call. Null if it records nothing (RECORD=off), and for callers with ' +
      'tokens of their own.',
    args: {
      accountNumber: t.arg({ type: 'AccountNumber', description: describeAccount('Account of the days.') }),
      from: t.arg({ type: 'Date', required: true, description: 'First day, in the time zone of the record.' }),
      to: t.arg({
        type: 'Date',
        required: true,
        description: 'Last day, in the time zone of the record. Not before from, and at most 800 days from it.',
      }),
    },
    extensions: daysRule.extensions,
    resolve: daysRule.resolver((_, asked, context) => listDays(asked, context)),
  }),
);

function listDays(asked: RecordedRange, { recordedUsage, operation }: OperationContext): RecordedDays | null {
  operation.loaded.changing += 1;
  if (recordedUsage === null) return null;
  const days = recordedUsage.listRecorded(asked.accountNumber, asked);
  const recorded = new Set(days.map(({ day }) => day));
  const gaps: string[] = [];
  const last = Math.min(asked.last, recordedUsage.lastSettledDay());
  for (let day = asked.first; day <= last; day += 1) if (!recorded.has(day)) gaps.push(toDate(day));
  return { asked, zoneName: recordedUsage.zoneName, days, gaps };
}
