import { asyncReport, asyncReports } from '../oracle/async-report.ts';
import { failed } from '../expected.ts';
import type { Args, Value } from '../selection.ts';
import { rootPick } from './fields.ts';
import type { DrawRoot } from './root.ts';
import { drawAccount } from './values.ts';

/** A stored report by its txid: one's own, another's, or none. */
export const ofRequest: DrawRoot = (draw, picks) => {
  const { chance, tenant, reports } = draw;
  const report = chance.happens(0.9) && reports.length > 0 ? chance.pick(reports) : null;
  const args: Args = { ...drawAccount(draw), txid: report?.call.txid ?? 'txid-0-0' };
  const field = { name: 'aggregatedReportRequest', type: 'AggregatedReportRequest', depth: 0 };
  return {
    pick: rootPick(draw, field, args, { accountNumber: 'AccountNumber', txid: 'ID!' }, picks),
    expect: (scene) => (report?.call.account === tenant.account ? asyncReport(scene, report) : failed('NOT_FOUND')),
  };
};

/** Stored reports as entities of another subgraph. */
export const ofRequestEntities: DrawRoot = (draw, picks) => {
  const { chance, tenant, reports } = draw;
  const drawn = chance.some(reports, 3);
  const representations = [
    ...drawn.map(({ call }): Args => ({ __typename: 'AggregatedReportRequest', txid: call.txid })),
    { __typename: 'AggregatedReportRequest', txid: 'txid-0-0' },
  ];
  const field = { name: '_entities', type: '_Entity:AggregatedReportRequest', depth: 0 };
  return {
    pick: rootPick(draw, field, { representations }, { representations: '[_Any!]!' }, picks),
    expect: (scene) => [
      ...drawn.map((report) => (report.call.account === tenant.account ? asyncReport(scene, report) : null)),
      null,
    ],
  };
};

export const ofRequests: DrawRoot = (draw, picks) => {
  const { chance, tenant, reports } = draw;
  const more: Record<string, Value> = {};
  if (chance.happens(0.3)) more['status'] = chance.pick(['COMPLETED', 'EXPIRED', 'QUEUED', 'RECEIVING']);
  if (chance.happens(0.5)) more['first'] = chance.happens(0.06) ? chance.pick([0, 1_001]) : chance.integer(1, 8);
  const args: Args = { ...drawAccount(draw), ...more };
  const types = { accountNumber: 'AccountNumber', status: 'AggregatedReportStatus', first: 'Int' };
  const field = { name: 'aggregatedReportRequests', type: 'AggregatedReportRequestConnection', depth: 0 };
  return {
    pick: rootPick(draw, field, args, types, picks),
    expect: (scene) => {
      const own = reports.filter(({ call }) => call.account === tenant.account);
      return asyncReports(scene, own, args);
    },
  };
};
