// A file of its own: every route uses these types, and only the platform looks routes up.
import type { Call } from './call.ts';
import type { Reply } from './reply.ts';

export type Handler = (call: Call) => Reply | Promise<Reply>;
/** Handlers by path and method. */
export type Routes = ReadonlyMap<string, Readonly<Partial<Record<string, Handler>>>>;

/** `path` means that the path exists, but not with this method. */
export type Match =
  { found: 'handler'; handler: Handler } | { found: 'path'; allowedMethods: string } | { found: 'nothing' };

/** Finds the handler of a path and method. Both must match exactly. */
export function matchRoute(routes: Routes, path: string, method: string): Match {
  const methods = routes.get(path);
  if (methods === undefined) return { found: 'nothing' };
  const handler = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (handler === undefined) return { found: 'path', allowedMethods: Object.keys(methods).join(', ') };
  return { found: 'handler', handler };
}
