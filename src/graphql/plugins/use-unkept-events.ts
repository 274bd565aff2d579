import type { Plugin } from 'graphql-yoga';

/** Yoga lets caches keep an event stream for as long as they ask again; these are figures, too, and kept nowhere. */
export function useUnkeptEvents(): Plugin {
  return {
    onResponse({ response }) {
      if (response.headers.get('content-type') === 'text/event-stream')
        response.headers.set('cache-control', 'no-store');
    },
  };
}
