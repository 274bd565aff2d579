import type { ArgBuilder } from '@pothos/core';
import type { InputFault } from '../src/domain/errors.ts';
import { parseImei } from '../src/domain/imei.ts';
import { parseDurationBounds } from '../src/domain/report-filters.ts';
import { parseReportWindow } from '../src/domain/report-window.ts';
import type { OperationContext } from '../src/context.ts';
import type { SessionsReport, SessionsReportQuery } from '../src/reports/sessions-report.ts';
import { parseAccount, ACCOUNT_NUMBER, DURATION_HIGH, DURATION_LOW, END_DATE, START_DATE } from './arguments.ts';
import { MAX_ID_CHARACTERS } from '../src/domain/cut-text.ts';
import { anyText } from './rules/value-size.ts';
import { fieldRule } from './rules/field-rule.ts';
import { builder, CALL_COST, ROWS_ASSUMED } from './builder.ts';
import { ReportWindowRef, WINDOW } from './report-window.ts';
import { DeviceRef } from './usage.ts';
import { FreshnessRef } from './freshness.ts';
import { SessionRef, DailyUsageRef, SessionTotalsRef } from './session.ts';

const SessionsReportInput = builder.inputType('SessionsReportInput', {
  description: 'Account, device, window and session durations.',
  fields: (t) => ({
    accountNumber: t.field({ type: 'AccountNumber', description: ACCOUNT_NUMBER }),
    imei: t.field({ type: 'IMEI', required: true, description: 'IMEI of the device.' }),
    startDate: t.field({ type: 'ReportDate', description: START_DATE }),
    endDate: t.field({ type: 'ReportDate', description: END_DATE }),
    durationLow: t.int({ description: DURATION_LOW }),
    durationHigh: t.int({ description: DURATION_HIGH }),
  }),
});

type ReportInput = typeof SessionsReportInput.$inferInput;

/** The rule of a field of a daily series. Both fields of one zone are computed together. */
function createDailyRule() {
  return fieldRule({
    prepare: ({ timeZone }: { readonly timeZone?: unknown }, { timeZones }, faults) =>
      timeZones.parse(timeZone, ['timeZone'], faults),
    plan({ name }, on, { estimate, path }) {
      const reports = on.devices.reduce((sum, { imeis, unnamed }) => sum + imeis.length + (unnamed?.count ?? 0), 0);
      estimate.daily(path, name, reports);
      return on;
    },
  });
}

const dailyRule = createDailyRule();
const dailyBeforeRule = createDailyRule();

function dailyArguments(arg: ArgBuilder<typeof builder.$inferSchemaTypes>) {
  return {
    timeZone: arg.string({
      defaultValue: 'UTC',
      description: 'Time zone of the days: an IANA name of at most 64 characters, such as "America/New_York".',
    }),
  };
}

export const SessionsReportRef = builder.objectRef<SessionsReport>('SessionsReport').implement({
  description: 'Sessions of one device in a window.',
  fields: (t) => ({
    deviceId: t.exposeID('deviceId', {
      extensions: anyText(MAX_ID_CHARACTERS),
      description: 'ThingSpace’s own 10-digit ID of the device, not its IMEI. Null if ThingSpace sent none.',
    }),
    txid: t.exposeID('txid', {
      extensions: anyText(MAX_ID_CHARACTERS),
      nullable: false,
      description: 'ThingSpace transaction ID of the upstream call, for support cases; empty if ThingSpace sent none.',
    }),
    device: t.field({
      type: DeviceRef,
      nullable: false,
      description: 'The device, with its other reports and the fields of other subgraphs.',
      resolve: ({ query: { imei, accountNumber } }) => ({ imei, accountNumber }),
    }),
    sessions: t.field({
      type: [SessionRef],
      nullable: false,
      listSize: { assumedSize: ROWS_ASSUMED.sessions },
      description: 'Sessions in the order of ThingSpace; empty if the device had none.',
      resolve: ({ sessions }) => sessions,
    }),
    totals: t.field({
      type: SessionTotalsRef,
      nullable: false,
      description: 'Totals of all sessions.',
      resolve: (report, _, { computations }) => computations().sessions(report).totals(),
    }),
    daily: t.field({
      type: [DailyUsageRef],
      nullable: false,
      listSize: { assumedSize: ROWS_ASSUMED.days },
      description:
        'One row per calendar day in timeZone that the window touches, oldest first, including days without sessions. There are no rows for ' +
        'days after freshness.asOf, nor for days that ThingSpace no longer keeps. A session counts on the day it began; ' +
        'if that is not one of the rows, it is in dailyBefore. If startDate is omitted or a keyword, the rows begin with the first session. ' +
        'If endDate is omitted, they end at freshness.asOf; if it is a keyword, with the last session.',
      extensions: dailyRule.extensions,
      args: dailyArguments(t.arg),
      resolve: dailyRule.resolver(
        (report: SessionsReport, zone, { computations }) => computations().sessions(report).daily(zone).rows,
      ),
    }),
    dailyBefore: t.field({
      type: DailyUsageRef,
      description:
        'The sessions that are on no row of daily, added up: those that began before its first day, and those without a startTime. ' +
        'Together with the rows of daily they are the totals. Null if there are none. Its date is the day on which the first of them began; ' +
        'if no startTime is known, the day before the rows.',
      extensions: dailyBeforeRule.extensions,
      args: dailyArguments(t.arg),
      resolve: dailyBeforeRule.resolver(
        (report: SessionsReport, zone, { computations }) => computations().sessions(report).daily(zone).before,
      ),
    }),
    window: t.field({
      type: ReportWindowRef,
      nullable: false,
      description: WINDOW,
      resolve: ({ query }) => query.window,
    }),
    freshness: t.field({
      type: FreshnessRef,
      nullable: false,
      description: 'How recent the data is, and whether it is final.',
      resolve: ({ fetchedAtMs, settled }) => ({ asOfMs: fetchedAtMs, settled }),
    }),
  }),
});

const reportRule = fieldRule({
  scope: 'reports:read',
  loads: true,
  prepare: ({ input }: { readonly input: ReportInput }, context, faults) => parseInput(input, context, faults),
  plan(query, on, { estimate }) {
    const devices = [{ accountNumber: query.accountNumber, imeis: [query.imei], unnamed: null }];
    estimate.sessions(devices, query);
    return { ...on, devices };
  },
});

builder.queryField('sessionsReport', (t) =>
  t.field({
    type: SessionsReportRef,
    cost: CALL_COST,
    description: 'Sessions of one device in a window. Costs one upstream call.',
    args: {
      input: t.arg({
        type: SessionsReportInput,
        required: true,
        description: 'Account, device, window and session durations.',
      }),
    },
    extensions: reportRule.extensions,
    resolve: reportRule.resolver((_, query, { loaders }) => loaders.sessions().load(query)),
  }),
);

/** Parses the input and adds its faults; returns null if there is no valid account or IMEI. */
function parseInput(input: ReportInput, context: OperationContext, faults: InputFault[]): SessionsReportQuery | null {
  const at = ['input'];
  const accountPath = [...at, 'accountNumber'];
  const accountNumber = parseAccount(input.accountNumber, context, accountPath, faults);
  const imei = parseImei(input.imei, [...at, 'imei'], faults);
  const window = parseReportWindow(input.startDate, input.endDate, context.now(), at, faults);
  const bounds = parseDurationBounds(input.durationLow, input.durationHigh, at, faults);
  return accountNumber === null || imei === null ? null : { accountNumber, imei, window, ...bounds };
}
