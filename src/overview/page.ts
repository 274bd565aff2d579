import { renderPage } from '../http/pages/render-page.ts';
import type { Page } from '../http/pages/send-page.ts';
import type { OverviewFiles } from './files.ts';

/** What the page has to know of the server before it asks for anything. None of it is private. */
export interface OverviewFacts {
  /** Whether there is GraphiQL to open queries in. */
  readonly graphiql: boolean;
  /** What callers have to send: nothing, a bearer token, or their own tokens for ThingSpace. */
  readonly signIn: 'none' | 'bearer' | 'thingspace';
  /** Whether usage is made up by the simulator. */
  readonly isSimulated: boolean;
  readonly version: string;
}

/** The path before the names of files. */
export const OVERVIEW_FOLDER = '/overview/';

/** Renders the page. */
export function renderOverview({ names }: OverviewFiles, facts: OverviewFacts): Page {
  const toUrl = (name: string): string => `${OVERVIEW_FOLDER.slice(1)}${name}`;
  return renderPage({
    head: ['<meta name="color-scheme" content="light dark" />'],
    styles: toUrl(names.styles),
    data: { id: 'facts', value: facts },
    scripts: [{ src: toUrl(names.overview), load: 'type="module"' }],
    withoutScripts: 'This page needs JavaScript. The API does not: send operations to graphql by POST.',
  });
}
