import { fc } from '../fast-check.ts';

/** The number of bodies per target: as many as a normal run has time for, or FUZZ_BODIES (`npm run fuzz`). */
export const BODIES = Number(process.env['FUZZ_BODIES'] ?? 1_000);

/** Enough time for that many bodies on a busy machine, and for shrinking a counterexample. */
export const FUZZ_TIMEOUT_MS = 60_000 + BODIES * 60;

/** Checks this share of BODIES. A failure names its seed and the smallest body that fails. */
export function holdsFor<T>(bodies: fc.Arbitrary<T>, check: (body: T) => Promise<void>, share = 1): Promise<void> {
  return fc.assert(fc.asyncProperty(bodies, check), { numRuns: Math.ceil(BODIES * share) });
}
