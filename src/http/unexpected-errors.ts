// A file of its own: every request passes it, of whatever path.
import type { RequestListener } from 'node:http';
import type { LogUnexpected } from './log-unexpected.ts';
import { sendText, withErrorId } from './text-response.ts';

/**
 * Answers a request with 500 if its listener throws. Without this, Node.js would end the process, and with it every other request: one that
 * finds a fault of ours could then stop the server again and again.
 */
export function withUnexpectedErrors(listener: RequestListener, logUnexpected: LogUnexpected): RequestListener {
  return (request, response) => {
    try {
      listener(request, response);
    } catch (error) {
      const errorId = logUnexpected({ err: error }, 'unexpected error of a request');
      if (response.headersSent) response.destroy();
      else sendText(response, withErrorId({ status: 500, text: 'Unexpected error.' }, errorId));
    }
  };
}
