import { pause } from '../time.ts';
import type { World } from '../world/world.ts';
import type { Fault } from './fault.ts';
import { repeatedly } from './repeatedly.ts';

const REPLICAS = 3;
/** What was under way on a server that was killed, and keys whose holder died; load/parties/excuse-cuts.ts judges when. */
const CUT_OFF = ['CONNECTION_BROKEN', 'STREAM_CUT_OFF', 'IDEMPOTENCY_UNCERTAIN', 'OPERATION_TIMEOUT'];
const DOWN_MS = 2_000;
const UP_MS = 4_000;

/** Faults of servers that share a PostgreSQL, behind one address. */
export const replicaFaults: readonly Fault[] = [
  {
    name: 'replica-killed',
    title: 'of three servers on one PostgreSQL, two in turns are killed and started again two seconds later',
    hits: ['platform', 'store'],
    codes: CUT_OFF,
    recoverySeconds: 3,
    maxLogins: (seconds) => REPLICAS + Math.ceil((seconds * 1_000) / (DOWN_MS + UP_MS)),
    store: 'postgres',
    replicas: REPLICAS,
    begin({ replicas }) {
      let turn = 0;
      const killOne = async (): Promise<void> => {
        turn += 1;
        // The first one is measured.
        await killFor(replicas, 1 + (turn % (REPLICAS - 1)));
      };
      return Promise.resolve(repeatedly(UP_MS, killOne));
    },
  },
  {
    name: 'password-wrong',
    title:
      'all sessions end, and the password of three servers is wrong; one of them is killed and started again; in the end the password is right, and sign-in is re-armed',
    hits: ['platform', 'store'],
    codes: [
      'SIGN_IN_REFUSED',
      'UPSTREAM_UNAVAILABLE',
      ...CUT_OFF,
      'UnifiedWebService.INPUT_INVALID.Credentials.Invalid',
    ],
    recoverySeconds: 5,
    // Each at its start and after its end, one again after it was killed, and the two that are refused.
    maxLogins: () => REPLICAS * 2 + 1 + 2,
    store: 'postgres',
    replicas: REPLICAS,
    async begin({ simulator, replicas, resetSignIn }, seconds) {
      await simulator.changePassword('Changed.By-Someone-1');
      await simulator.expire('session');
      const killing = pause((seconds / 2) * 1_000).then(() => killFor(replicas, 1));
      return async () => {
        await killing;
        await simulator.changePassword(null);
        await resetSignIn();
      };
    },
  },
];

async function killFor({ kill, start }: World['replicas'], index: number): Promise<void> {
  await kill(index);
  await pause(DOWN_MS);
  await start(index);
}
