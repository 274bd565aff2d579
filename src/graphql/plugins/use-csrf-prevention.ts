import type { Plugin } from 'graphql-yoga';
import { toFetchErrorResponse, type ErrorResponse } from '../../http/error-response.ts';

/**
 * Headers that a page of another site cannot send without a CORS preflight, and this server allows none. One of them is enough.
 */
const PREFLIGHT_HEADERS = [
  'apollo-require-preflight',
  'graphql-require-preflight',
  'x-apollo-operation-name',
  'x-graphql-yoga-csrf',
];

/** No form or page of another site can send one of these without a preflight. */
const MEDIA_TYPES = ['application/json', 'application/graphql+json', 'application/graphql'];

/**
 * Rejects what a page of another site could make a browser send: a GET without one of the headers above, and a body that is not
 * declared as GraphQL or JSON. The fast lane accepts nothing but a POST of JSON, so it needs no such check.
 */
export function useCsrfPrevention(): Plugin {
  return {
    onRequestParse({ request, fetchAPI, endResponse }) {
      const error = check(request.method, request.headers);
      if (error !== null) endResponse(toFetchErrorResponse(error, fetchAPI));
    },
  };
}

function check(method: string, headers: Pick<Headers, 'get'>): ErrorResponse | null {
  if (method === 'GET')
    return PREFLIGHT_HEADERS.some((name) => (headers.get(name) ?? '') !== '') ? null : HEADER_MISSING;
  if (method !== 'POST') return null;
  const type = headers.get('content-type')?.split(',', 1)[0] ?? '';
  return MEDIA_TYPES.some((each) => type === each || type.startsWith(`${each};`)) ? null : WRONG_TYPE;
}

const HEADER_MISSING: ErrorResponse = {
  status: 403,
  code: 'CSRF_HEADER_MISSING',
  message:
    'A page of another site could have sent this GET. Send it with the header "apollo-require-preflight: true", or send a POST with JSON.',
};
const WRONG_TYPE: ErrorResponse = {
  status: 415,
  code: 'UNSUPPORTED_MEDIA_TYPE',
  message:
    'Send operations by POST with "Content-Type: application/json" and a body such as {"query": "{ __typename }"}.',
  headers: { 'Accept-Post': 'application/json' },
};
