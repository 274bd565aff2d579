import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fc } from '../fast-check.ts';
import { FUZZ_TIMEOUT_MS, holdsFor } from '../fuzz/runs.ts';
import { startTokenIssuer, type TokenIssuer } from '../world/token-issuer.ts';
import { ASKINGS, type Asking, type AskingPlan } from './askings.ts';
import {
  collect,
  startIsolationRig,
  untilAnswered,
  type Asked,
  type IsolationMode,
  type IsolationRig,
} from './isolation-rig.ts';
import { checkResponse, checkNothing, type Sightings } from './checks.ts';
import type { Party } from './parties.ts';

export const NAMES = ['anne', 'bert'] as const satisfies readonly Party['name'][];

/** Requests that name an account. */
export const WITH_ACCOUNT: readonly Asking[] = [
  'devices',
  'report',
  'account',
  'sessions',
  'entities',
  'request',
  'list',
  'listeners',
];
/** Requests that name a report only. */
export const BY_NAME: readonly Asking[] = ['find', 'retry', 'follow'];

type Step =
  | { readonly kind: 'ask'; readonly name: Party['name']; readonly plan: AskingPlan }
  | { readonly kind: 'answer' | 'leave' | 'message'; readonly which: number }
  | { readonly kind: 'wait' | 'pass' };

export interface Mode {
  readonly title: string;
  /** The requests that a caller may send for the other's data, and that must return nothing. */
  readonly foreign: readonly Asking[];
  readonly start: (issuer: TokenIssuer) => Promise<IsolationMode>;
}

/** Tests that two callers get nothing of each other's data, with a third of the interleavings for each of three modes. */
export function describeIsolation({ title, foreign, start }: Mode): void {
  describe(`two callers ${title}`, { timeout: FUZZ_TIMEOUT_MS }, () => {
    let issuer: TokenIssuer;
    let rig: IsolationRig;

    beforeAll(async () => {
      issuer = await startTokenIssuer();
      rig = await startIsolationRig(await start(issuer));
    });
    afterAll(async () => {
      await rig.close();
      await issuer.close();
    });

    const plan = fc
      .record({
        what: fc.oneof(fc.constantFrom(...ASKINGS), fc.constantFrom('devices' as const, 'report' as const)),
        day: fc.nat(2),
        devices: fc.uniqueArray(fc.nat(11), { minLength: 1, maxLength: 6 }),
        pick: fc.nat(20),
        isFresh: fc.boolean(),
        isForeign: fc.nat(3).map((chance) => chance === 0),
      })
      .map((each): AskingPlan => ({
        ...each,
        isForeign: each.isForeign && (foreign.includes(each.what) || each.what === 'page'),
      }));
    const step: fc.Arbitrary<Step> = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('ask' as const), name: fc.constantFrom(...NAMES), plan }) },
      {
        weight: 4,
        arbitrary: fc.record({
          kind: fc.constantFrom('answer' as const, 'answer' as const, 'leave' as const, 'message' as const),
          which: fc.nat(50),
        }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('wait' as const, 'pass' as const) }) },
    );

    test('get nothing of each other’s data, however their operations interleave', async () => {
      const sightings: Sightings = { numbers: 0, emptyResponses: 0 };
      await holdsFor(
        fc.array(step, { minLength: 4, maxLength: 14 }),
        async (steps) => {
          const asked: Asked[] = [];
          for (const each of steps) {
            if (each.kind === 'ask') asked.push(rig.ask(each.name, each.plan));
            else if (each.kind === 'answer') rig.platform.answer(each.which);
            else if (each.kind === 'leave') asked[each.which % asked.length]?.abort();
            else if (each.kind === 'message') await rig.post(NAMES[each.which % 2] ?? 'anne', each.which);
            else if (each.kind === 'wait') await new Promise((resolve) => setTimeout(resolve, 2));
            else rig.at.world.clock.advance(3);
          }
          const answers = await untilAnswered(Promise.all(asked.map(({ answer }) => answer)), rig.platform);
          answers.forEach((answer, at) => {
            const each = asked[at];
            if (each === undefined || answer === null) return;
            checkResponse(each, answer, sightings);
            if (each.plan.isForeign && foreign.includes(each.plan.what)) checkNothing(each, answer, sightings);
            if (!each.plan.isForeign) collect(rig.holdings[each.me.name], answer.body);
          });
          expect(rig.platform.strays).toEqual([]);
        },
        0.34,
      );
      expect(rig.at.world.logged).toEqual([]);
      expect(sightings.numbers).toBeGreaterThan(500);
      expect(sightings.emptyResponses).toBeGreaterThan(20);
      expect(rig.platform.calls.maxDevices).toBeGreaterThan(6);
    });

    test('get the same response for each other’s reports as for reports that do not exist', async () => {
      const { anne, bert } = rig.holdings;
      const txid = bert.txids.at(-1) ?? '';
      expect(anne.txids).not.toContain(txid);
      const headers = { ...rig.parties.anne.headers };
      const accountNumber = rig.parties.anne.accountNumber;
      for (const query of [
        'query ($txid: ID!, $accountNumber: AccountNumber) { aggregatedReportRequest(txid: $txid, accountNumber: $accountNumber) { status } }',
        'mutation ($txid: ID!, $accountNumber: AccountNumber) { retryMissingDevices(txid: $txid, accountNumber: $accountNumber) { status } }',
        'subscription ($txid: ID!, $accountNumber: AccountNumber) { aggregatedReportProgress(txid: $txid, accountNumber: $accountNumber) { status } }',
      ]) {
        const responseFor = (name: string) => rig.at.world.query(query, { txid: name, accountNumber }, { headers });
        expect(await responseFor(txid)).toEqual(await responseFor('a-report-of-nobody'));
      }
    });
  });
}
