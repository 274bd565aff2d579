import fc from 'fast-check';

/** How many bodies a target gets: what an ordinary run has time for, or as many as FUZZ_BODIES says (`npm run fuzz`). */
export const BODIES = Number(process.env['FUZZ_BODIES'] ?? 1_000);

/** Time for that many on a busy machine, and for making a counterexample smaller. */
export const FUZZ_TIMEOUT_MS = 60_000 + BODIES * 60;

/** What is replayed: FUZZ_SEED and FUZZ_PATH as a failed run has printed them. */
const REPLAYED = {
  ...(process.env['FUZZ_SEED'] === undefined ? {} : { seed: Number(process.env['FUZZ_SEED']) }),
  ...(process.env['FUZZ_PATH'] === undefined ? {} : { path: process.env['FUZZ_PATH'] }),
};

/** Checks a share of the bodies; a failure names its seed, and the smallest body that fails. */
export function holdsFor<T>(bodies: fc.Arbitrary<T>, check: (body: T) => Promise<void>, share = 1): Promise<void> {
  return fc.assert(fc.asyncProperty(bodies, check), { numRuns: Math.ceil(BODIES * share), ...REPLAYED });
}
