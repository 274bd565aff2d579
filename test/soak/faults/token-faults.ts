import { pause } from '../time.ts';
import type { SoakIssuer } from '../world/issuer.ts';
import type { World } from '../world/world.ts';
import type { Fault, Seen } from './fault.ts';

/** What all faults of bearer tokens have in common. load/parties/wallet.ts checks the response to each token. */
const WITH_TOKENS: Pick<Fault, 'callers' | 'maxLogins' | 'store'> = {
  callers: 'tokens',
  maxLogins: () => 1,
  store: 'sqlite',
};
/** Callers whose token is rejected get these codes, whatever they request. */
const REJECTED: Pick<Fault, 'hits' | 'codes'> = {
  hits: ['platform', 'store'],
  codes: ['UNAUTHENTICATED', 'DOWNLOAD_401'],
};
/** Seconds between two fetches of the keys: for an unknown key, and while the issuer is down. */
const FETCH_SECONDS = { unknown: 30, down: 5 };
/** Maximum duration of the load before and after a fault. */
const REST_SECONDS = 120;

/** Faults of the callers' tokens and of their issuer. */
export const tokenFaults: readonly Fault[] = [
  {
    name: 'keys-gone',
    title: 'the token issuer resets every connection, then returns 503',
    ...WITH_TOKENS,
    hits: [],
    codes: [],
    recoverySeconds: 1,
    check: checkFetches,
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
    title: 'a new key is published, and signs tokens 30 s later',
    ...WITH_TOKENS,
    hits: [],
    codes: [],
    recoverySeconds: 1,
    check: checkFetches,
    async begin(world) {
      const issuer = issuerOf(world);
      issuer.publish();
      await pause(FETCH_SECONDS.unknown * 1_000);
      issuer.signWithNewest();
      return () => Promise.resolve();
    },
  },
  {
    name: 'key-changed',
    title: 'a new key is published and signs at once; then again',
    ...WITH_TOKENS,
    ...REJECTED,
    recoverySeconds: FETCH_SECONDS.unknown + 1,
    check: checkFetches,
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
    title: 'tokens expire after 2 to 3 s, and are sent for 3.5 s',
    ...WITH_TOKENS,
    ...REJECTED,
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

/** Checks that unknown keys do not make the server fetch the keys all the time. */
function checkFetches({ world, seconds }: Seen): Promise<string[]> {
  const asked = issuerOf(world).asked();
  const max = 2 + Math.ceil((seconds + REST_SECONDS) / FETCH_SECONDS.unknown + seconds / FETCH_SECONDS.down);
  return Promise.resolve(asked > max ? [`the keys were fetched ${asked} times, limit ${max}`] : []);
}
