import type { RequestListener, ServerResponse } from 'node:http';
import type { Clock } from '../domain/clock.ts';
import { onResponseClose } from './response-close.ts';
import { sendText } from './text-response.ts';

export interface OpenResponsesOptions {
  readonly listener: RequestListener;
  readonly after: Clock['after'];
  /** How long to wait for responses when no more requests are accepted. */
  readonly maxWaitMs: number;
}

/** A listener that knows which of its responses are not finished yet. */
export interface OpenResponses {
  readonly listener: RequestListener;
  /** Sends 503 to later requests. Resolves when all earlier ones are answered; breaks off those that take too long. */
  finish(): Promise<void>;
}

/** Counts the open responses of a listener, for a server that somebody else closes. */
export function createOpenResponses({ listener, after, maxWaitMs }: OpenResponsesOptions): OpenResponses {
  const open = new Set<ServerResponse>();
  let isFinishing = false;
  let onLast: () => void = () => undefined;

  return {
    listener(request, response) {
      if (isFinishing) {
        sendText(response, { status: 503, text: 'This server is stopping.', headers: { Connection: 'close' } });
        return;
      }
      open.add(response);
      onResponseClose(request, response, () => {
        open.delete(response);
        if (open.size === 0) onLast();
      });
      listener(request, response);
    },
    async finish() {
      isFinishing = true;
      if (open.size === 0) return;
      await new Promise<void>((resolve) => {
        const cancel = after(maxWaitMs, () => {
          for (const response of open) response.destroy();
          resolve();
        });
        onLast = () => {
          cancel();
          resolve();
        };
      });
    },
  };
}
