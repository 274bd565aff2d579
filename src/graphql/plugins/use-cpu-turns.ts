// A file of its own: only servers that limit CPU time have this plugin.
import type { IncomingMessage } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { toCpuShareUsedUp, type TakeCpuTurn } from '../../http/cpu-share.ts';
import { toFetchErrorResponse } from '../../http/error-response.ts';

/** Lets a request wait for its caller's turn before it is parsed, and rejects it if the caller has used up its CPU time by then. */
export function useCpuTurns(
  takeCpuTurn: TakeCpuTurn,
  principalOf: (request: IncomingMessage) => string,
): Plugin<object, { readonly req: IncomingMessage }> {
  return {
    async onRequestParse({ request, serverContext, fetchAPI, endResponse }) {
      const waitMs = await takeCpuTurn(principalOf(serverContext.req));
      if (waitMs > 0) endResponse(toFetchErrorResponse(toCpuShareUsedUp(waitMs), request, fetchAPI));
    },
  };
}
