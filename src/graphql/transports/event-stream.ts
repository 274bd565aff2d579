import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access } from '../../domain/access.ts';
import { afterMoment, type Clock } from '../../domain/clock.ts';
import type { ErrorResponse } from '../../http/error-response.ts';
import { asksForFresh, toHeaderReader } from '../../http/forwarded.ts';
import { requestIdOf } from '../../http/request-id.ts';
import { markLogged } from '../../http/request-log.ts';
import { onResponseClose } from '../../http/response-close.ts';
import type { Drain } from '../../http/response-drain.ts';
import type { MaskError } from '../mask-error.ts';
import type { NotStarted, OperationStarters } from '../start-operation.ts';
import { createOperations, type Sink } from './operations.ts';
import type { StreamedOperation } from './streamed-operation.ts';

export interface EventStreamOptions extends Pick<OperationStarters, 'startOperation' | 'checkDocument'> {
  readonly accessOf: (request: IncomingMessage) => Access;
  readonly drain: Drain;
  readonly maskError: MaskError;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  /** Aborts when the server stops. */
  readonly shutdown: AbortSignal;
  /** Called when the stream has been closed, or was not opened in time. */
  readonly onEnd: () => void;
}

/** Server-sent events of several operations on one response. */
export interface EventStream {
  /** Who reserved it. */
  readonly principal: string;
  /** Sends the events to this response. Returns an error if they already go to another. */
  open(request: IncomingMessage, response: ServerResponse): ErrorResponse | null;
  /** Runs an operation with the access of the request that it came with. Returns an error, or those of its document, if it cannot. */
  run(operation: StreamedOperation, request: IncomingMessage): ErrorResponse | NotStarted | null;
  stop(id: string): void;
}

const OPEN_WITHIN_MS = 30_000;
const HEARTBEAT_MS = 12_000;

/** Reserves an event stream for a caller. */
export function createEventStream(principal: string, options: EventStreamOptions): EventStream {
  const { startOperation, checkDocument, accessOf, drain, maskError, clock, shutdown, onEnd } = options;
  let opened: ServerResponse | null = null;
  let isFinishing = false;
  let cancelTimer = clock.after(OPEN_WITHIN_MS, onEnd);
  let cancelExpiry = (): void => undefined;

  const write = (event: string, data: string): void => void opened?.write(`event: ${event}\ndata: ${data}\n\n`);
  const sink: Sink = {
    next: (id, text) => write('next', `{"id":${JSON.stringify(id)},"payload":${text}}`),
    // This protocol has no event for errors.
    fail(id, errors) {
      sink.next(id, JSON.stringify({ errors }));
      sink.complete(id);
    },
    complete: (id) => write('complete', JSON.stringify({ id })),
    transport: 'event-stream',
    waitUntilSent: async () => {
      if (opened !== null) await drain.wait(opened, () => opened?.req.socket.destroy());
    },
  };
  const operations = createOperations({
    startOperation,
    sink,
    maskError,
    onEnd: () => (isFinishing ? finish() : undefined),
  });
  /** Ends the response when the operations that run have ended. */
  const finish = (): void => {
    isFinishing = true;
    if (operations.count() === 0) opened?.end();
  };
  const close = (): void => {
    cancelTimer();
    cancelExpiry();
    shutdown.removeEventListener('abort', finish);
    operations.stopAll();
    onEnd();
  };
  const beat = (response: ServerResponse): void => {
    if (!response.writableNeedDrain) response.write(':\n\n');
    cancelTimer = clock.after(HEARTBEAT_MS, () => beat(response));
  };

  return {
    principal,
    open(request, response) {
      if (opened !== null) return OPEN_ALREADY;
      opened = response;
      cancelTimer();
      // Each operation may wait for it.
      response.setMaxListeners(0);
      response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store' });
      beat(response);
      const { endsAtMs } = accessOf(request);
      if (endsAtMs !== null) cancelExpiry = afterMoment(endsAtMs, clock, finish);
      if (shutdown.aborted) finish();
      else shutdown.addEventListener('abort', finish);
      // Last, because the client may have gone while its token was checked: then this closes the stream at once.
      onResponseClose(request, response, close);
      return null;
    },
    run({ id, params }, request) {
      if (opened === null || isFinishing) return NOT_OPEN;
      if (operations.has(id)) return ID_IN_USE;
      const errors = checkDocument(params, () => principal);
      if (errors !== null) return errors;
      const sender = {
        access: accessOf(request),
        principal: () => principal,
        requestId: requestIdOf(request),
        markLogged: () => markLogged(request),
        mayUseCache: !asksForFresh(request.headers['cache-control']),
        wantsTrace: false,
        header: toHeaderReader(request),
      };
      operations.start(id, params, sender);
      return null;
    },
    stop: operations.stop,
  };
}

const OPEN_ALREADY: ErrorResponse = {
  status: 409,
  code: 'EVENT_STREAM_IN_USE',
  message: 'This event stream is open already. Reserve another with PUT.',
};
const NOT_OPEN: ErrorResponse = {
  status: 409,
  code: 'EVENT_STREAM_NOT_OPEN',
  message: 'This event stream is not open. Open it with GET before you run operations on it.',
};
const ID_IN_USE: ErrorResponse = {
  status: 409,
  code: 'BAD_REQUEST',
  message: 'An operation with this extensions.operationId is running. Give each operation an id of its own.',
};
