import type { IncomingMessage } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { OperationContext } from '../../context.ts';
import { isFinal } from '../../domain/freshness.ts';
import { isKnown, toEntityTag } from '../../http/entity-tag.ts';
import { joinVary } from '../../http/vary.ts';

interface Exchange {
  readonly req: IncomingMessage;
}

interface ExecutionResultEvent {
  readonly result: ExecutionResult | AsyncIterable<unknown> | undefined;
  /** A request that was rejected before has no operation. */
  readonly context: Exchange & Partial<Pick<OperationContext, 'operation'>>;
}

/** A client may show settled usage for this long without asking again. */
const MAX_AGE_SECONDS = 3_600;
const OF_SETTLED = `private, max-age=${MAX_AGE_SECONDS}`;
/** The client may store the response, but has to ask each time whether it is still right. */
const OF_OTHERS = 'private, no-cache';
/**
 * What a response depends on besides its URL. A browser can be used with one token after another, or behind a gateway that makes them from
 * cookies.
 */
const VARY = 'Accept, Accept-Encoding, Authorization, Cookie, VZ-M2M-Token';

/**
 * Lets the clients of queries by GET store responses without errors: those that contain nothing but settled reports for an hour, others
 * as long as they ask each time. Sends 304 if the client already has the response. Everything else keeps `no-store`.
 */
export function useCacheHeaders(): Plugin<object, Exchange> {
  const policies = new WeakMap<IncomingMessage, string>();
  return {
    onExecutionResult({ result, context: { req, operation } }: ExecutionResultEvent) {
      if (req.method !== 'GET' || operation === undefined || result === undefined || !isComplete(result)) return;
      const isSettled = isFinal(operation.loaded) && operation.warnings.length === 0;
      policies.set(req, isSettled ? OF_SETTLED : OF_OTHERS);
    },
    async onResponse({ request, response, setResponse, fetchAPI, serverContext: { req } }) {
      const policy = policies.get(req);
      if (policy === undefined || response.status !== 200) return;
      const body = await response.text();
      const tag = toEntityTag(body);
      const headers = {
        'content-type': response.headers.get('content-type') ?? '',
        'cache-control': policy,
        etag: tag,
        vary: joinVary(response.headers.get('vary'), VARY),
      };
      const isUnchanged = isKnown(request.headers.get('if-none-match'), tag);
      setResponse(
        isUnchanged
          ? new fetchAPI.Response(null, { status: 304, headers })
          : new fetchAPI.Response(body, { status: 200, headers }),
      );
    },
  };
}

/** Whether a result is one response with data and without errors. */
function isComplete(result: ExecutionResult | AsyncIterable<unknown>): boolean {
  return !(Symbol.asyncIterator in result) && result.data != null && result.errors === undefined;
}
