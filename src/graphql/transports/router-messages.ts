import type { GraphQLFormattedError } from 'graphql';
import type { Clock } from '../../domain/clock.ts';
import type { RouterCallback } from './callback-request.ts';

/**
 * Sends JSON to the URL of a router, and returns the status of the response; null if there was none. Follows no redirect. Never
 * rejects.
 */
export type PostToRouter = (callback: RouterCallback, body: string, signal: AbortSignal) => Promise<number | null>;

/** What came of a message: the router took it, it does not want the subscription any more, or it could not be told. */
export type Delivery = 'taken' | 'ended' | 'failed';

/** The messages of one subscription, by Apollo's HTTP callback protocol. Each is sent again for a while if the router cannot take it. */
export interface RouterMessages {
  /** Asks whether the subscription is wanted. */
  check(): Promise<Delivery>;
  /** Sends an event, which is JSON text. One may arrive twice. */
  next(payload: string): Promise<Delivery>;
  /** Says that the subscription has ended: because of errors, or with its report. */
  complete(errors?: readonly GraphQLFormattedError[]): Promise<Delivery>;
}

export interface RouterMessagesOptions {
  readonly callback: RouterCallback;
  readonly post: PostToRouter;
  readonly clock: Pick<Clock, 'after' | 'wait'>;
  /** Aborts when nothing is to be sent any more. */
  readonly signal: AbortSignal;
}

const MAX_ATTEMPT_MS = 10_000;
/** Before each further attempt. */
const PAUSES_MS = [250, 1_000];

/** Creates the messages of a subscription. */
export function createRouterMessages({ callback, post, clock, signal }: RouterMessagesOptions): RouterMessages {
  const { id, verifier } = callback;
  const toBody = (action: string, more = ''): string =>
    `{"kind":"subscription","action":"${action}","id":${JSON.stringify(id)},"verifier":${JSON.stringify(verifier)}${more}}`;

  const attempt = async (body: string): Promise<number | null> => {
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    const cancel = clock.after(MAX_ATTEMPT_MS, abort);
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await post(callback, body, controller.signal);
    } finally {
      cancel();
      signal.removeEventListener('abort', abort);
    }
  };
  const send = async (body: string, isTaken: (status: number) => boolean): Promise<Delivery> => {
    for (const pauseMs of [0, ...PAUSES_MS]) {
      if (pauseMs > 0) await clock.wait(pauseMs, signal).catch(() => undefined);
      if (signal.aborted) return 'ended';
      const status = await attempt(body);
      if (status !== null && isTaken(status)) return 'taken';
      if (status === 404) return 'ended';
      if (status !== null && !isTemporary(status)) return 'failed';
    }
    return signal.aborted ? 'ended' : 'failed';
  };

  return {
    // Something else that answers every request with 200 does not speak this protocol.
    check: () => send(toBody('check'), (status) => status === 204),
    next: (payload) => send(toBody('next', `,"payload":${payload}`), isSuccess),
    complete: (errors) =>
      send(toBody('complete', errors === undefined ? '' : `,"errors":${JSON.stringify(errors)}`), isSuccess),
  };
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function isTemporary(status: number): boolean {
  return status >= 500 || status === 408 || status === 429;
}
