import type { Plugin } from 'graphql-yoga';
import { toFetchErrorResponse, type ErrorResponse } from '../../http/error-response.ts';

/** What no page of another site can send without asking this server first, which lets none. One of them is enough. */
const PREFLIGHT_HEADERS = [
  'apollo-require-preflight',
  'graphql-require-preflight',
  'x-apollo-operation-name',
  'x-graphql-yoga-csrf',
];

/** None of them is one that a form or a page of another site can send unasked. */
const MEDIA_TYPES = ['application/json', 'application/graphql+json', 'application/graphql'];

/**
 * Refuses what a page of another site could have a browser send: a GET without a header that shows otherwise, and every body that is
 * not announced as GraphQL or JSON. The fast lane takes nothing but POST with JSON, so nothing of this kind goes past here.
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
    'A GET could come from a page of another site. Send it with the header "apollo-require-preflight: true", or send a POST with JSON.',
};
const WRONG_TYPE: ErrorResponse = {
  status: 415,
  code: 'UNSUPPORTED_MEDIA_TYPE',
  message:
    'Send operations by POST with "Content-Type: application/json" and a body such as {"query": "{ __typename }"}.',
  headers: { 'Accept-Post': 'application/json' },
};
