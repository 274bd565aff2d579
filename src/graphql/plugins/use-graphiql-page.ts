import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Plugin } from 'graphql-yoga';
import { DAY_MS } from '../../domain/durations.ts';
import type { LogUnexpected } from '../../http/log-unexpected.ts';

export interface GraphiqlPageOptions {
  readonly path: string;
  readonly samples: SampleDevices;
  readonly now: () => number;
  readonly logUnexpected: LogUnexpected;
}

interface Page {
  /** With quotes. As a header it is a weak ETag, because the page is sent compressed and uncompressed. */
  readonly etag: string;
  readonly html: string;
  readonly gzipped: Uint8Array<ArrayBuffer>;
}

/** The page is one file that contains its scripts, styles, fonts and images. It connects to this server only. */
const POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' blob:",
  'worker-src blob:',
  "style-src 'unsafe-inline'",
  'font-src data:',
  'img-src data: blob:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Whether a request is for the page, which is the same for everyone and contains nothing private. */
export function asksForPage({ method, url, headers }: IncomingMessage, path: string): boolean {
  return url?.split('?', 1)[0] === path && isOfBrowser(method, headers.accept);
}

/** Serves GraphiQL to browsers, with a tab for each sample operation. The page loads nothing from other hosts. */
export function useGraphiqlPage({ path, samples, now, logUnexpected }: GraphiqlPageOptions): Plugin {
  let today: { readonly day: number; readonly page: Promise<Page> } | null = null;
  const pageOfToday = (): Promise<Page> => {
    const day = Math.floor(now() / DAY_MS);
    if (today?.day !== day) today = { day, page: renderPage(path, samples, now()) };
    return today.page;
  };

  return {
    async onRequest({ request, url, fetchAPI, endResponse }) {
      if (url.pathname !== path || !isOfBrowser(request.method, request.headers.get('accept'))) return;
      const rendered = await pageOfToday().catch((error: unknown) => {
        today = null;
        return logUnexpected({ err: error }, 'GraphiQL could not be rendered');
      });
      if (typeof rendered === 'string') {
        const text = `GraphiQL cannot be shown. Report it with its errorId ${rendered}.\n`;
        endResponse(
          new fetchAPI.Response(text, { status: 500, headers: { 'Content-Type': 'text/plain; charset=utf-8' } }),
        );
        return;
      }
      const { etag, html, gzipped } = rendered;
      const headers = {
        'Content-Type': 'text/html; charset=utf-8',
        'Cache-Control': 'private, no-cache',
        'Content-Security-Policy': POLICY,
        Vary: 'Accept, Accept-Encoding',
        ETag: `W/${etag}`,
      };
      if (request.headers.get('if-none-match')?.includes(etag) === true) {
        endResponse(new fetchAPI.Response(null, { status: 304, headers }));
      } else if (request.headers.get('accept-encoding')?.includes('gzip') === true) {
        endResponse(new fetchAPI.Response(gzipped, { headers: { ...headers, 'Content-Encoding': 'gzip' } }));
      } else {
        endResponse(new fetchAPI.Response(html, { headers }));
      }
    },
  };
}

function isOfBrowser(method: string | undefined, accept: string | null | undefined): boolean {
  return method === 'GET' && accept?.includes('text/html') === true;
}

const ROOT = '<div id="root"></div>';

/**
 * Fixes two faults of GraphiQL on a first visit: it takes the variables of the first tab from the browser's storage, which is
 * empty, and it moves the tabs during the first click on one, so that the click is lost.
 */
function toFirstVisit([first]: readonly SampleOperation[]): string {
  const variables = JSON.stringify(first?.variables ?? '').replaceAll('<', '\\u003c');
  return (
    '<style>.graphiql-tab { transform: none !important }</style>' +
    `<script>if (localStorage.getItem('graphiql:tabState') === null) localStorage.setItem('graphiql:variables', ${variables})</script>`
  );
}

/** The page is 9 MB, so its module is loaded when the first browser requests it. */
async function renderPage(path: string, samples: SampleDevices, nowMs: number): Promise<Page> {
  const [{ renderGraphiQL }, operations] = await Promise.all([
    import('@graphql-yoga/render-graphiql'),
    readSampleOperations(samples, nowMs),
  ]);
  const page = renderGraphiQL({
    title: 'Device reports',
    endpoint: path,
    defaultTabs: operations,
    // GraphiQL subscribes by GET, which is rejected without this header.
    additionalHeaders: { 'apollo-require-preflight': 'true' },
  });
  const html = page.replace(ROOT, (root) => `${root}${toFirstVisit(operations)}`);
  return {
    html,
    gzipped: new Uint8Array(await promisify(gzip)(html)),
    etag: `"${hash('sha256', html, 'base64url')}"`,
  };
}

/** Devices for the sample operations: a busy one, and a mix of kinds. */
export interface SampleDevices {
  readonly busy: string;
  readonly mixed: readonly string[];
}

/** The devices if the account is a real one: the contract's example IMEI, for the user to replace. */
export const PLACEHOLDER_DEVICES: SampleDevices = { busy: '709312034493372', mixed: ['709312034493372'] };

/** A tab of GraphiQL: an operation, and its variables as JSON. */
export interface SampleOperation {
  readonly query: string;
  readonly variables: string;
}

const FOLDER = new URL('../../../schema/operations/', import.meta.url);

/** Reads the sample operations, with variables that return something interesting for the weeks before `nowMs`. */
export async function readSampleOperations(devices: SampleDevices, nowMs: number): Promise<SampleOperation[]> {
  const day = (daysAgo: number): string => new Date(nowMs - daysAgo * DAY_MS).toISOString().slice(0, 10);
  const lastWeek = { startDate: day(8), endDate: day(2) };
  const variablesOf: Record<string, unknown> = {
    'sessions-report': { input: { imei: devices.busy, ...lastWeek }, timeZone: 'America/New_York' },
    'aggregated-report': { input: { imei: devices.mixed, ...lastWeek } },
    'account-usage': { input: { imei: [], allDevices: true, startDate: day(30), endDate: day(2) }, first: 10 },
    devices: { imei: devices.mixed.slice(0, 3), ...lastWeek },
    'request-aggregated-report': { input: { imei: devices.mixed, ...lastWeek } },
    'aggregated-report-progress': { txid: 'the txid that requestAggregatedReport returned' },
    'aggregated-report-request': { txid: 'the txid that requestAggregatedReport returned', first: 10 },
    'aggregated-report-requests': { first: 10 },
    'callback-listeners': {},
  };
  return Promise.all(
    Object.entries(variablesOf).map(async ([name, variables]) => ({
      query: await readFile(new URL(`${name}.graphql`, FOLDER), 'utf8'),
      variables: JSON.stringify(variables, null, 2),
    })),
  );
}
