import { sendRaw, type RawRequest } from '../raw-request.ts';
import type { World } from './world.ts';

/** An answer as far as two lanes have to agree: all but what every answer has of its own. */
export interface LaneAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

export interface Lanes {
  /**
   * The answers to a request whose query nobody sent before: by Yoga, then again, where the operation is known; and the answer
   * to it where others were answered before.
   */
  answers(make: (query: string) => RawRequest): Promise<{ first: LaneAnswer; again: LaneAnswer; warmed: LaneAnswer }>;
}

const OWN = [/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, /"milliseconds":\d+/g, /# \d{6}/g];

/** Sends requests down both lanes; each query is a text of its own, by a comment before it. */
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
