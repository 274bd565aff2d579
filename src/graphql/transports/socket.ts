import type { Duplex } from 'node:stream';
import { MessageType, type ConnectionInitMessage, type SubscribeMessage } from 'graphql-ws';
import type { RawData, WebSocket } from 'ws';
import type { Access } from '../../domain/access.ts';
import { afterMoment, type Clock } from '../../domain/clock.ts';
import type { Admission } from '../../http/admission.ts';
import type { Authenticate } from '../../http/auth/authenticate.ts';
import type { LogUnexpected } from '../../http/log-unexpected.ts';
import type { OpenCounts } from '../../http/open-counts.ts';
import type { Drain } from '../../http/response-drain.ts';
import type { MaskError } from '../mask-error.ts';
import type { DocumentParameters } from '../persisted/document-id.ts';
import type { StartOperation } from '../start-operation.ts';
import { createOperations, type Operations, type OperationSender, type Sink } from './operations.ts';
import * as reasons from './socket-messages.ts';
import { identify, toOperationSender, type SocketSender } from './socket-sender.ts';

/** What all WebSockets of a server share. */
export interface SocketOptions {
  readonly startOperation: StartOperation;
  readonly authenticate: Authenticate;
  readonly admission: Admission;
  /** The sockets that each caller has open. */
  readonly openSockets: OpenCounts;
  readonly drain: Drain;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly maskError: MaskError;
  readonly logUnexpected: LogUnexpected;
}

/** One WebSocket that speaks graphql-transport-ws. */
export interface GraphqlSocket {
  /** Call it every 15 seconds: pings the client, and closes the socket if the client is gone or has nothing running for long. */
  check(): void;
  /** Accepts no more operations, and closes the socket when those that run have ended. */
  finish(reason: reasons.CloseReason): void;
}

/** In the order of a socket's life: it may be closed at any time. */
type Phase = 'opened' | 'identifying' | 'ready' | 'finishing' | 'closed';

const INIT_WAIT_MS = 10_000;
const MAX_MESSAGES_PER_CHECK = 10_000;
/** Of a client that is not identified yet: it has nothing to say but `connection_init`. */
const MAX_MESSAGES_BEFORE_READY = 10;
const MAX_IDLE_CHECKS = 20;

