import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { fc } from '../support/fast-check.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import { startTokenIssuer } from '../support/world/token-issuer.ts';
import { startWorld } from '../support/world/world.ts';
import { startHistory, type Base } from './state/history.ts';
import { STEPS, takeStep, type StepName } from './steps/index.ts';

/** The number of operations in all: enough for a change to be tried within three minutes, or TRUTH_OPERATIONS. */
const OPERATIONS = Number(process.env['TRUTH_OPERATIONS'] ?? 2_000);
const STEPS_PER_HISTORY = 50;
/** A difference is reported with the smallest history that was found until then. */
const MS_PER_OPERATION = 150;

/** Each name as often as its weight. A failing history is shrunk by replacing its steps by the first, which does nothing. */
const NAMES = Object.entries(STEPS).flatMap(([name, [weight]]) =>
  Array.from({ length: weight }, () => name as StepName),
);
const stepName = fc.noBias(fc.nat(NAMES.length - 1)).map((at) => NAMES[at] ?? 'nothing');
const step = fc.record({ name: stepName, seed: fc.noShrink(fc.noBias(fc.nat())) });
const steps = fc.tuple(...Array.from({ length: STEPS_PER_HISTORY }, () => step));

/**
 * A platform that answers from a fleet of sessions, a server in front of it, and an oracle that computes every answer from the
 * same fleet in its own way, from the descriptions of the schema. It shares no code with the server.
 */
describe('the ground truth', () => {
  let base: Base;

  beforeAll(async () => {
    base = { world: await startWorld(), issuer: await startTokenIssuer() };
  });

  afterAll(async () => {
    await base.world.close();
    await base.issuer.close();
  });

  test.each(['SQLite', 'PostgreSQL'] as const)(
    'is what every operation returns, on %s',
    async (kind) => {
      const numRuns = Math.ceil(OPERATIONS / 2 / STEPS_PER_HISTORY);
      await fc.assert(
        fc.asyncProperty(fc.noShrink(fc.nat()), steps, (seed, plan) => runHistory(base, kind, seed, plan)),
        { numRuns, interruptAfterTimeLimit: OPERATIONS * MS_PER_OPERATION, markInterruptAsFailure: true },
      );
    },
    OPERATIONS * MS_PER_OPERATION + 60_000,
  );
});

async function runHistory(
  base: Base,
  kind: 'SQLite' | 'PostgreSQL',
  seed: number,
  plan: readonly { readonly name: StepName; readonly seed: number }[],
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'truth-'));
  const databaseUrl = kind === 'PostgreSQL' ? await createDatabase() : null;
  const history = await startHistory(base, { seed, databaseUrl, dataDir: path.join(folder, 'data') });
  try {
    for (const { name, seed: stepSeed } of plan) await takeStep(history, name, stepSeed);
  } finally {
    await history.close();
    await rm(folder, { recursive: true, force: true });
  }
}
