import { fc } from '../fast-check.ts';

/** How many bodies a target gets: what an ordinary run has time for, or as many as FUZZ_BODIES says (`npm run fuzz`). */
export const BODIES = Number(process.env['FUZZ_BODIES'] ?? 1_000);

/** Time for that many on a busy machine, and for making a counterexample smaller. */
export const FUZZ_TIMEOUT_MS = 60_000 + BODIES * 60;

/** Checks a share of the bodies; a failure names its seed, and the smallest body that fails. */
export function holdsFor<T>(bodies: fc.Arbitrary<T>, check: (body: T) => Promise<void>, share = 1): Promise<void> {
  return fc.assert(fc.asyncProperty(bodies, check), { numRuns: Math.ceil(BODIES * share) });
}
