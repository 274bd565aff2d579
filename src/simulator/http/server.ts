import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readBody, readCallHead, type Call } from './call.ts';
import type { CallLog } from './call-log.ts';
import { deliver, type Delivery, type DeliveryTime } from './delivery.ts';
import { errorReply, type Reply } from './reply.ts';

export interface HttpServerOptions {
  apiPath: string;
  adminPath: string;
  callLog: CallLog;
  platform: (call: Call) => Promise<Delivery>;
  admin: (call: Call) => Reply;
  deliveryTime: DeliveryTime;
}

const MAX_BODY_BYTES = 1_000_000;
const KEEP_ALIVE_MILLISECONDS = 60_000;
/** How long a call may take to arrive, and its headers alone. After that the server answers 408 and closes the connection. */
const ARRIVAL_MILLISECONDS = { requestTimeout: 30_000, headersTimeout: 10_000, connectionsCheckingInterval: 3_000 };

function relativeTo(base: string, path: string): string | undefined {
  return path === base || path.startsWith(`${base}/`) ? path.slice(base.length) : undefined;
}

function tooLargeReply(): Reply {
  const message = `The request body is longer than ${MAX_BODY_BYTES} bytes.`;
  return errorReply('responseCode', { status: 413, code: 'INVALID_PARAMETER', message });
}

/** Creates the HTTP server of the platform and the admin API. A broken or malformed request never ends it. */
export function createHttpServer(options: HttpServerOptions): Server {
  const { apiPath, adminPath, callLog, platform, admin, deliveryTime } = options;

  async function handleAdmin(request: IncomingMessage, response: ServerResponse, head: Omit<Call, 'body'>) {
    const body = await readBody(request, MAX_BODY_BYTES);
    const reply = body === undefined ? tooLargeReply() : admin({ ...head, body });
    deliver(response, { manner: 'whole', reply }, deliveryTime);
  }

  async function handlePlatform(request: IncomingMessage, response: ServerResponse, head: Omit<Call, 'body'>) {
    const recorded = callLog.open(head);
    const body = await readBody(request, MAX_BODY_BYTES);
    callLog.close(recorded, body ?? '');
    const delivery: Delivery =
      body === undefined ? { manner: 'whole', reply: tooLargeReply() } : await platform({ ...head, body });
    if (delivery.manner !== 'reset') recorded.status = delivery.reply.status;
    deliver(response, delivery, deliveryTime);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const head = readCallHead(request);
    const adminRest = relativeTo(adminPath, head.path);
    if (adminRest !== undefined) return handleAdmin(request, response, { ...head, path: adminRest });
    return handlePlatform(request, response, { ...head, path: relativeTo(apiPath, head.path) ?? head.path });
  }

  const server = createServer(ARRIVAL_MILLISECONDS, (request, response) => {
    response.on('error', () => response.destroy());
    handle(request, response).catch(() => request.destroy());
  });
  server.keepAliveTimeout = KEEP_ALIVE_MILLISECONDS;
  return server;
}
