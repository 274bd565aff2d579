// A file of its own: the platform and the admin API look up their routes in the same way.
import type { Call } from './call.ts';
import type { Reply } from './reply.ts';

export type Handler = (call: Call) => Reply | Promise<Reply>;
/** Handlers by path and method. */
export type Routes<H = Handler> = ReadonlyMap<string, Readonly<Partial<Record<string, H>>>>;

/** `path` means that the path exists, but not with this method. */
export type Match<H> =
  { found: 'handler'; handler: H } | { found: 'path'; allowedMethods: string } | { found: 'nothing' };

/** Finds the handler of a path and method. Both must match exactly. */
export function matchRoute<H>(routes: Routes<H>, path: string, method: string): Match<H> {
  const methods = routes.get(path);
  if (methods === undefined) return { found: 'nothing' };
  const handler = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (handler === undefined) return { found: 'path', allowedMethods: Object.keys(methods).join(', ') };
  return { found: 'handler', handler };
}
