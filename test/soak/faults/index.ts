import { callerFaults } from './caller-faults.ts';
import { calm } from './calm.ts';
import { clockJumps } from './clock-jumps.ts';
import type { Fault } from './fault.ts';
import { platformFaults } from './platform-faults.ts';
import { replicaFaults } from './replica-faults.ts';
import { signInFaults } from './sign-in-faults.ts';
import { storeFaults } from './store-faults.ts';
import { tokenFaults } from './token-faults.ts';

export const FAULTS: readonly Fault[] = [
  calm,
  ...platformFaults,
  ...signInFaults,
  clockJumps,
  ...storeFaults,
  ...tokenFaults,
  ...callerFaults,
  ...replicaFaults,
];
