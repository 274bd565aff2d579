import type { Chance } from '../chance.ts';
import { drawAlias, drawPicks } from '../draw/fields.ts';
import { toOperation } from '../draw/query.ts';
import { drawAccount, drawFilters, drawImeis, drawWindow, toWindowArgs } from '../draw/values.ts';
import { failed, type Expected } from '../expected.ts';
import { asyncReport } from '../oracle/async-report.ts';
import type { Scene } from '../oracle/scene.ts';
import { STARTS_NOTHING, UNCERTAIN } from '../platform/faults.ts';
import { toMessages } from '../platform/messages.ts';
import type { Args } from '../selection.ts';
import { SENTENCES } from '../sentences.ts';
import type { History, Sent } from '../state/history.ts';
import { createKnownReport, missingOf, recordBody, type KnownReport } from '../state/known-report.ts';
import { check, Difference, must, send, toDraw, write, type Step } from './step.ts';

/** Starts a report. Some messages may arrive before the answer, and the call may fail. */
export const requestReport: Step = async (history, chance) => {
  const { platform, keys } = history;
  const tenant = chance.pick(history.tenants);
  const draw = toDraw(history, chance, tenant);
  const isWhole = chance.happens(0.25);
  const key = chance.happens(0.5) ? `key-${keys.size}-${chance.integer(0, 9)}` : null;
  const input: Args = {
    ...drawAccount(draw),
    ...(isWhole && chance.happens(0.5) ? {} : { imei: isWhole ? [] : drawImeis(draw, 12) }),
    ...(isWhole ? { allDevices: true } : {}),
    ...toWindowArgs(drawWindow(draw)),
    ...drawFilters(draw),
    ...(key === null ? {} : { idempotencyKey: key }),
    ...(chance.happens(0.2) ? { portalInitiated: chance.happens(0.5) } : {}),
  };
  const isUncertain = chance.happens(0.1);
  if (isUncertain) platform.setFaults([chance.pick(UNCERTAIN)]);
  else if (chance.happens(0.15)) platform.setFaults([chance.pick(STARTS_NOTHING)]);
  if (chance.happens(0.1)) platform.endTokens(chance.pick(['sessions', 'bearers']));
  const report = await start(history, chance, 'requestAggregatedReport', tenant, { input }, (scene, started) => {
    return started === null ? failed('UPSTREAM_UNAVAILABLE') : asyncReport(scene, started);
  });
  must((report === null) === isUncertain, `a report was ${report === null ? 'not ' : ''}started`);
  if (key !== null) keys.set(key, { tenant, input, report });
};

/** Sends a key again: with the same input it is the same report, with other input a conflict. */
export const repeatRequest: Step = async (history, chance) => {
  const used = [...history.keys.values()];
  if (used.length === 0) return;
  const { tenant, input, report } = chance.pick(used);
  const isOther = chance.happens(0.3);
  const sent = isOther ? { ...input, dataPlan: 'another plan' } : input;
  const expect = (scene: Scene): Expected => {
    if (report === null && !isOther) return failed('IDEMPOTENCY_UNCERTAIN');
    if (report === null) return failed('IDEMPOTENCY_UNCERTAIN', 'IDEMPOTENCY_CONFLICT');
    return isOther ? failed('IDEMPOTENCY_CONFLICT') : asyncReport(scene, report);
  };
  const started = await start(history, chance, 'requestAggregatedReport', tenant, { input: sent as Args }, expect);
  must(started === null, 'a key that was used started another report');
};

/** Requests the missing devices of a report again: its own, another's, or one that does not exist. */
export const retryMissing: Step = async (history, chance) => {
  const tenant = chance.pick(history.tenants);
  const report = chance.happens(0.9) && history.reports.length > 0 ? chance.pick(history.reports) : null;
  const isOwn = report?.call.account === tenant.account;
  const missing = report === null ? [] : missingOf(report);
  const args = { ...drawAccount(toDraw(history, chance, tenant)), txid: report?.call.txid ?? 'txid-0-0' };
  const started = await start(history, chance, 'retryMissingDevices', tenant, args, (scene, next) => {
    if (report === null || !isOwn) return failed('NOT_FOUND');
    return next === null ? failed('BAD_USER_INPUT') : asyncReport(scene, next);
  });
  if (report === null || !isOwn || missing.length === 0) {
    must(started === null, 'a report was started although no device is missing');
    return;
  }
  must(started !== null, 'no report was started for the missing devices');
  const { call } = started;
  must(JSON.stringify([...call.imei].sort()) === JSON.stringify(missing), `${call.imei.join()} were requested again`);
  must(
    JSON.stringify([call.window, call.filters]) === JSON.stringify([report.call.window, report.call.filters]),
    'the dates or the filters of a retried report are others',
  );
};

