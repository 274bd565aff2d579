import type { Oracle } from '../../oracle.ts';
import { nowMs } from '../../time.ts';
import type { PlatformSession, PlatformSessions } from '../../world/sessions.ts';
import type { World } from '../../world/world.ts';
import { createChance, type Chance } from '../chance.ts';
import { createLoadClient, type AnswerLimits } from '../client.ts';
import { createLedger, type Ledger } from '../ledger.ts';
import { createOperations } from '../operations/index.ts';
import type { Operation, OperationSetup } from '../operations/operation.ts';
import { createOthersOperations } from '../operations/others.ts';
import { createTokenOperations } from '../operations/tokens.ts';
import { toPass, type ShowPass } from '../pass.ts';
import { noteAsked } from './asked.ts';
import { asDying } from './dying.ts';
import { excuseCuts } from './excuse-cuts.ts';
import type { Party } from './party.ts';
import { createWallet } from './wallet.ts';

export interface PartiesOptions {
  readonly world: World;
  readonly limits: AnswerLimits;
  readonly oracle: Oracle;
  /** All callers draw from these devices, so they sometimes request the same ones. */
  readonly devices: Oracle['devices'];
  readonly seed: number;
  readonly rejectedImei: string;
  readonly cacheMs: number;
}

/** Creates the callers of this world with their operations: one, or several if they bring platform tokens. */
export function createParties(options: PartiesOptions): readonly Party[] {
  const { sessions, issuer } = options.world;
  if (sessions !== null) return createSessionParties(options, sessions);
  if (issuer === null) return [createParty(options, 'anyone', 0, toPass({}), createOperations)];
  const showPass = createWallet({ issuer, now: Date.now });
  const reach = { url: options.world.url, limits: options.limits };
  return [
    createParty(options, 'dashboard', 0, showPass, (setup) => [
      ...createOperations(setup),
      ...createTokenOperations({ ...setup, issuer, reach }),
    ]),
  ];
}

function createParty(
  { world, limits, oracle, devices, seed, rejectedImei, cacheMs }: PartiesOptions,
  name: string,
  number: number,
  showPass: ShowPass,
  toOperations: (setup: OperationSetup) => readonly Operation[],
): Party {
  const { client, asked } = noteAsked(createLoadClient({ url: world.url, limits, showPass }));
  const chance = createChance(devices, seed + number);
  const ledger = createLedger();
  const { count, wasKilledBetween } = world.replicas;
  // A killed server's keys stay locked for as long as a mutation may take.
  const mayHoldKeys = (): boolean => wasKilledBetween(nowMs() - limits.mutationMs, nowMs());
  const operations = toOperations({ client, oracle, chance, ledger, mayHoldKeys, rejectedImei, cacheMs });
  const all = count === 1 ? operations : operations.map((operation) => excuseCuts(operation, wasKilledBetween));
  return { name, client, ledger, operations: all, asked };
}

/** Creates the callers with platform tokens. The last two are one caller, before and after signing in again. */
function createSessionParties(options: PartiesOptions, sessions: PlatformSessions): readonly Party[] {
  const { all, doomed, hasSignedInAgain } = sessions;
  const parties: Party[] = [];
  const toLedgersBut = (token: string): readonly Ledger[] =>
    parties.filter((_, index) => all[index]?.token !== token).map(({ ledger }) => ledger);
  const toParty = (session: PlatformSession, number: number): Party =>
    createParty({ ...options, cacheMs: 0 }, session.name, number, toPass(session.headers), (setup) => {
      const shared = { ...setup, chance: createCommonChance(setup.chance) };
      const own = [
        ...createOperations(shared),
        ...createOthersOperations({ ...setup, others: () => toLedgersBut(session.token) }),
      ];
      return own.map((operation) => ({ ...operation, name: `${operation.name} (${session.name})` }));
    });
  parties.push(...all.map(toParty));
  const [before, after] = parties.slice(-2);
  if (before === undefined || after === undefined) throw new Error('The last caller needs two sessions.');
  const operations = before.operations.map((operation, index): Operation => {
    const then = after.operations[index];
    const now = asDying(operation, doomed);
    return { ...now, run: () => (hasSignedInAgain() && then !== undefined ? then.run() : now.run()) };
  });
  return [...parties.slice(0, -2), { ...before, operations }, { ...after, operations: [] }];
}

const EVERY_MS = 500;
const DAY_MS = 86_400_000;

/** Makes half of the windows the same for all callers at one moment, so that sharing calls between callers would be noticed. */
function createCommonChance(chance: Chance): Chance {
  return {
    ...chance,
    settledWindow() {
      if (chance.integer(0, 1) === 0) return chance.settledWindow();
      const stepMs = Math.floor(Date.now() / EVERY_MS) * EVERY_MS;
      const toText = (days: number): string => new Date(stepMs - days * DAY_MS).toISOString();
      return { startDate: toText(9), endDate: toText(4) };
    },
  };
}
