import { randomUUID } from 'node:crypto';
import type { Api, Answer } from './api.ts';
import { toCount, toCountOf } from './amounts.ts';
import type { CommandRun } from './command.ts';
import { readDays, type Days } from './days.ts';
import { DEVICE_OPTIONS, readDevices, type DeviceSelection } from './device-selection.ts';
import { TerminalRequestReportDocument, type TerminalRequestReportMutation } from './documents/graphql.ts';
import { followReports } from './follow.ts';
import { createProgress } from './progress.ts';
import { showSummaries } from './report-summaries.ts';
import { readTargets, TARGET_OPTIONS } from './targets.ts';
import { EXIT, TerminalError } from './terminal-error.ts';
import { note, type Terminal } from './terminal.ts';

export const FLEET_OPTIONS = [...DEVICE_OPTIONS, 'from', 'to', 'plan', 'max-calls', ...TARGET_OPTIONS] as const;

/** Maximum number of devices of one report; see RequestAggregatedReportInput.imei. */
const DEVICES_PER_REPORT = 10_000;
const MAX_CALLS = 1_000_000;
/** Each report is one call. Before it, the server may look whether it is the listener. */
const MAX_CALLS_PER_REPORT = 2;
/** A request may be sent again, because its key makes that safe. */
const RETRY_MS = [1_000, 5_000];

/** Asynchronous reports of many devices: requests them, follows them and shows what came of them. */
export const runFleet: CommandRun = async ({ options, terminal, connect }) => {
  const maxCalls = options.count('max-calls', 0, MAX_CALLS);
  const days = readDays(options, terminal.clock.now());
  const targets = await readTargets(options);
  const devices = await readDevices(options, terminal);
  const parts = toParts(devices);
  const most = parts.length * MAX_CALLS_PER_REPORT;
  note(
    terminal,
    `Price: ${toCount(parts.length)} to ${toCountOf(most, 'upstream call')} for ${toCountOf(parts.length, 'report')}.`,
  );
  if (options.flag('plan')) {
    terminal.stdout.write(`${most}\n`);
    return EXIT.done;
  }
  if (maxCalls !== null && most > maxCalls) {
    throw new TerminalError(
      EXIT.tooManyCalls,
      `This may need ${toCountOf(most, 'upstream call')}, and --max-calls is ${toCount(maxCalls)}. Nothing was requested.`,
    );
  }
  const api = await connect();
  const txids = await requestAll(api, parts, days, terminal);
  const names = { txids, accountNumber: devices.accountNumber ?? null };
  try {
    await followReports(api, names, terminal);
  } catch (error) {
    note(terminal, `The reports go on. Follow them with: device-reports-graphql watch ${txids.join(' ')}`);
    throw error;
  }
  return showSummaries(api, names, targets, terminal);
};

function toParts(devices: DeviceSelection): DeviceSelection[] {
  const { imei } = devices;
  const count = Math.max(1, Math.ceil(imei.length / DEVICES_PER_REPORT));
  return Array.from({ length: count }, (_, at) => ({
    ...devices,
    imei: imei.slice(at * DEVICES_PER_REPORT, (at + 1) * DEVICES_PER_REPORT),
  }));
}

/** One report after the other. Each transaction id is shown at once, because a report goes on without this command. */
async function requestAll(
  api: Api,
  parts: readonly DeviceSelection[],
  days: Days,
  terminal: Terminal,
): Promise<string[]> {
  const progress = createProgress(terminal);
  const txids: string[] = [];
  let calls = 0;
  try {
    for (const part of parts) {
      progress.show(txids.length / parts.length, `Requesting ${toCountOf(parts.length, 'report')}`);
      const { data, cost } = await requestOne(api, part, days, terminal);
      const txid = data.requestAggregatedReport?.txid;
      if (txid === undefined) throw new TerminalError(EXIT.failed, 'The server started no report.');
      txids.push(txid);
      calls += cost?.calls ?? 0;
      progress.end();
      const what = part.allDevices ? 'every device of the account' : toCountOf(part.imei.length, 'device');
      note(terminal, `Requested ${what}: report ${txid}.`);
    }
  } finally {
    progress.end();
  }
  if (calls > 0) note(terminal, `Used ${toCountOf(calls, 'upstream call')}.`);
  return txids;
}

async function requestOne(
  api: Api,
  devices: DeviceSelection,
  { startDate, endDate }: Days,
  { clock, signal }: Terminal,
): Promise<Answer<TerminalRequestReportMutation>> {
  const input = { ...devices, startDate, endDate, idempotencyKey: randomUUID() };
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await api.send(TerminalRequestReportDocument, { input });
    } catch (error) {
      const waitMs = RETRY_MS[attempt];
      const isTemporary = error instanceof TerminalError && error.exitCode === EXIT.tryLater;
      if (!isTemporary || waitMs === undefined) throw error;
      await clock.wait(waitMs, signal);
    }
  }
}
