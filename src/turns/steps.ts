import { untilCallersTurn } from './callers-turn.ts';

/** Work in steps: it yields where it may pause. */
export type Steps<T> = Generator<undefined, T>;

/** Does all steps at once. */
export function run<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Does each step in a turn of the caller for whom it is. Rejects with what a step throws. */
export async function runInTurns<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await untilCallersTurn();
  }
}
