import type { IncomingMessage, RequestListener } from 'node:http';
import { DAY_MS } from '../../domain/durations.ts';
import type { LogUnexpected } from '../../http/log-unexpected.ts';
import { sendFile, sendPage, type Page } from '../../http/pages/send-page.ts';
import { sendText, withErrorId } from '../../http/text-response.ts';
import { loadFiles, type Files } from './files.ts';
import { renderGraphiql } from './page.ts';
import { readSampleTabs, type Samples } from './sample-tabs.ts';

/** The folder of GraphiQL's files. Below the path of the API, so that a proxy that forwards that path forwards them as well. */
export const GRAPHIQL_FOLDER = '/graphql/graphiql/';

export interface GraphiqlOptions {
  /** The path of the API, and of the page. */
  readonly path: string;
  readonly samples: Samples;
  readonly now: () => number;
  readonly logUnexpected: LogUnexpected;
}

/** Whether a request is for GraphiQL's page or one of its files, which are the same for everyone and contain nothing private. */
export function asksForGraphiql({ method, url = '', headers }: IncomingMessage, path: string): boolean {
  if (method !== 'GET') return false;
  if (url.startsWith(GRAPHIQL_FOLDER)) return true;
  return url.split('?', 1)[0] === path && headers.accept?.includes('text/html') === true;
}

/** Serves GraphiQL to browsers, with tabs of sample operations, and passes on all other requests. It loads nothing from other hosts. */
export function withGraphiql(options: GraphiqlOptions, next: RequestListener): RequestListener {
  const { path, samples, now, logUnexpected } = options;
  let loading: Promise<Files> | null = null;
  let today: { readonly day: number; readonly page: Promise<Page> } | null = null;

  const filesOnce = (): Promise<Files> => (loading ??= loadFiles());
  const render = async (): Promise<Page> => {
    const [{ names }, tabs] = await Promise.all([filesOnce(), readSampleTabs(samples, now())]);
    return renderGraphiql({ folder: GRAPHIQL_FOLDER, names, tabs, requestsSample: samples.areSimulated });
  };
  /** The sample operations have dates. */
  const pageOfToday = (): Promise<Page> => {
    const day = Math.floor(now() / DAY_MS);
    if (today?.day !== day) today = { day, page: render() };
    return today.page;
  };

  return (request, response) => {
    if (!asksForGraphiql(request, path)) {
      next(request, response);
      return;
    }
    const { url = '' } = request;
    const sent = url.startsWith(GRAPHIQL_FOLDER)
      ? filesOnce().then((files) => sendFile(request, response, files.find(url.slice(GRAPHIQL_FOLDER.length))))
      : pageOfToday().then((page) => sendPage(request, response, page));
    sent.catch((error: unknown) => {
      // The next visit tries again.
      [today, loading] = [null, null];
      const errorId = logUnexpected({ err: error }, 'GraphiQL could not be loaded');
      sendText(response, withErrorId({ status: 500, text: 'GraphiQL cannot be shown.' }, errorId));
    });
  };
}
