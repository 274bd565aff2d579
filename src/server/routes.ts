import type { RequestListener } from 'node:http';

export interface Routes {
  /** What answers the paths that begin so; a path that no entry claims goes to `others`. */
  readonly beginning: Readonly<Record<string, RequestListener>>;
  readonly others: RequestListener;
}

/** Gives each request to whom its path belongs. */
export function createRoutes({ beginning, others }: Routes): RequestListener {
  const entries = Object.entries(beginning);
  return (request, response) => {
    const url = request.url ?? '';
    const [, listener = others] = entries.find(([start]) => url.startsWith(start)) ?? [];
    listener(request, response);
  };
}
