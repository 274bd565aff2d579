import { failed } from '../expected.ts';
import type { Filters } from '../fleet.ts';
import { aggregatedReport } from '../oracle/aggregated-report.ts';
import { device, toSessionsQuestion, toWindow } from '../oracle/device.ts';
import { sessionsReport } from '../oracle/sessions-report.ts';
import type { Args } from '../selection.ts';
import { rootPick } from './fields.ts';
import type { DrawRoot } from './root.ts';
import {
  drawAccount,
  drawBadWindow,
  drawDurations,
  drawFilters,
  drawImeis,
  drawWindow,
  toWindowArgs,
} from './values.ts';

export const ofSessions: DrawRoot = (draw, picks) => {
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

export const ofAggregated: DrawRoot = (draw, picks) => {
  const { chance, tenant } = draw;
  const isWhole = chance.happens(0.3);
  const imei = isWhole ? [] : drawImeis(draw, 12);
  const input: Args = {
    ...drawAccount(draw),
    ...(isWhole && chance.happens(0.5) ? {} : { imei }),
    ...(isWhole ? { allDevices: true } : {}),
    ...toWindowArgs(drawWindow(draw)),
    ...drawFilters(draw),
  };
  const depth = isWhole || draw.only !== null ? 0 : Number(chance.happens(0.2));
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

export const ofDevice: DrawRoot = (draw, picks) => {
  const [imei = ''] = drawImeis(draw, 1);
  const args = { ...drawAccount(draw), imei };
  const field = { name: 'device', type: 'Device', depth: 2 };
  return {
    pick: rootPick(draw, field, args, { accountNumber: 'AccountNumber', imei: 'IMEI!' }, picks),
    expect: (scene) => device(scene, draw.tenant.account, imei),
  };
};

export const ofDevices: DrawRoot = (draw, picks) => {
  const imei = drawImeis(draw, 6);
  const args = { ...drawAccount(draw), imei };
  const field = { name: 'devices', type: 'Device', depth: 1 };
  return {
    pick: rootPick(draw, field, args, { accountNumber: 'AccountNumber', imei: '[IMEI!]!' }, picks),
    expect: (scene) => [...new Set(imei)].map((each) => device(scene, draw.tenant.account, each)),
  };
};

/** Entities of another subgraph, one of them perhaps not valid. */
export const ofEntities: DrawRoot = (draw, picks) => {
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
export const ofForeignAccount: DrawRoot = (draw, picks) => {
  const accountNumber = draw.chance.pick(draw.foreign);
  const input = { accountNumber, imei: drawImeis(draw, 3), ...toWindowArgs(drawWindow(draw)) };
  const field = { name: 'aggregatedReport', type: 'AggregatedReport', depth: 0 };
  return {
    pick: rootPick(draw, field, { input }, { input: 'AggregatedReportInput!' }, picks),
    expect: () => failed('FORBIDDEN'),
  };
};

export const ofBadInput: DrawRoot = (draw, picks) => {
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

/** Reads the filters of these arguments. */
export function toFilters(args: Args): Filters {
  const text = (name: string): string | null => (typeof args[name] === 'string' ? args[name].trim() : null);
  return {
    deviceGroup: text('deviceGroup'),
    deviceLabel: text('deviceLabel'),
    dataPlan: text('dataPlan'),
    noSessionFlag: args['noSessionFlag'] === true,
  };
}
