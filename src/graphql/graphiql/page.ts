import { renderPage } from '../../http/pages/render-page.ts';
import type { Page } from '../../http/pages/send-page.ts';
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

/** The editor runs workers and adds styles at run time, and its styles contain fonts. */
const POLICY = {
  'worker-src': "'self'",
  'style-src': "'self' 'unsafe-inline'",
  'font-src': 'data:',
};

/** Renders the page. */
export function renderGraphiql({ folder, names, tabs, requestsSample }: PageOptions): Page {
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
  return renderPage({
    styles: toUrl(names.styles),
    data: { id: 'options', value: options },
    scripts: [names.page, names.graphiql].map((name) => ({ src: toUrl(name), load: 'defer' })),
    withoutScripts: 'GraphiQL needs JavaScript.',
    policy: POLICY,
  });
}
