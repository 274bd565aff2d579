import type { Respond } from './recording-platform.ts';

/** Answers that a platform keeps back until the test lets them go. */
export interface HeldAnswers {
  /** Answers the same, but not before it is let go. */
  hold(respond: Respond): Respond;
  /** How many are kept back now. */
  count(): number;
  /** Lets go the one that is kept back longest; throws where there is none. */
  letOneGo(): void;
  letAllGo(): void;
}

export function createHeldAnswers(): HeldAnswers {
  const held: (() => void)[] = [];
  return {
    hold: (respond) => (response, request) => void held.push(() => respond(response, request)),
    count: () => held.length,
    letOneGo() {
      const respond = held.shift();
      if (respond === undefined) throw new Error('No answer is kept back.');
      respond();
    },
    letAllGo() {
      for (const respond of held.splice(0)) respond();
    },
  };
}
