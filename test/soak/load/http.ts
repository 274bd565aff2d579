import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Hang, Unanswered } from './unanswered.ts';

export interface HttpAsk {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Maximum time until the response begins, or, for `ask`, until it ends. */
  readonly limitMs: number;
}

export interface HttpResponse {
  readonly status: number;
  readonly text: string;
}

/** Sends a request over a new connection and reads the response. Throws Hang after the limit, Unanswered if the connection breaks. */
export async function ask(what: HttpAsk): Promise<HttpResponse> {
  return within(what, async (response) => {
    let text = '';
    for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) text += chunk;
    if (!response.complete) throw new Unanswered('cut off');
    return { status: response.statusCode ?? 0, text };
  });
}

/** Sends a request and resolves with the unread response when it begins. Destroy the response to abandon it. */
export function open(what: HttpAsk): Promise<IncomingMessage> {
  return within(what, (response) => Promise.resolve(response));
}

function within<T>(
  { url, method, headers, body, limitMs }: HttpAsk,
  read: (response: IncomingMessage) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers, agent: false });
    const timer = setTimeout(() => {
      reject(new Hang(`no response within ${limitMs} ms`));
      request.destroy();
    }, limitMs);
    const fail = (error: unknown): void => {
      clearTimeout(timer);
      reject(error instanceof Unanswered ? error : new Unanswered(String(error)));
    };
    request.once('response', (response) => {
      read(response).then((value) => {
        clearTimeout(timer);
        resolve(value);
      }, fail);
    });
    request.once('error', fail);
    request.end(body);
  });
}
