import { setMaxListeners } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Clock } from '../domain/clock.ts';
import { ReportError } from '../domain/errors.ts';
import type { Log } from '../log.ts';
import { onResponseClose } from './response-close.ts';
import { createResponseList } from './response-list.ts';
import { sendText } from './text-response.ts';

/** Ends what is in progress before the process ends, so that no request fails. */
export interface Shutdown {
  /** Passes requests on. From the beginning of the shutdown, it closes each connection after its response. */
  track(listener: RequestListener): RequestListener;
  /**
   * Lets the shutdown wait for something that is not a response, such as a WebSocket. Call the returned function when it has ended.
   * `breakOff` is called if that takes too long.
   */
  hold(breakOff: () => void): () => void;
  hasBegun(): boolean;
  /** Aborts with SERVER_SHUTTING_DOWN when subscriptions have to end, which is when no more connections are accepted. */
  readonly signal: AbortSignal;
  /** Resolves when everything in progress has ended or was broken off. Call it once. */
  run(options: RunOptions): Promise<void>;
}

export interface RunOptions {
  /** How long new requests are still answered, so that load balancers notice first. */
  readonly delayMs: number;
  /** Stops accepting connections. Null if the server belongs to somebody else: then later requests get 503. */
  readonly stopListening: (() => void) | null;
}

export interface ShutdownOptions {
  readonly after: Clock['after'];
  readonly monotonic: Clock['monotonic'];
  /** How long what is in progress may take once no more connections are accepted. */
  readonly maxWaitMs: number;
  readonly log: Log;
  /** Called when the response of a tracked request is over; by default nothing is. */
  readonly onEnd?: (request: IncomingMessage, response: ServerResponse) => void;
}

/** Creates the shutdown of one server. */
export function createShutdown({ after, monotonic, maxWaitMs, log, onEnd }: ShutdownOptions): Shutdown {
  const responses = createResponseList();
  const others = new Set<() => void>();
  const controller = new AbortController();
  // Every subscription listens.
  setMaxListeners(0, controller.signal);
  let hasBegun = false;
  let isRejecting = false;
  let onRelease = (): void => undefined;

  const count = (): number => responses.count() + others.size;
  const waitForLast = (): Promise<void> =>
    new Promise((resolve) => {
      if (count() === 0) {
        resolve();
        return;
      }
      const cancel = after(maxWaitMs, () => {
        log.warn({ requests: count() }, 'broke off requests that took longer than SHUTDOWN_SECONDS');
        responses.forEach((response) => response.destroy());
        for (const breakOff of others) breakOff();
        resolve();
      });
      onRelease = () => {
        if (count() > 0) return;
        cancel();
        resolve();
      };
    });
  const run = async ({ delayMs, stopListening }: RunOptions): Promise<void> => {
    const beganAtMs = monotonic();
    hasBegun = true;
    log.info(
      { delaySeconds: delayMs / 1_000, requests: count() },
      'shutting down: not ready any more, and each connection is closed after its response',
    );
    responses.forEach((response) => response.headersSent || response.setHeader('Connection', 'close'));
    if (delayMs > 0) await new Promise<void>((resolve) => after(delayMs, resolve));
    isRejecting = stopListening === null;
    stopListening?.();
    log.info({ requests: count() }, 'accepting no more connections, and ending subscriptions');
    controller.abort(toShuttingDown());
    await waitForLast();
    log.info({ seconds: Math.round((monotonic() - beganAtMs) / 100) / 10 }, 'no more requests are in progress');
  };

  return {
    track: (listener) => (request, response) => {
      if (isRejecting) {
        sendText(response, { status: 503, text: STOPPED, headers: { Connection: 'close', 'Retry-After': '1' } });
        return;
      }
      if (hasBegun) response.setHeader('Connection', 'close');
      responses.add(response);
      onResponseClose(request, response, () => {
        responses.remove(response);
        onRelease();
        onEnd?.(request, response);
      });
      listener(request, response);
    },
    hold(breakOff) {
      // The same function may be passed twice.
      const held = (): void => breakOff();
      others.add(held);
      return () => {
        others.delete(held);
        onRelease();
      };
    },
    hasBegun: () => hasBegun,
    signal: controller.signal,
    run,
  };
}

const STOPPED = 'This server is stopping. Send the request again.';

/** After this time a client that was told to leave reaches another server. */
const RETRY_AFTER_SECONDS = 1;

/** Returns SERVER_SHUTTING_DOWN, for a subscription that has to continue elsewhere. */
function toShuttingDown(): ReportError {
  return new ReportError(
    'SERVER_SHUTTING_DOWN',
    'This server is being stopped, so the subscription ends here. Subscribe again: the next event has the newest state.',
    { retryAfterSeconds: RETRY_AFTER_SECONDS },
  );
}
