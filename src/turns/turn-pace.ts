import { untilCallersTurn } from './callers-turn.ts';

/** Spreads work over turns of the event loop: returns null if there is room for it in this one, else a promise that resolves when there is. */
export type TurnPace = (work: number) => Promise<void> | null;

/** Creates a pace of so much work in a turn, or one piece that is larger. Whoever waits first goes on first. */
export function createTurnPace(workPerTurn: number): TurnPace {
  let done = 0;
  let nextTurn: Promise<void> | null = null;
  const wait = async (work: number): Promise<void> => {
    while (done >= workPerTurn) {
      nextTurn ??= untilCallersTurn().then(() => {
        done = 0;
        nextTurn = null;
      });
      await nextTurn;
    }
    done += work;
  };
  return (work) => {
    if (done >= workPerTurn) return wait(work);
    done += work;
    return null;
  };
}
