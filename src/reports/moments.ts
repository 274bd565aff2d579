/** A moment of an operation at which its resolvers ask together: what they ask of a loader then goes into the same calls. */
export interface Moment {
  readonly after: Moment | null;
  /** Whose answers make it; null where no loader does. */
  readonly loader: LoaderName | null;
  /** At how many moments at most, one after the other, where no loader makes it. */
  readonly times: number;
}

export type LoaderName = 'sessions' | 'usage' | 'accounts';

/** The moments of one operation. */
export interface Moments {
  /** At which a query begins. */
  readonly start: Moment;
  later(after: Moment, times: number): Moment;
  /** The moment at which a loader has answered all that it was asked at another. */
  answered(asked: Moment, loader: LoaderName): Moment;
  /** At how many moments what belongs to one may happen; Infinity where each device of it may come at its own. */
  countTicks(moment: Moment): number;
}

/**
 * A loader answers all that it was asked at a moment at once, except what it was asked before and has not answered yet: that comes
 * at another moment than the rest. Where that may be, nothing is certain of what follows.
 */
export function createMoments(): Moments {
  const start: Moment = { after: null, loader: null, times: 1 };
  const answers: Readonly<Record<LoaderName, Map<Moment, Moment>>> = {
    sessions: new Map(),
    usage: new Map(),
    accounts: new Map(),
  };
  const countTicks = ({ after, loader, times }: Moment): number => {
    if (after === null) return times;
    const before = countTicks(after);
    if (loader === null) return before * times;
    const mayWaitForOthers = Array.from(answers[loader]).some(
      ([asked, answer]) => asked !== after && !isAfter(asked, after) && answer !== after && !isAfter(after, answer),
    );
    return before === 1 && !mayWaitForOthers ? 1 : Infinity;
  };
  return {
    start,
    later: (after, times) => ({ after, loader: null, times }),
    answered(asked, loader) {
      const answer = answers[loader].get(asked) ?? { after: asked, loader, times: 1 };
      answers[loader].set(asked, answer);
      return answer;
    },
    countTicks,
  };
}

function isAfter({ after }: Moment, before: Moment): boolean {
  return after !== null && (after === before || isAfter(after, before));
}
