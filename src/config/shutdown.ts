import { z } from 'zod';
import { operationTimeout } from './limits.ts';
import { int, requiredInt, withRules, type MaybeInvalid, type RuleFault } from './values.ts';

const DEFAULT_SECONDS = 60;
const MAX_SECONDS = 3_600;

const Variables = z.object({
  SHUTDOWN_DELAY_SECONDS: int(5, 0, 300).describe(
    'How long requests are still accepted after SIGTERM, in seconds, so that load balancers notice',
  ),
  SHUTDOWN_SECONDS: requiredInt(1, MAX_SECONDS).optional().meta({
    description: 'How long requests in progress may take after that, in seconds; not less than `OPERATION_TIMEOUT_MS`',
    unset: '`60`',
  }),
  // If it is not valid, the limits report it.
  OPERATION_TIMEOUT_MS: operationTimeout.catch(1),
});
type Env = z.output<typeof Variables>;

/** How the server stops. */
export const Shutdown = withRules(Variables, findFaults).transform((env) => ({
  /** How long requests are still accepted after the signal to stop, so that load balancers notice. */
  shutdownDelayMs: env.SHUTDOWN_DELAY_SECONDS * 1_000,
  /** How long requests in progress may take after that: no less than the longest operation. */
  shutdownMs: (env.SHUTDOWN_SECONDS ?? Math.max(DEFAULT_SECONDS, toSeconds(env.OPERATION_TIMEOUT_MS))) * 1_000,
}));

function findFaults({ SHUTDOWN_SECONDS: seconds, OPERATION_TIMEOUT_MS: operationMs }: MaybeInvalid<Env>): RuleFault[] {
  const minSeconds = toSeconds(Number(operationMs));
  if (typeof seconds !== 'number' || seconds < 1 || seconds >= minSeconds) return [];
  return [
    ['SHUTDOWN_SECONDS', `Set it to ${minSeconds} or more, the time of an operation, or lower OPERATION_TIMEOUT_MS.`],
  ];
}

function toSeconds(milliseconds: number): number {
  return Math.ceil(milliseconds / 1_000);
}
