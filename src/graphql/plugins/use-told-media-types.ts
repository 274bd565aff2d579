import type { Plugin } from 'graphql-yoga';
import { toRefusalResponse, type Refusal } from '../../http/error-response.ts';

/**
 * Tells a client that takes none of the media types that an answer could have, before anything runs; Yoga would run it, and leave the
 * client with an empty answer.
 */
export function useToldMediaTypes(): Plugin {
  return {
    onRequest({ request, fetchAPI, endResponse }) {
      const accept = request.headers.get('accept');
      if (accept !== null && !TAKEN.test(accept)) endResponse(toRefusalResponse(NONE_ACCEPTED, fetchAPI));
    },
    onResponse({ response, setResponse, fetchAPI }) {
      if (response.status === NONE_ACCEPTED.status) setResponse(toRefusalResponse(NONE_ACCEPTED, fetchAPI));
    },
  };
}

/** Some media type that an answer can have, whatever else is taken. */
const TAKEN = /^\s*$|\*\/\*|application\/(?:\*|json|graphql-response\+json)|text\/(?:\*|html|event-stream)/i;

const NONE_ACCEPTED: Refusal = {
  status: 406,
  code: 'NOT_ACCEPTABLE',
  message:
    'The header Accept takes none of the media types that this answer could have. Send application/json for queries and mutations, ' +
    'text/event-stream for subscriptions.',
};
