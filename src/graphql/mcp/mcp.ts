import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { schema } from '../../../schema/index.ts';
import type { LogUnexpected } from '../../http/log-unexpected.ts';
import { toCpuShareUsedUp } from '../../http/cpu-share.ts';
import { readBody, toBodyText } from '../../http/request-body.ts';
import { isObject, parseJson } from '../../domain/json.ts';
import { toOperationStart, type FastLaneOptions } from '../fast-lane.ts';
import type { OperationStarters } from '../start-operation.ts';
import { createToolServer } from './tool-server.ts';
import { readTools } from './tools.ts';

export interface McpOptions
  extends
    Pick<OperationStarters, 'runQuery' | 'planQuery' | 'checkDocument'>,
    Pick<FastLaneOptions, 'accessOf' | 'principalOf' | 'takeCpuTurn'> {
  readonly maxMessageBytes: number;
  readonly logUnexpected: LogUnexpected;
}

/** A response of JSON-RPC to a message that was not read. */
interface Rejection {
  readonly status: number;
  /** An error code of JSON-RPC. */
  readonly code: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a client sent. */
interface Message {
  readonly message: object;
}

/**
 * Serves the queries of `schema/operations` as tools of the Model Context Protocol (Streamable HTTP). Each POST is one message with one JSON
 * response; there are no sessions and no streams, so that a client leaves nothing behind. Its requests have passed the guard.
 */
export async function createMcp(options: McpOptions): Promise<RequestListener> {
  const { checkDocument, accessOf, principalOf, takeCpuTurn, maxMessageBytes, logUnexpected } = options;
  // A tool whose document may not run, because it is not trusted, is not offered.
  const tools = (await readTools(schema)).filter(
    ({ text }) =>
      checkDocument(
        {
          document: { query: text, documentId: undefined, extensions: undefined },
          operationName: undefined,
          variables: {},
        },
        () => '',
      ) === null,
  );

  const readMessage = async (request: IncomingMessage): Promise<Rejection | Message> => {
    const rejection = checkHead(request);
    if (rejection !== null) return rejection;
    const bytes = await readBody(request, maxMessageBytes);
    if (typeof bytes === 'string') return bytes === 'too-large' ? TOO_LARGE : IN_PIECES;
    const waitMs = takeCpuTurn === null ? 0 : await takeCpuTurn(principalOf(request));
    if (waitMs > 0) return toTooBusy(waitMs);
    const message = parseJson(toBodyText(bytes));
    if (Array.isArray(message)) return NO_BATCHES;
    return isObject(message) ? { message } : NOT_JSON;
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const read = await readMessage(request);
    if ('status' in read) {
      reject(response, read);
      return;
    }
    const server = createToolServer(tools, options, toOperationStart(request, response, { accessOf, principalOf }));
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    try {
      await server.connect(transport);
      const posted = new Request('http://localhost/mcp', { method: 'POST', headers: toHeaders(request.headers) });
      const answer = await transport.handleRequest(posted, { parsedBody: read.message });
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
    } finally {
      await server.close();
    }
  };
  return (request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (response.destroyed) return;
      const errorId = logUnexpected({ err: error }, 'unexpected error of a tool');
      if (response.headersSent) response.destroy();
      else reject(response, { status: 500, code: -32603, message: `Unexpected error. Its id is ${errorId}.` });
    });
  };
}

const ALLOW = { Allow: 'POST' };
const TOO_LARGE: Rejection = {
  status: 413,
  code: -32600,
  message: 'This message is too large. Ask about fewer devices.',
};
const IN_PIECES: Rejection = {
  status: 400,
  code: -32600,
  message: 'This message comes in too many small pieces. Send it with Content-Length.',
  headers: { Connection: 'close' },
};
const NOT_JSON: Rejection = { status: 400, code: -32700, message: 'This message is not an object of JSON.' };
const NO_BATCHES: Rejection = { status: 400, code: -32600, message: 'Send each message in its own request.' };

function checkHead({ method, headers }: IncomingMessage): Rejection | null {
  if (method !== 'POST')
    return {
      status: 405,
      code: -32600,
      message: 'Send messages by POST. There are no streams and no sessions.',
      headers: ALLOW,
    };
  if (headers['content-encoding'] !== undefined)
    return { status: 415, code: -32600, message: 'Send messages without Content-Encoding.' };
  return null;
}

function toTooBusy(waitMs: number): Rejection {
  const { status, message, retryAfterSeconds } = toCpuShareUsedUp(waitMs);
  return { status, code: -32000, message, headers: { 'Retry-After': String(retryAfterSeconds ?? 1) } };
}

function reject(response: ServerResponse, { status, code, message, headers = {} }: Rejection): void {
  const body = JSON.stringify({ jsonrpc: '2.0', error: { code, message }, id: null });
  response.writeHead(status, {
    'Content-Type': 'application/json',
    ...headers,
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** Those that the library reads. */
function toHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const names = ['accept', 'content-type', 'mcp-protocol-version', 'mcp-session-id'];
  return Object.fromEntries(
    names.flatMap((name) => (typeof headers[name] === 'string' ? [[name, headers[name]]] : [])),
  );
}
