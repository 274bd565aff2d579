import type { RequestListener } from 'node:http';
import { sendText } from './text-response.ts';

export interface Routes {
  /** What answers the paths that begin so. */
  readonly beginning: Readonly<Record<string, RequestListener>>;
  /** What answers a path, with a slash or a query behind it or without. */
  readonly at: Readonly<Record<string, RequestListener>>;
}

/** Gives each request to whom its path belongs; a path that nobody claims gets a 404 that names those that are there. */
export function createRoutes({ beginning, at }: Routes): RequestListener {
  const exact = new Map(Object.entries(at));
  const beginnings = Object.entries(beginning);
  const paths = [...exact.keys()].join(' and ');
  const respondNotFound: RequestListener = (_, response) =>
    sendText(response, { status: 404, text: `There is nothing here. There is something at ${paths}.` });

  return (request, response) => {
    const url = request.url ?? '';
    const listener =
      exact.get(url) ??
      beginnings.find(([start]) => url.startsWith(start))?.[1] ??
      exact.get(url.replace(/\/?(?:\?.*)?$/, '')) ??
      respondNotFound;
    listener(request, response);
  };
}
