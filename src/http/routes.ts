import type { RequestListener } from 'node:http';
import { sendText } from './text-response.ts';

/** The listeners of a server, by path. */
export interface Routes {
  /** Listeners of all paths that begin with the key. */
  readonly beginning: Readonly<Record<string, RequestListener>>;
  /** Listeners of exactly this path, with or without a slash or a query after it. */
  readonly at: Readonly<Record<string, RequestListener>>;
}

/** Passes each request to the listener of its path. Any other path gets a 404 that names the exact paths. */
export function createRoutes({ beginning, at }: Routes): RequestListener {
  const exact = new Map(Object.entries(at));
  const beginnings = Object.entries(beginning);
  const paths = [...exact.keys()].join(', ');
  const respondNotFound: RequestListener = (_, response) =>
    sendText(response, { status: 404, text: `There is nothing at this path. This server has these: ${paths}` });

  return (request, response) => {
    const url = request.url ?? '';
    const listener =
      exact.get(url) ??
      beginnings.find(([start]) => url.startsWith(start))?.[1] ??
      exact.get(url.replace(/\/?(?:\?.*)?$/, '') || '/') ??
      respondNotFound;
    listener(request, response);
  };
}
