import type { IncomingMessage, RequestListener } from 'node:http';
import { sendFile, sendPage, type Page } from '../http/pages/send-page.ts';
import type { LogUnexpected } from '../http/log-unexpected.ts';
import { sendText, withErrorId } from '../http/text-response.ts';
import { loadOverviewFiles, type OverviewFiles } from './files.ts';
import { OVERVIEW_FOLDER, renderOverview, type OverviewFacts } from './page.ts';

/** The path of the page. */
export const OVERVIEW_PATH = '/';

export interface OverviewOptions {
  readonly facts: OverviewFacts;
  /** Where the built page is; by default beside the program. */
  readonly folder?: URL;
  readonly logUnexpected: LogUnexpected;
}

interface Loaded {
  readonly files: OverviewFiles;
  readonly page: Page;
}

/** Whether a request is for the page or one of its files, which are the same for everyone and contain nothing private. */
export function asksForOverview({ method, url = '' }: IncomingMessage): boolean {
  return method === 'GET' && (url.startsWith(OVERVIEW_FOLDER) || url.split('?', 1)[0] === OVERVIEW_PATH);
}

/** Serves the overview page. It is read when the first browser asks, so it costs a server without visitors nothing. */
export function createOverview({ facts, folder, logUnexpected }: OverviewOptions): RequestListener {
  let loading: Promise<Loaded> | null = null;
  const load = async (): Promise<Loaded> => {
    const files = await loadOverviewFiles(folder);
    return { files, page: renderOverview(files, facts) };
  };

  return (request, response) => {
    if (!asksForOverview(request)) {
      sendText(response, { status: 405, text: 'Only GET is possible here.', headers: { Allow: 'GET' } });
      return;
    }
    const { url = '' } = request;
    loading ??= load();
    loading
      .then(async ({ files, page }) => {
        if (!url.startsWith(OVERVIEW_FOLDER)) sendPage(request, response, page);
        else await sendFile(request, response, files.find(url.slice(OVERVIEW_FOLDER.length)));
      })
      .catch((error: unknown) => {
        // The next visit tries again.
        loading = null;
        const errorId = logUnexpected({ err: error }, 'the overview page could not be loaded');
        sendText(response, withErrorId({ status: 500, text: 'The page cannot be shown.' }, errorId));
      });
  };
}
