import * as http from 'node:http';
import * as https from 'node:https';

export interface CallbackPost {
  /** Posts a JSON text. Resolves to the response status, or to undefined if there is no response in time. */
  post(url: string, body: string): Promise<number | undefined>;
  close(): void;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function toHeaders(url: URL, body: string): http.OutgoingHttpHeaders {
  const credentials = `${decode(url.username)}:${decode(url.password)}`;
  return {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(credentials === ':' ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }),
  };
}

/** Creates the HTTP client for callbacks. It reuses connections, follows no redirects, and does not keep the process alive. */
export function createCallbackPost({ timeoutMilliseconds }: { timeoutMilliseconds: number }): CallbackPost {
  const plainAgent = new http.Agent({ keepAlive: true });
  const secureAgent = new https.Agent({ keepAlive: true });

  function post(text: string, body: string): Promise<number | undefined> {
    return new Promise((resolve) => {
      const url = new URL(text);
      const headers = toHeaders(url, body);
      const target = `${url.origin}${url.pathname}${url.search}`;
      const request =
        url.protocol === 'https:'
          ? https.request(target, { method: 'POST', headers, agent: secureAgent })
          : http.request(target, { method: 'POST', headers, agent: plainAgent });
      const deadline = setTimeout(() => request.destroy(), timeoutMilliseconds).unref();
      request.on('socket', (socket) => socket.unref());
      request.on('response', (response) => {
        response.on('error', () => undefined).resume();
        resolve(response.statusCode);
      });
      request.on('error', () => resolve(undefined));
      request.on('close', () => {
        clearTimeout(deadline);
        resolve(undefined);
      });
      request.end(body);
    });
  }

  return {
    post,
    close() {
      plainAgent.destroy();
      secureAgent.destroy();
    },
  };
}
