import { createRandom } from '../../../src/simulator/random.ts';
import { nowMs, pause } from '../time.ts';
import type { Operation } from './operations/operation.ts';
import { failure, type Checked, type Outcome } from './outcome.ts';
import { Hang, Unanswered } from './unanswered.ts';

/** Load that does not wait for responses: operations start at a steady rate, however many are in progress. */
export interface OpenLoop {
  outcomes(): readonly Outcome[];
  /** All operations that started before this moment have ended. */
  settledUntilMs(): number;
  /** Starts no more operations, and resolves when all have ended. */
  drain(): Promise<void>;
}

export interface OpenLoopOptions {
  readonly operations: readonly Operation[];
  /** Operations per second. */
  readonly rate: number;
  readonly seed: number;
}

export function startOpenLoop({ operations, rate, seed }: OpenLoopOptions): OpenLoop {
  const random = createRandom(seed);
  const outcomes: Outcome[] = [];
  const weights = operations.reduce((sum, { weight }) => sum + weight, 0);
  const beganAtMs = nowMs();
  let begun = 0;
  const underWay = new Set<number>();
  let isOver = false;

  const draw = (): Operation | undefined => {
    let rest = random.fraction() * weights;
    return operations.find(({ weight }) => (rest -= weight) < 0) ?? operations.at(-1);
  };
  const begin = (): void => {
    const operation = draw();
    if (operation === undefined) return;
    begun += 1;
    const startedAtMs = nowMs();
    underWay.add(startedAtMs);
    void runOne(operation).then((outcome) => {
      outcomes.push(outcome);
      underWay.delete(startedAtMs);
    });
  };
  const arrive = async (): Promise<void> => {
    while (!isOver) {
      while (begun < ((nowMs() - beganAtMs) / 1_000) * rate) begin();
      await pause(1_000 / rate);
    }
  };
  const arriving = arrive();

  return {
    outcomes: () => outcomes,
    settledUntilMs: () => Math.min(nowMs(), ...underWay),
    async drain() {
      isOver = true;
      await arriving;
      while (underWay.size > 0) await pause(50);
    },
  };
}

/** Runs an operation once. An error that it throws becomes an outcome. */
export async function runOne(operation: Operation): Promise<Outcome> {
  const startedAtMs = nowMs();
  const checked = await operation.run().catch(toChecked);
  return { operation: operation.name, startedAtMs, tookMs: nowMs() - startedAtMs, ...checked };
}

function toChecked(error: unknown): Checked {
  if (error instanceof Hang) return { verdict: 'hang', codes: [], detail: error.message };
  if (error instanceof Unanswered) return { ...failure(['CONNECTION_BROKEN']), detail: error.message };
  return { verdict: 'wrong', codes: [], detail: String(error) };
}
