import type { ServerResponse } from 'node:http';

/** Responses that come and go with every request. */
export interface ResponseList {
  add(response: ServerResponse): void;
  /** Removes a response that was added and is not removed yet. */
  remove(response: ServerResponse): void;
  count(): number;
  forEach(call: (response: ServerResponse) => void): void;
}

const POSITION = Symbol('position');

interface Listed extends ServerResponse {
  [POSITION]?: number;
}

/**
 * Creates an empty list. A Set would do the same, but each table that it outgrows would hold its responses, and what they lead to, until the
 * next major garbage collection: that doubled the memory that outlives a request.
 */
export function createResponseList(): ResponseList {
  const list: Listed[] = [];
  return {
    add(response: Listed) {
      response[POSITION] = list.length;
      list.push(response);
    },
    remove(response: Listed) {
      const last = list.pop();
      if (last === undefined || last === response) return;
      const position = response[POSITION] ?? 0;
      last[POSITION] = position;
      list[position] = last;
    },
    count: () => list.length,
    forEach(call) {
      for (const response of [...list]) call(response);
    },
  };
}
