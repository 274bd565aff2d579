import type { Chance } from '../chance.ts';
import type { History } from '../state/history.ts';
import { recordBody, type KnownReport } from '../state/known-report.ts';
import { must, type Step } from './step.ts';

/** Posts some messages of reports, or all of one, in one body or several. */
export const deliverMessages: Step = async (history, chance) => {
  const waiting = history.reports.filter(({ outbox }) => outbox.length > 0);
  if (waiting.length === 0) return;
  const report = chance.pick(waiting);
  const other = chance.pick(waiting);
  if (chance.happens(0.2) && other !== report) await postTogether(history, report, other);
  await deliver(history, report, chance.happens(0.3) ? report.outbox.length : chance.integer(1, 4));
};

/** Posts a message that has arrived before. Nothing changes. */
export const repeatMessage: Step = async (history, chance) => {
  const known = history.reports.filter(({ posted }) => posted.length > 0);
  if (known.length === 0) return;
  const report = chance.pick(known);
  await postOne(history, [report], chance.pick(report.posted));
};

/** Posts what nobody waits for: an unknown transaction, or no message at all. It is stored, and nothing changes. */
export const postRubbish: Step = async (history, chance) => {
  const body = chance.pick<unknown>([
    { txid: 'txid-0-0', usage: [{ imei: '350000000000001', numberOfSessions: 1, bytesTransferred: 1 }] },
    { hello: 'world' },
    [],
    'text',
    7,
  ]);
  must((await history.post(body)) === 200, 'a body that fits nothing was not accepted');
};

/** Posts the next messages of a report. */
export async function deliver(history: History, report: KnownReport, count: number): Promise<void> {
  for (const body of report.outbox.splice(0, count)) await postOne(history, [report], body);
}

async function postTogether(history: History, one: KnownReport, other: KnownReport): Promise<void> {
  const bodies = [...one.outbox.splice(0, 1), ...other.outbox.splice(0, 1)];
  await postOne(history, [one, other], bodies.flat());
}

async function postOne(history: History, reports: readonly KnownReport[], body: unknown): Promise<void> {
  const status = await history.post(body);
  must(status === 200, `a message got ${status}: ${JSON.stringify(body)}`);
  for (const report of reports) {
    recordBody(report, body, history.clock.now());
    report.posted.push(body);
  }
}

/** Moves the clock by hours or days, but not so far that reports are no longer stored. */
export function createPassTime(startMs: number, maxMs: number): Step {
  return (history, chance: Chance) => {
    const hour = 3_600_000;
    const far = chance.pick([0, 1, 1, 2, 5, 12, 24, 25, 49, 72]) * hour;
    if (history.clock.now() + far - startMs < maxMs) history.advance(far);
    return Promise.resolve();
  };
}

/** Stops the server and starts another one on the same database. */
export const restart: Step = (history) => history.restart();
