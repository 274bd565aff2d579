import { ICON, toPage, type Page } from '../../http/pages/send-page.ts';
import type { FileNames } from './files.ts';
import type { SampleTab } from './sample-tabs.ts';

export interface PageOptions {
  /** The path before the names of files. */
  readonly folder: string;
  readonly names: FileNames;
  readonly tabs: readonly SampleTab[];
  /** Whether the page may request a report, so that there is one to follow. */
  readonly requestsSample: boolean;
}

/**
 * Scripts and workers come from this server only, and the page connects to no other. Its editor adds styles at run time, and its
 * styles contain fonts.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  'font-src data:',
  'img-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Renders the page. Its links are relative, so that it works behind a proxy that adds a path in front. */
export function renderPage({ folder, names, tabs, requestsSample }: PageOptions): Page {
  const toUrl = (name: string): string => `${folder.slice(1)}${name}`;
  const options = {
    tabs,
    requestsSample,
    workers: {
      editorWorkerService: toUrl(names.editorWorker),
      json: toUrl(names.jsonWorker),
      graphql: toUrl(names.graphqlWorker),
    },
  };
  const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Device reports</title>
    <link rel="icon" href="${ICON}" />
    <link rel="stylesheet" href="${toUrl(names.styles)}" />
    <script id="options" type="application/json">${JSON.stringify(options).replaceAll('<', '\\u003c')}</script>
    <script src="${toUrl(names.page)}" defer></script>
    <script src="${toUrl(names.graphiql)}" defer></script>
  </head>
  <body>
    <noscript>GraphiQL needs JavaScript.</noscript>
    <div id="root"></div>
  </body>
</html>
`;
  return toPage(html, POLICY);
}