/** Starts a report and leaves while the platform answers. The report is there all the same, once the server has stored it. */
export const cancelRequest: Step = async (history, chance) => {
  const { platform, fleet, reports } = history;
  const tenant = chance.pick(history.tenants);
  const draw = toDraw(history, chance, tenant);
  const input: Args = { imei: drawImeis(draw, 12), ...toWindowArgs(drawWindow(draw)) };
  const text = 'mutation ($input: RequestAggregatedReportInput!) { requestAggregatedReport(input: $input) { txid } }';
  const controller = new AbortController();
  const started: KnownReport[] = [];
  platform.setAsyncStatus('QUEUED');
  platform.onAccepted(async (call) => {
    started.push(createKnownReport(call, false, toMessages(fleet, call, chance, SENTENCES)));
    controller.abort();
    for (let turns = chance.integer(0, 40); turns > 0; turns -= 1) await new Promise(setImmediate);
  });
  await history.ask(tenant, { text, variables: { input } }, { signal: controller.signal }).catch(() => null);
  platform.onAccepted(null);
  const [report] = started;
  must(report !== undefined && started.length === 1, `${started.length} reports were started`);
  reports.push(report);
  await untilStored(history, tenant, report);
};

/** Reads the report until it is stored. Throws if that takes more than five seconds. */
async function untilStored(history: History, tenant: Sent['tenant'], { call }: KnownReport): Promise<void> {
  const text = 'query ($txid: ID!) { aggregatedReportRequest(txid: $txid) { txid } }';
  for (const end = performance.now() + 5_000; performance.now() < end;) {
    const { data } = await history.ask(tenant, { text, variables: { txid: call.txid } });
    if (data?.['aggregatedReportRequest'] != null) return;
  }
  throw new Difference(`the report ${call.txid} was started, but is not stored`);
}

/** Sends a mutation and resolves with the report that it started, or with null. */
async function start(
  history: History,
  chance: Chance,
  name: 'requestAggregatedReport' | 'retryMissingDevices',
  tenant: Sent['tenant'],
  args: Args,
  expect: (scene: Scene, started: KnownReport | null) => Expected,
): Promise<KnownReport | null> {
  const { platform, clock, fleet, reports } = history;
  const wasCompleted = chance.happens(0.08);
  const started: KnownReport[] = [];
  platform.setAsyncStatus(wasCompleted ? 'COMPLETED' : 'QUEUED');
  platform.onAccepted(async (call) => {
    const report = createKnownReport(call, wasCompleted, toMessages(fleet, call, chance, SENTENCES));
    started.push(report);
    reports.push(report);
    if (!chance.happens(0.3)) return;
    for (const body of report.outbox.splice(0, chance.integer(1, 3))) {
      must((await history.post(body)) === 200, 'a message before the answer was not accepted');
      recordBody(report, body, clock.now());
      report.posted.push(body);
    }
  });
  const draw = toDraw(history, chance, tenant);
  const types = { input: 'RequestAggregatedReportInput!', txid: 'ID!', accountNumber: 'AccountNumber' };
  const picks = drawPicks(draw, 'AggregatedReportRequest', 0);
  const type = 'AggregatedReportRequest';
  const pick = { name, alias: drawAlias(draw, name, []), args, types, type, picks, isLeftOut: false };
  const operation = toOperation('Mutation', [{ pick, expect: (scene) => expect(scene, started[0] ?? null) }]);
  const startedMs = clock.now();
  try {
    const sent = write(chance, tenant, operation, 'mutation');
    const answer = await send(history, sent);
    check(history.sceneFrom(startedMs), sent, answer);
  } finally {
    platform.onAccepted(null);
    platform.setFaults([]);
  }
  if (started.length > 1) throw new Difference('one mutation started two reports');
  return started[0] ?? null;
}
