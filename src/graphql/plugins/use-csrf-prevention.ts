import type { Plugin } from 'graphql-yoga';
import type { IsFromAllowedPage } from '../../http/cors.ts';
import { toFetchErrorResponse, type ErrorResponse } from '../../http/error-response.ts';
import { readMediaType } from '../../http/media-type.ts';

/** Headers that a page of another site cannot send without a CORS preflight. One of them is enough. */
const PREFLIGHT_HEADERS = [
  'apollo-require-preflight',
  'graphql-preflight',
  'graphql-require-preflight',
  'x-apollo-operation-name',
  'x-graphql-yoga-csrf',
];

/** No form or page of another site can send one of these without a preflight. */
const MEDIA_TYPES: readonly (string | null)[] = ['application/json', 'application/graphql+json', 'application/graphql'];

/**
 * Rejects what a page of another site could make a browser send: a GET that does not prove the opposite, and a body that is not
 * declared as GraphQL or JSON. The fast lane accepts nothing but a POST of JSON, so it needs no such check.
 */
export function useCsrfPrevention(isFromAllowedPage: IsFromAllowedPage): Plugin {
  return {
    onRequestParse({ request, fetchAPI, endResponse }) {
      const error = check(request.method, request.headers, isFromAllowedPage);
      if (error !== null) endResponse(toFetchErrorResponse(error, request, fetchAPI));
    },
  };
}

type ReadHeaders = Pick<Headers, 'get'>;

function check(method: string, headers: ReadHeaders, isFromAllowedPage: IsFromAllowedPage): ErrorResponse | null {
  if (method === 'GET') return isUnforgeable(headers, isFromAllowedPage) ? null : HEADER_MISSING;
  if (method !== 'POST') return null;
  return MEDIA_TYPES.includes(readMediaType(headers.get('content-type'))) ? null : WRONG_TYPE;
}

/**
 * The only media type that proves something about a GET. By the specification a page can send no other unusual one without a preflight
 * either, but a browser did so (GHSA-9q82-xgwf-vj6h), and a GET has no body that would need another one.
 */
const JSON_TYPE = 'application/json';
/** Browsers add other credentials, such as those of Basic, to requests of any page. */
const BEARER = /^Bearer /i;

/** Whether no page of a site that CORS_ORIGINS does not list can have made a browser send a GET with these headers. */
function isUnforgeable(headers: ReadHeaders, isFromAllowedPage: IsFromAllowedPage): boolean {
  return (
    PREFLIGHT_HEADERS.some((name) => (headers.get(name) ?? '') !== '') ||
    readMediaType(headers.get('content-type')) === JSON_TYPE ||
    BEARER.test(headers.get('authorization') ?? '') ||
    // Browsers set these two, and no page can change them.
    headers.get('sec-fetch-site') === 'same-origin' ||
    isFromAllowedPage((name) => headers.get(name)) ||
    isFromNode(headers)
  );
}

/** What a browser adds to a request of mode `cors`, if it sends Sec-Fetch-Mode at all, or to any. */
const ADDED_BY_BROWSERS = ['sec-fetch-site', 'sec-fetch-dest', 'origin', 'referer', 'cookie'];

/**
 * Whether a request has the headers of fetch in Node.js. It sends Sec-Fetch-Mode alone; a browser sends Sec-Fetch-Site and Sec-Fetch-Dest
 * with it, and Origin if the mode is `cors` and the page is of another site. No page can set or remove one of these.
 */
function isFromNode(headers: ReadHeaders): boolean {
  return headers.get('sec-fetch-mode') === 'cors' && ADDED_BY_BROWSERS.every((name) => headers.get(name) === null);
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
