import { ICON, toPage, type Page } from './send-page.ts';

/** What differs from page to page. Texts are inserted as they are, so none may come from outside. */
export interface PageParts {
  /** Addresses of files, relative to the page, so that it works behind a proxy that adds a path in front. */
  readonly styles: string;
  readonly scripts: readonly PageScript[];
  /** What the scripts read: the JSON of an element with this id. */
  readonly data: { readonly id: string; readonly value: unknown };
  /** Shown to browsers that run no scripts. */
  readonly withoutScripts: string;
  /** Other lines of the head. */
  readonly head?: readonly string[];
  /** Directives of the Content-Security-Policy that replace or add to those of all pages. */
  readonly policy?: Readonly<Record<string, string>>;
}

export interface PageScript {
  readonly src: string;
  readonly load: 'defer' | 'type="module"';
}

/** Everything comes from this server, and nothing is inline. */
const POLICY: Readonly<Record<string, string>> = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': 'data:',
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

/** Renders a page that its scripts fill. */
export function renderPage({ styles, scripts, data, withoutScripts, head = [], policy = {} }: PageParts): Page {
  const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    ${[
      ...head,
      '<title>Device reports</title>',
      `<link rel="icon" href="${ICON}" />`,
      `<link rel="stylesheet" href="${styles}" />`,
      `<script id="${data.id}" type="application/json">${toInlineJson(data.value)}</script>`,
      ...scripts.map(({ src, load }) => `<script src="${src}" ${load}></script>`),
    ].join('\n    ')}
  </head>
  <body>
    <noscript>${withoutScripts}</noscript>
    <div id="root"></div>
  </body>
</html>
`;
  const directives = Object.entries({ ...POLICY, ...policy }).map(([name, sources]) => `${name} ${sources}`);
  return toPage(html, directives.join('; '));
}

/** JSON that cannot end the element that it is in. */
function toInlineJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
