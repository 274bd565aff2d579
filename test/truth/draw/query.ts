import { failed, model, type Expected, type Model } from '../expected.ts';
import type { Filters } from '../fleet.ts';
import { aggregatedReport } from '../oracle/aggregated-report.ts';
import { asyncReport, asyncReports } from '../oracle/async-report.ts';
import { device, toSessionsQuestion, toWindow } from '../oracle/device.ts';
import type { Scene } from '../oracle/scene.ts';
import { sessionsReport } from '../oracle/sessions-report.ts';
import type { Args, Pick, Value } from '../selection.ts';
import type { Draw } from './draw.ts';
import { rootPick } from './fields.ts';
import {
  drawAccount,
  drawBadWindow,
  drawDurations,
  drawFilters,
  drawImeis,
  drawWindow,
  toWindowArgs,
} from './values.ts';

/** A drawn operation, and what the oracle expects of it once the response is there. */
export interface Operation {
  readonly picks: readonly Pick[];
  readonly expect: (scene: Scene) => Model;
}

interface Root {
  readonly pick: Pick;
  readonly expect: (scene: Scene) => Expected;
}

type DrawRoot = (draw: Draw, picks: readonly Pick[]) => Root;

/** Draws a query with this many root fields. */
export function drawQuery(draw: Draw, count: number): Operation {
  const roots: Root[] = [];
  const kinds = draw.isFresh ? UPSTREAM_ROOTS : ROOTS;
  for (let at = 0; at < count; at += 1) {
    roots.push(
      draw.chance.pick(kinds)(
        draw,
        roots.map(({ pick }) => pick),
      ),
    );
  }
  return toOperation('Query', roots);
}

/** One operation of these root fields. Each has arguments of its own, by which it is found again. */
export function toOperation(type: string, roots: readonly Root[]): Operation {
  const expectations = new Map(roots.map(({ pick, expect }) => [pick.args, expect]));
  return {
    picks: roots.map(({ pick }) => pick),
    expect: (scene) =>
      model(
        type,
        Object.fromEntries(
          roots.map(({ pick }) => [
            pick.name,
            (args) => {
              const expect = expectations.get(args);
              if (expect === undefined) throw new Error(`${pick.name} was not drawn`);
              return expect(scene);
            },
          ]),
        ),
      ),
  };
}

/** Reads the filters of these arguments. */
export function toFilters(args: Args): Filters {
  const text = (name: string): string | null => (typeof args[name] === 'string' ? args[name] : null);
  return {
    deviceGroup: text('deviceGroup'),
    deviceLabel: text('deviceLabel'),
    dataPlan: text('dataPlan'),
    noSessionFlag: args['noSessionFlag'] === true,
  };
}

const ofSessions: DrawRoot = (draw, picks) => {
  const [imei = ''] = drawImeis(draw, 1);
  const input = { ...drawAccount(draw), imei, ...toWindowArgs(drawWindow(draw)), ...drawDurations(draw) };
  const field = { name: 'sessionsReport', type: 'SessionsReport', depth: 1 };
  return {
    pick: rootPick(draw, field, { input }, { input: 'SessionsReportInput!' }, picks),
    expect: (scene) => {
      const { account } = draw.tenant;
      return sessionsReport(scene, toSessionsQuestion(account, imei, input), () => device(scene, account, imei));
    },
  };
};

const ofAggregated: DrawRoot = (draw, picks) => {
  const { chance, tenant } = draw;
  const isWhole = chance.happens(0.3);
  const imei = isWhole ? [] : drawImeis(draw, 12);
  const input: Args = {
    ...drawAccount(draw),
    imei,
    ...(isWhole ? { allDevices: true } : {}),
    ...toWindowArgs(drawWindow(draw)),
    ...drawFilters(draw),
  };
  const depth = isWhole || draw.isFresh ? 0 : Number(chance.happens(0.2));
  const field = { name: 'aggregatedReport', type: 'AggregatedReport', depth };
  return {
    pick: rootPick(draw, field, { input }, { input: 'AggregatedReportInput!' }, picks),
    expect: (scene) =>
      aggregatedReport(
        scene,
        {
          account: tenant.account,
          imei: isWhole ? null : imei,
          window: toWindow(input),
          filters: toFilters(input),
        },
        (each) => device(scene, tenant.account, each),
      ),
  };
};

const ofDevice: DrawRoot = (draw, picks) => {
  const [imei = ''] = drawImeis(draw, 1);
  const args = { ...drawAccount(draw), imei };
  const field = { name: 'device', type: 'Device', depth: 2 };
  return {
    pick: rootPick(draw, field, args, { accountNumber: 'AccountNumber', imei: 'IMEI!' }, picks),
    expect: (scene) => device(scene, draw.tenant.account, imei),
  };
};

