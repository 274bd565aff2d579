import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fc } from '../fast-check.ts';
import { FUZZ_TIMEOUT_MS, holdsFor } from '../fuzz/runs.ts';
import { startTokenIssuer, type TokenIssuer } from '../world/token-issuer.ts';
import { ASKINGS, type Asking, type AskingPlan } from './askings.ts';
import {
  keep,
  startIsolationRig,
  untilAnswered,
  type Asked,
  type IsolationMode,
  type IsolationRig,
} from './isolation-rig.ts';
import { checkResponse, checkNothing, type Sightings } from './judgement.ts';
import type { Party } from './parties.ts';

export const NAMES = ['anne', 'bert'] as const satisfies readonly Party['name'][];

/** Asks that name an account, and asks that name a report alone. */
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
export const BY_NAME: readonly Asking[] = ['find', 'retry', 'follow'];

type Step =
  | { readonly kind: 'ask'; readonly name: Party['name']; readonly plan: AskingPlan }
  | { readonly kind: 'answer' | 'leave' | 'message'; readonly which: number }
  | { readonly kind: 'wait' | 'pass' };

export interface Mode {
  readonly title: string;
  /** What one may try of the other's, to get nothing. */
  readonly foreign: readonly Asking[];
  readonly start: (issuer: TokenIssuer) => Promise<IsolationMode>;
}

/** Describes that two callers get nothing of each other, a third of the interleavings for each of three modes. */
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

    test('get nothing of each other, however their operations fall together', async () => {
      const sightings: Sightings = { figures: 0, nothings: 0 };
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
            if (!each.plan.isForeign) keep(rig.holdings[each.me.name], answer.body);
          });
          expect(rig.platform.strays).toEqual([]);
        },
        0.34,
      );
      expect(rig.at.world.logged).toEqual([]);
      expect(sightings.figures).toBeGreaterThan(500);
      expect(sightings.nothings).toBeGreaterThan(20);
      expect(rig.platform.calls.most).toBeGreaterThan(6);
    });

    test('are told of the other’s reports what they are told of none', async () => {
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
        const reportedOf = (name: string) => rig.at.world.query(query, { txid: name, accountNumber }, { headers });
        expect(await reportedOf(txid)).toEqual(await reportedOf('a-report-of-nobody'));
      }
    });
  });
}
