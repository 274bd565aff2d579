import { pause } from '../time.ts';
import type { World } from '../world/world.ts';
import type { Fault } from './fault.ts';
import { repeatedly } from './repeatedly.ts';

const REPLICAS = 3;
/** For operations in progress on a killed server, and for keys that it had locked. load/parties/excuse-cuts.ts checks the time. */
const CUT_OFF = ['CONNECTION_BROKEN', 'STREAM_CUT_OFF', 'IDEMPOTENCY_UNCERTAIN', 'OPERATION_TIMEOUT'];
const DOWN_MS = 2_000;
const UP_MS = 4_000;

/** Faults of servers that share a PostgreSQL behind one address. */
export const replicaFaults: readonly Fault[] = [
  {
    name: 'replica-killed',
    title: 'two of three servers are killed in turn',
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
        // Never the first one: it is measured.
        await killFor(replicas, 1 + (turn % (REPLICAS - 1)));
      };
      return Promise.resolve(repeatedly(UP_MS, killOne));
    },
  },
  {
    name: 'password-wrong',
    title: 'the password of three servers is wrong',
    hits: ['platform', 'store'],
    codes: [
      'SIGN_IN_REFUSED',
      'UPSTREAM_UNAVAILABLE',
      ...CUT_OFF,
      'UnifiedWebService.INPUT_INVALID.Credentials.Invalid',
    ],
    recoverySeconds: 5,
    // One per server at its start and one after the reset, one for the restarted server, and the two that are rejected.
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
