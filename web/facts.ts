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
