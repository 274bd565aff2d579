import type { RawRequest } from './raw-request.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };

/** The parameters of a GraphQL request, of any type. */
export type Params = Readonly<Record<string, unknown>>;

const post = (params: Params): RawRequest => ({ headers: JSON_TYPE, body: JSON.stringify(params) });
const get = (params: Params): RawRequest => {
  const texts = Object.entries(params).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const search = new URLSearchParams(Object.fromEntries(texts) as Record<string, string>);
  return { method: 'GET', path: `/graphql?${search.toString()}`, headers: { 'Apollo-Require-Preflight': 'true' } };
};

/** The ways in which a request can be sent: the fast lane answers the first, Yoga the others. */
export const LANES = {
  'a POST': post,
  // The fast lane answers nothing with a query in its URL.
  'a POST to another URL': (params: Params): RawRequest => ({ ...post(params), path: '/graphql?other' }),
  'a GET': get,
};