const ofDevices: DrawRoot = (draw, picks) => {
  const imei = drawImeis(draw, 6);
  const args = { ...drawAccount(draw), imei };
  const field = { name: 'devices', type: 'Device', depth: 1 };
  return {
    pick: rootPick(draw, field, args, { accountNumber: 'AccountNumber', imei: '[IMEI!]!' }, picks),
    expect: (scene) => [...new Set(imei)].map((each) => device(scene, draw.tenant.account, each)),
  };
};

/** Entities of another subgraph, one of them perhaps not valid. */
const ofEntities: DrawRoot = (draw, picks) => {
  const { chance, tenant } = draw;
  const imeis = drawImeis(draw, 5);
  const isBad = chance.happens(0.2);
  const valid = imeis.map((imei): Args => ({ __typename: 'Device', ...drawAccount(draw), imei }));
  const representations = isBad ? [...valid, { __typename: 'Device', imei: '12' }] : valid;
  const field = { name: '_entities', type: '_Entity:Device', depth: 1 };
  return {
    pick: rootPick(draw, field, { representations }, { representations: '[_Any!]!' }, picks),
    expect: (scene) => [
      ...imeis.map((imei) => device(scene, tenant.account, imei)),
      ...(isBad ? [failed('BAD_USER_INPUT')] : []),
    ],
  };
};

/** A report of an account that the caller may not see. */
const ofForeignAccount: DrawRoot = (draw, picks) => {
  const accountNumber = draw.chance.pick(draw.foreign);
  const input = { accountNumber, imei: drawImeis(draw, 3), ...toWindowArgs(drawWindow(draw)) };
  const field = { name: 'aggregatedReport', type: 'AggregatedReport', depth: 0 };
  return {
    pick: rootPick(draw, field, { input }, { input: 'AggregatedReportInput!' }, picks),
    expect: () => failed('FORBIDDEN'),
  };
};

const ofBadInput: DrawRoot = (draw, picks) => {
  const [imei = ''] = drawImeis(draw, 1);
  const isWindow = draw.chance.happens(0.7);
  const bad: Args = isWindow ? drawBadWindow(draw) : { durationLow: 9, durationHigh: 8 };
  const input = { ...drawAccount(draw), imei, ...bad };
  const field = { name: 'sessionsReport', type: 'SessionsReport', depth: 0 };
  return {
    pick: rootPick(draw, field, { input }, { input: 'SessionsReportInput!' }, picks),
    expect: () => failed('BAD_USER_INPUT'),
  };
};

/** A stored report by its txid: one's own, another's, or none. */
const ofRequest: DrawRoot = (draw, picks) => {
  const { chance, tenant, reports } = draw;
  const report = chance.happens(0.9) && reports.length > 0 ? chance.pick(reports) : null;
  const args: Args = { ...drawAccount(draw), txid: report?.call.txid ?? 'txid-0-0' };
  const field = { name: 'aggregatedReportRequest', type: 'AggregatedReportRequest', depth: 0 };
  return {
    pick: rootPick(draw, field, args, { accountNumber: 'AccountNumber', txid: 'ID!' }, picks),
    expect: (scene) => (report?.call.account === tenant.account ? asyncReport(scene, report) : null),
  };
};

const ofRequests: DrawRoot = (draw, picks) => {
  const { chance, tenant, reports } = draw;
  const more: Record<string, Value> = {};
  if (chance.happens(0.3)) more['status'] = chance.pick(['COMPLETED', 'EXPIRED', 'QUEUED', 'RECEIVING']);
  if (chance.happens(0.5)) more['first'] = chance.integer(1, 8);
  const args: Args = { ...drawAccount(draw), ...more };
  const types = { accountNumber: 'AccountNumber', status: 'AggregatedReportStatus', first: 'Int' };
  const field = { name: 'aggregatedReportRequests', type: 'AggregatedReportRequestConnection', depth: 0 };
  const own = reports.filter(({ call }) => call.account === tenant.account);
  return {
    pick: rootPick(draw, field, args, types, picks),
    expect: (scene) => asyncReports(scene, own, args),
  };
};

const UPSTREAM_ROOTS: readonly DrawRoot[] = [ofSessions, ofSessions, ofAggregated];
const ROOTS: readonly DrawRoot[] = [
  ofSessions,
  ofSessions,
  ofSessions,
  ofAggregated,
  ofAggregated,
  ofAggregated,
  ofAggregated,
  ofDevice,
  ofDevices,
  ofEntities,
  ofForeignAccount,
  ofBadInput,
  ofRequest,
  ofRequest,
  ofRequest,
  ofRequests,
  ofRequests,
];
