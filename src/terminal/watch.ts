import type { CommandRun } from './command.ts';
import { followReports } from './follow.ts';
import { showSummaries } from './report-summaries.ts';
import { readTargets, TARGET_OPTIONS } from './targets.ts';
import { EXIT, TerminalError } from './terminal-error.ts';

export const WATCH_OPTIONS = ['account', ...TARGET_OPTIONS] as const;

/** As many as one `fleet` requests. */
const MAX_REPORTS = 10;

/** Follows asynchronous reports to their end, whoever requested them. */
export const runWatch: CommandRun = async ({ options, terminal, connect }) => {
  const txids = [...new Set(options.operands)];
  if (txids.length === 0 || txids.length > MAX_REPORTS)
    throw new TerminalError(EXIT.wrongArguments, `Pass 1 to ${MAX_REPORTS} transaction ids, as fleet prints them.`);
  const targets = await readTargets(options);
  const api = await connect();
  const names = { txids, accountNumber: options.text('account') };
  await followReports(api, names, terminal);
  return showSummaries(api, names, targets, terminal);
};
