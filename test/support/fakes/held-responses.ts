import type { Respond } from './recording-platform.ts';

/** Responses that a platform holds back until the test releases them. */
export interface HeldAnswers {
  /** Responds in the same way, but only after the release. */
  hold(respond: Respond): Respond;
  /** The number of responses that are held back now. */
  count(): number;
  /** Releases the oldest one. Throws if there is none. */
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
      if (respond === undefined) throw new Error('No response is held back.');
      respond();
    },
    letAllGo() {
      for (const respond of held.splice(0)) respond();
    },
  };
}
