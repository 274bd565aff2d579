import type { Plugin } from 'graphql-yoga';
import { toRefusalBody, type Refusal } from '../refusal.ts';

/** Tells a client that takes none of the media types that an answer could have; Yoga would leave it with an empty one. */
export function useToldMediaTypes(): Plugin {
  return {
    onResponse({ response, setResponse, fetchAPI }) {
      if (response.status !== NONE_ACCEPTED.status) return;
      const { status } = NONE_ACCEPTED;
      const headers = { 'Content-Type': 'application/json; charset=utf-8' };
      setResponse(new fetchAPI.Response(toRefusalBody(NONE_ACCEPTED), { status, headers }));
    },
  };
}

const NONE_ACCEPTED: Refusal = {
  status: 406,
  code: 'NOT_ACCEPTABLE',
  message:
    'The header Accept takes none of the media types that this answer could have. Send application/json for queries and mutations, ' +
    'text/event-stream for subscriptions.',
};
