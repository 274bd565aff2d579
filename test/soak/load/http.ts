import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Hang, Unanswered } from './unanswered.ts';

export interface HttpAsk {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The longest time until the answer's head, or until its end for `ask`. */
  readonly limitMs: number;
}

export interface HttpResponse {
  readonly status: number;
  readonly text: string;
}

/** Asks over a connection of its own and reads the whole answer. Throws Hang past the limit, Unanswered for a connection that breaks. */
export async function ask(what: HttpAsk): Promise<HttpResponse> {
  return within(what, async (response) => {
    let text = '';
    for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) text += chunk;
    if (!response.complete) throw new Unanswered('cut off');
    return { status: response.statusCode ?? 0, text };
  });
}

/** Begins to ask, and gives the answer to be read when its head is there; it is left by destroying it. */
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
      reject(new Hang(`no answer within ${limitMs} ms`));
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