/** Serves a WebSocket. `free` stops counting it for its address. */
export function serveSocket(
  socket: WebSocket,
  connection: Duplex,
  sender: SocketSender,
  free: () => void,
  options: SocketOptions,
): GraphqlSocket {
  const { startOperation, authenticate, admission, openSockets, drain, clock, maskError, logUnexpected } = options;
  let phase: Phase = 'opened';
  let finishReason = reasons.IDLE;
  let operations: Operations | null = null;
  let operationSender: OperationSender | null = null;
  let principal = sender.toPrincipal(sender.access);
  let freeSlot = free;
  let messages = 0;
  let idleChecks = 0;
  let isAlive = true;

  const close = ({ code, text }: reasons.CloseReason): void => {
    if (phase === 'closed') return;
    end();
    socket.close(code, text);
  };
  const end = (): void => {
    phase = 'closed';
    cancelTimer();
    operations?.stopAll();
  };
  const finish = (reason: reasons.CloseReason): void => {
    if (phase === 'closed') return;
    phase = 'finishing';
    finishReason = reason;
    if (operations === null || operations.count() === 0) close(reason);
  };
  let cancelTimer = clock.after(INIT_WAIT_MS, () => close(reasons.INIT_TIMEOUT));

  const waitUntilSent = (): Promise<void> => drain.wait(connection, () => close(reasons.SLOW_READER));
  const send = (text: string): void => {
    socket.send(text);
    // Whoever does not read what it causes may not cause more.
    if (!connection.writableNeedDrain || socket.isPaused) return;
    socket.pause();
    void waitUntilSent().then(() => {
      // Its pong may not have been read yet.
      isAlive = true;
      socket.resume();
    });
  };
  const sink: Sink = {
    next: (id, text) => send(`{"id":${JSON.stringify(id)},"type":"next","payload":${text}}`),
    fail: (id, errors) => send(JSON.stringify({ id, type: MessageType.Error, payload: errors })),
    complete: (id) => send(JSON.stringify({ id, type: MessageType.Complete })),
    transport: 'websocket',
    waitUntilSent,
  };

  const initialise = async ({ payload }: ConnectionInitMessage): Promise<void> => {
    phase = 'identifying';
    const access = await identify(payload, sender, authenticate);
    // It may have been closed meanwhile.
    if ((phase as Phase) !== 'identifying') return;
    if (!takeSlot(access)) {
      close(reasons.TOO_MANY_CONNECTIONS);
      return;
    }
    cancelTimer();
    const { endsAtMs } = access;
    cancelTimer =
      endsAtMs === null ? () => undefined : afterMoment(endsAtMs, clock, () => finish(reasons.TOKEN_EXPIRED));
    operationSender = toOperationSender(sender, access, () => principal);
    operations = createOperations({
      startOperation,
      sink,
      maskError,
      onEnd: () => (phase === 'finishing' ? finish(finishReason) : undefined),
    });
    phase = 'ready';
    send(JSON.stringify({ type: MessageType.ConnectionAck }));
  };
  /** Counts the socket for its caller instead of its address. Returns false if the caller has too many. */
  const takeSlot = (access: Access): boolean => {
    const before = principal;
    principal = sender.toPrincipal(access);
    if (principal === before) return true;
    const taken = openSockets.take(principal);
    freeSlot();
    freeSlot = taken ?? free;
    return taken !== null;
  };
  const subscribe = ({ id, payload }: SubscribeMessage): void => {
    if (operations === null || operationSender === null) close(reasons.NOT_INITIALISED);
    else if (operations.has(id)) close(reasons.ID_IN_USE);
    else if (phase === 'finishing') close(finishReason);
    else {
      const { query, operationName, variables, extensions, documentId }: typeof payload & DocumentParameters = payload;
      const document = { query, documentId, extensions };
      const params = { document, operationName: operationName || undefined, variables: variables ?? {} };
      operations.start(id, params, operationSender, (onEnd, work) => admission.run(() => principal, onEnd, work));
    }
  };
  const receive = (text: string): void => {
    const message = reasons.parseClientMessage(text);
    if (message === null) close(reasons.BAD_MESSAGE);
    else if (message.type === MessageType.ConnectionInit) {
      if (phase === 'opened')
        initialise(message).catch((error: unknown) => close(reasons.toRejection(error, logUnexpected)));
      else close(reasons.INIT_REPEATED);
    } else if (message.type === MessageType.Subscribe) subscribe(message);
    else if (message.type === MessageType.Complete) operations?.stop(message.id);
    // Without its payload, which can be long.
    else if (message.type === MessageType.Ping) send(JSON.stringify({ type: MessageType.Pong }));
  };

  socket.on('message', (data: RawData, isBinary: boolean) => {
    if (phase === 'closed') return;
    messages += 1;
    if (isBinary) close(reasons.NOT_TEXT);
    else if (messages > (operations === null ? MAX_MESSAGES_BEFORE_READY : MAX_MESSAGES_PER_CHECK))
      close(reasons.TOO_MANY_MESSAGES);
    else
      admission.charge(
        () => principal,
        () => receive((data as Buffer).toString()),
      );
  });
  socket.on('pong', () => void (isAlive = true));
  // What is wrong with a frame is in the code with which ws closes the socket.
  socket.on('error', () => undefined);
  connection.once('close', () => {
    end();
    freeSlot();
  });

  return {
    finish,
    check() {
      messages = 0;
      idleChecks = operations !== null && operations.count() > 0 ? 0 : idleChecks + 1;
      if (phase === 'closed') return;
      if (idleChecks > MAX_IDLE_CHECKS) close(reasons.IDLE);
      // A client that is slow to read has a time limit of its own.
      else if (!isAlive && !connection.writableNeedDrain) socket.terminate();
      else {
        isAlive = false;
        socket.ping();
      }
    },
  };
}
