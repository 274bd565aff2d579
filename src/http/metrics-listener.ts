import type { RequestListener } from 'node:http';
import { sendText } from './text-response.ts';

export interface MetricsListenerOptions {
  readonly contentType: string;
  /** Reads all metrics, and writes them as text. */
  readonly print: () => Promise<string>;
}

const PATH = '/metrics';

/** Serves the metrics, and nothing else. Those who ask at the same moment share one reading. */
export function createMetricsListener({ contentType, print }: MetricsListenerOptions): RequestListener {
  let printing: Promise<string> | null = null;
  return (request, response) => {
    if (request.url?.split('?', 1)[0] !== PATH) {
      sendText(response, { status: 404, text: `There is nothing at this path. This port has ${PATH}.` });
      return;
    }
    if (request.method !== 'GET') {
      sendText(response, { status: 405, text: 'Read the metrics with GET.', headers: { Allow: 'GET' } });
      return;
    }
    printing ??= print().finally(() => (printing = null));
    printing.then(
      (text) => sendText(response, { status: 200, text, headers: { 'Content-Type': contentType }, isLine: false }),
      () => sendText(response, { status: 500, text: 'The metrics cannot be read.' }),
    );
  };
}
