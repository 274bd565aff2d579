import type { Api } from './api.ts';
import { toCount } from './amounts.ts';
import { TerminalFollowReportDocument, type TerminalFollowReportSubscription } from './documents/graphql.ts';
import { createProgress } from './progress.ts';
import { EXIT, TerminalError } from './terminal-error.ts';
import { note, type Terminal } from './terminal.ts';

/** Asynchronous reports of one account. */
export interface ReportNames {
  readonly txids: readonly string[];
  readonly accountNumber: string | null;
}

type State = TerminalFollowReportSubscription['aggregatedReportProgress'];

/** The state of several reports together. */
interface Together {
  readonly received: number;
  readonly failed: number;
  /** Null if the size of a report is not known, because it is of a whole account. */
  readonly expected: number | null;
  readonly ended: number;
}

/** Waits between attempts to connect again. An event starts over with the first. */
const RETRY_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000];

/** Follows reports until each is complete or has expired, and shows how far they are. Connects again if a connection ends. */
export async function followReports(api: Api, names: ReportNames, terminal: Terminal): Promise<void> {
  const { txids } = names;
  const progress = createProgress(terminal);
  const states = new Map<string, State>();
  let saidTenths = -1;
  const show = (state: State): void => {
    states.set(state.txid, state);
    const all = toTogether(txids.map((txid) => states.get(txid)));
    const share = all.expected === null || all.expected === 0 ? null : (all.received + all.failed) / all.expected;
    const text = describe(all, txids.length);
    progress.show(share, text);
    // A log gets a line per tenth instead of a bar.
    const tenths = share === null ? all.ended : Math.floor(share * 10);
    if (terminal.stderr.isTTY !== true && tenths !== saidTenths) note(terminal, text);
    saidTenths = tenths;
  };
  try {
    await Promise.all(
      txids.map((txid) => followOne(api, { txid, accountNumber: names.accountNumber }, show, terminal)),
    );
  } finally {
    progress.end();
  }
}

interface ReportName {
  readonly txid: string;
  readonly accountNumber: string | null;
}

async function followOne(
  api: Api,
  name: ReportName,
  show: (state: State) => void,
  { clock, signal }: Terminal,
): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      for await (const { aggregatedReportProgress: state } of api.follow(TerminalFollowReportDocument, name)) {
        attempt = 0;
        show(state);
        if (isEnded(state)) return;
      }
    } catch (error) {
      const isTemporary = error instanceof TerminalError && error.exitCode === EXIT.tryLater;
      if (!isTemporary || attempt >= RETRY_MS.length) throw error;
    }
    if (attempt >= RETRY_MS.length)
      throw new TerminalError(EXIT.tryLater, `The server ends the progress of ${name.txid} again and again.`);
    await clock.wait(RETRY_MS[attempt] ?? 0, signal).catch((error: unknown) => {
      throw new TerminalError(EXIT.interrupted, 'Interrupted.', { cause: error });
    });
  }
}

function isEnded({ status }: State): boolean {
  return status === 'COMPLETED' || status === 'EXPIRED';
}

function toTogether(states: readonly (State | undefined)[]): Together {
  const sum = (count: (state: State) => number): number =>
    states.reduce((total, state) => total + (state === undefined ? 0 : count(state)), 0);
  const isSized = states.every((state) => typeof state?.expectedDevices === 'number');
  return {
    received: sum(({ receivedDevices }) => receivedDevices),
    failed: sum(({ failedDevices }) => failedDevices),
    expected: isSized ? sum(({ expectedDevices }) => expectedDevices ?? 0) : null,
    ended: states.filter((state) => state !== undefined && isEnded(state)).length,
  };
}

function describe({ received, failed, expected, ended }: Together, reports: number): string {
  const of = expected === null ? '' : ` of ${toCount(expected)}`;
  const bad = failed === 0 ? '' : `, ${toCount(failed)} with an error`;
  const many = reports === 1 ? '' : `, ${toCount(ended)} of ${toCount(reports)} reports ended`;
  return `${toCount(received)}${of} devices received${bad}${many}`;
}
