// A file of its own: only servers that limit CPU time have this plugin.
import type { IncomingMessage } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { toCpuShareUsedUp } from '../../http/cpu-share.ts';
import { toFetchErrorResponse } from '../../http/error-response.ts';

/**
 * Rejects a request before its body is parsed if its caller has used up its CPU time since the request was admitted. `waitMs` returns in
 * how many milliseconds the caller may use the CPU again.
 */
export function useCpuShare(
  waitMs: (request: IncomingMessage) => number,
): Plugin<object, { readonly req: IncomingMessage }> {
  return {
    onRequestParse({ request, serverContext, fetchAPI, endResponse }) {
      const leftMs = waitMs(serverContext.req);
      if (leftMs > 0) endResponse(toFetchErrorResponse(toCpuShareUsedUp(leftMs), request, fetchAPI));
    },
  };
}
