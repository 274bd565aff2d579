import { ICON, toPage, type Page } from '../http/pages/send-page.ts';
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

/** Everything comes from this server, and nothing is inline. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  'img-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Renders the page. Its links are relative, so that it works behind a proxy that adds a path in front. */
export function renderOverview({ names }: OverviewFiles, facts: OverviewFacts): Page {
  const toUrl = (name: string): string => `${OVERVIEW_FOLDER.slice(1)}${name}`;
  const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Device reports</title>
    <link rel="icon" href="${ICON}" />
    <link rel="stylesheet" href="${toUrl(names.styles)}" />
    <script id="facts" type="application/json">${JSON.stringify(facts).replaceAll('<', '\\u003c')}</script>
    <script src="${toUrl(names.overview)}" type="module"></script>
  </head>
  <body>
    <noscript>This page needs JavaScript. The API does not: send operations to graphql by POST.</noscript>
    <div id="root"></div>
  </body>
</html>
`;
  return toPage(html, POLICY);
}
