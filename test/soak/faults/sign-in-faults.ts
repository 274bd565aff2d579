import { LOGIN_PATH, TOKEN_PATH } from '../world/simulator.ts';
import type { Fault } from './fault.ts';
import { beginAll } from './platform-faults.ts';
import { repeatedly } from './repeatedly.ts';

/** What is expected while sign-in fails, whichever of its calls fails. */
const WITHOUT_SIGN_IN: Omit<Fault, 'name' | 'title' | 'begin'> = {
  hits: ['platform'],
  codes: ['UPSTREAM_UNAVAILABLE', 'UPSTREAM_TIMEOUT', 'OPERATION_TIMEOUT', 'IDEMPOTENCY_UNCERTAIN'],
  recoverySeconds: 18,
  maxLogins: (seconds) => 12 + seconds / 4,
  store: 'sqlite',
};

/** Faults of sign-in and of its tokens. */
export const signInFaults: readonly Fault[] = [
  {
    name: 'sessions-expire',
    title: 'every session ends after 1 s',
    hits: ['platform'],
    codes: [
      'UPSTREAM_UNAUTHENTICATED',
      'UPSTREAM_UNAVAILABLE',
      'UnifiedWebService.REQUEST_FAILED.SessionToken.Expired',
    ],
    recoverySeconds: 7,
    maxLogins: (seconds) => 8 + seconds / 5,
    store: 'sqlite',
    begin: ({ simulator }) => Promise.resolve(repeatedly(1_000, () => simulator.expire('session'))),
  },
  {
    name: 'bearers-expire',
    title: 'every bearer token ends after 1 s',
    hits: ['platform'],
    codes: ['UPSTREAM_UNAUTHENTICATED', 'UPSTREAM_UNAVAILABLE', '900901'],
    recoverySeconds: 7,
    maxLogins: () => 3,
    store: 'sqlite',
    begin: ({ simulator }) => Promise.resolve(repeatedly(1_000, () => simulator.expire('bearer'))),
  },
  {
    name: 'sign-in-down',
    title: 'all tokens end; token and login calls get 503 or a reset',
    ...WITHOUT_SIGN_IN,
    async begin(world) {
      const end = await beginAll(world, [
        { path: TOKEN_PATH, reset: true, probability: 0.5 },
        { path: TOKEN_PATH, status: 503, body: 'html' },
        { path: LOGIN_PATH, status: 503, body: 'html' },
      ]);
      await world.simulator.expire('all');
      return end;
    },
  },
  {
    name: 'logins-fail',
    title: 'all sessions end; tokens are issued, every login gets 503',
    ...WITHOUT_SIGN_IN,
    async begin(world) {
      const end = await beginAll(world, [{ path: LOGIN_PATH, status: 503, body: 'html' }]);
      await world.simulator.expire('session');
      return end;
    },
  },
];
