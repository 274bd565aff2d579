import { isSampled } from './trace-context.ts';
import type { SpanIds } from './traces.ts';

/** The samplers of OTEL_TRACES_SAMPLER that need nothing but a ratio. */
export type SamplerName =
  | 'always_on'
  | 'always_off'
  | 'traceidratio'
  | 'parentbased_always_on'
  | 'parentbased_always_off'
  | 'parentbased_traceidratio';

/** A trace that begins here, or goes on here. */
export interface TraceStart {
  readonly isSampled: boolean;
  /** Its id. Written at the first call: most traces are not recorded, and no call to the platform needs their ids. */
  readonly traceId: () => string;
}

export interface SamplingOptions {
  readonly sampler: SamplerName;
  /** From 0 to 1. */
  readonly ratio: number;
  /** A number from 0 to just below 1. */
  readonly random: () => number;
}

const PARENT_BASED = 'parentbased_';
const WORD = 2 ** 32;

/**
 * Creates the function that decides which traces are recorded, with the results of the SDK's samplers. These would have to be asked by
 * starting a span, which costs much more than the decision.
 */
export function createStartTrace({ sampler, ratio, random }: SamplingOptions): (parent: SpanIds | null) => TraceStart {
  const followsParent = sampler.startsWith(PARENT_BASED);
  const root = sampler.replace(PARENT_BASED, '');
  const share = root === 'always_on' ? 1 : root === 'always_off' ? 0 : ratio;
  const bound = share === 1 ? WORD : Math.floor(share * (WORD - 1));
  return (parent) => {
    if (parent !== null) {
      const { traceId } = parent;
      return {
        isSampled: followsParent ? isSampled(parent) : foldId(traceId) < bound,
        traceId: () => traceId,
      };
    }
    const [one, two, three, four] = [toWord(random), toWord(random), toWord(random), toWord(random)];
    return {
      isSampled: (one ^ two ^ three ^ four) >>> 0 < bound,
      traceId: () => `${toHex(one)}${toHex(two)}${toHex(three)}${toHex(four)}`,
    };
  };
}

/** A new id of a span. */
export function createSpanId(random: SamplingOptions['random']): string {
  return `${toHex(toWord(random))}${toHex(toWord(random))}`;
}

/** Never 0, because ids of zeros are not valid. */
function toWord(random: () => number): number {
  return 1 + Math.floor(random() * (WORD - 1));
}

function toHex(word: number): string {
  return word.toString(16).padStart(8, '0');
}

/** The number that the ratio decides by. */
function foldId(traceId: string): number {
  let folded = 0;
  for (let at = 0; at < traceId.length; at += 8) folded ^= parseInt(traceId.slice(at, at + 8), 16);
  return folded >>> 0;
}
