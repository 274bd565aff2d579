/** What the server says about itself in the page. */
export interface Facts {
  readonly graphiql: boolean;
  readonly signIn: 'none' | 'bearer' | 'thingspace';
  readonly isSimulated: boolean;
  readonly version: string;
}

/** Reads the facts once. The server wrote them, so they are not checked. */
export const facts: Facts = JSON.parse(document.getElementById('facts')?.textContent ?? '{}') as Facts;

/** The API, relative to the page, so that it works behind a proxy that adds a path in front. */
export const API_URL = new URL('graphql', document.baseURI).href;

/** The address of a signed link on the host of the page: PUBLIC_URL may name another, which the page must not connect to. */
export function toOwnUrl(link: string): string {
  const { pathname, search } = new URL(link, document.baseURI);
  return new URL(`${pathname.slice(1)}${search}`, document.baseURI).href;
}
