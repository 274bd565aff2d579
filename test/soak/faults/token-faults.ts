import { pause } from '../time.ts';
import type { SoakIssuer } from '../world/issuer.ts';
import type { World } from '../world/world.ts';
import type { Fault, Seen } from './fault.ts';

/** What everything has in common where callers send bearer tokens, each of which is judged by itself (load/parties/wallet.ts). */
const WITH_TOKENS: Pick<Fault, 'callers' | 'maxLogins' | 'store'> = {
  callers: 'tokens',
  maxLogins: () => 1,
  store: 'sqlite',
};
/** For those whose token is refused, whatever they ask for. */
const REFUSED: Pick<Fault, 'hits' | 'codes'> = {
  hits: ['platform', 'store'],
  codes: ['UNAUTHENTICATED', 'DOWNLOAD_401'],
};
/** Within so many seconds a server asks once for a key that it does not know; and once within so many while nobody answers. */
const ASKS_EVERY = { unknown: 30, away: 5 };
/** A run takes longer than its fault by at most so much: the load before it and after it. */
const REST_SECONDS = 120;

/** Faults of the tokens that callers send, and of whoever issues them. */
export const tokenFaults: readonly Fault[] = [
  {
    name: 'keys-gone',
    title: 'callers send bearer tokens, whose issuer is away: it resets each connection, then answers 503',
    ...WITH_TOKENS,
    hits: [],
    codes: [],
    recoverySeconds: 1,
    check: findAsks,
    begin(world, seconds) {
      const issuer = issuerOf(world);
      issuer.goAway('reset');
      const changing = pause((seconds / 2) * 1_000).then(() => issuer.goAway(503));
      return Promise.resolve(async () => {
        await changing;
        issuer.comeBack();
      });
    },
  },
  {
    name: 'key-rotated',
    title: 'the issuer publishes a second key, and signs tokens with it half a minute later',
    ...WITH_TOKENS,
    hits: [],
    codes: [],
    recoverySeconds: 1,
    check: findAsks,
    async begin(world) {
      const issuer = issuerOf(world);
      issuer.publish();
      await pause(ASKS_EVERY.unknown * 1_000);
      issuer.signWithNewest();
      return () => Promise.resolve();
    },
  },
  {
    name: 'key-changed',
    title: 'the issuer changes its key, then does so again, and signs with each at once',
    ...WITH_TOKENS,
    ...REFUSED,
    recoverySeconds: ASKS_EVERY.unknown + 1,
    check: findAsks,
    begin(world, seconds) {
      const issuer = issuerOf(world);
      const change = (): void => {
        issuer.publish();
        issuer.signWithNewest();
      };
      change();
      const changing = pause((seconds / 2) * 1_000).then(change);
      return Promise.resolve(() => changing);
    },
  },
  {
    name: 'tokens-end',
    title: 'tokens end after two to three seconds, and are sent for three and a half',
    ...WITH_TOKENS,
    ...REFUSED,
    recoverySeconds: 4,
    begin(world) {
      const issuer = issuerOf(world);
      const usual = issuer.habits;
      issuer.habits = { lifetimeMs: 2_000, usedForMs: 3_500 };
      return Promise.resolve(() => {
        issuer.habits = usual;
        return Promise.resolve();
      });
    },
  },
];

function issuerOf({ issuer }: Pick<World, 'issuer'>): SoakIssuer {
  if (issuer === null) throw new Error('This fault needs an issuer of tokens.');
  return issuer;
}

/** Whoever makes up keys must not have the server ask for them all the time. */
function findAsks({ world, seconds }: Seen): Promise<string[]> {
  const asked = issuerOf(world).asked();
  const most = 2 + Math.ceil((seconds + REST_SECONDS) / ASKS_EVERY.unknown + seconds / ASKS_EVERY.away);
  return Promise.resolve(
    asked > most ? [`the issuer was asked for its keys ${asked} times, at most ${most} are right`] : [],
  );
}
