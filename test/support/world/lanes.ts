import { sendRaw, type RawRequest } from '../raw-request.ts';
import type { World } from './world.ts';

/** The part of a response on which both lanes must agree: everything except what is different in every response. */
export interface LaneAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

export interface Lanes {
  /**
   * The responses to a new query: from Yoga, then again, when the operation is prepared; and the first response to it after the
   * same query was sent in other requests.
   */
  answers(make: (query: string) => RawRequest): Promise<{ first: LaneAnswer; again: LaneAnswer; warmed: LaneAnswer }>;
}

const OWN = [/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, /"milliseconds":\d+/g, /# \d{6}/g];

/** Sends requests through both lanes. A comment in front makes each query a new text. */
export function createLanes(world: World, query: string, warmUp: readonly Record<string, unknown>[]): Lanes {
  const { origin } = new URL(world.url);
  let queries = 100_000;
  const newQuery = (): string => `# ${(queries += 1)}\n${query}`;
  const send = async (request: RawRequest): Promise<LaneAnswer> => {
    const { status, headers, body } = await sendRaw(origin, request);
    return { status, headers: { ...headers, date: null, 'content-length': null }, body: OWN.reduce(hide, body) };
  };
  return {
    async answers(make) {
      const cold = newQuery();
      const warm = newQuery();
      for (const more of warmUp) {
        const body = JSON.stringify({ query: warm, ...more });
        await send({ headers: { 'Content-Type': 'application/json' }, body });
      }
      return { first: await send(make(cold)), again: await send(make(cold)), warmed: await send(make(warm)) };
    },
  };
}

function hide(text: string, own: RegExp): string {
  return text.replace(own, '');
}
