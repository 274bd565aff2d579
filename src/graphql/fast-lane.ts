import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { GraphQLError, OperationTypeNode, type ExecutionResult } from 'graphql';
import type { OperationContext, OperationStart } from '../context.ts';
import type { Access } from '../domain/access.ts';
import { isObject, parseJson } from '../domain/json.ts';
import { toCpuShareUsedUp, type TakeCpuTurn } from '../http/cpu-share.ts';
import { sendErrorResponse, type ErrorResponse } from '../http/error-response.ts';
import { asksForFresh, toHeaderReader } from '../http/forwarded.ts';
import type { SendJson } from '../http/json-response.ts';
import { readBody, toBodyText, TOO_MANY_PIECES } from '../http/request-body.ts';
import { requestIdOf } from '../http/request-id.ts';
import { markLogged } from '../http/request-log.ts';
import { onResponseClose } from '../http/response-close.ts';
import type { Documents } from './execution/documents.ts';
import type { Locate } from './execution/line-index.ts';
import type { PreparedOperation } from './execution/prepared-operation.ts';
import type { RunOperation } from './execution/run-operation.ts';
import type { MaskError } from './mask-error.ts';
import type { PersistedDocuments } from './persisted/persisted-documents.ts';
import { toPlainRequest, type PlainRequest } from './plain-request.ts';
import { toStatus, withStatus } from './request-error.ts';
import { takeBodyKind, toYogaBody, type BodyKind } from './request-media.ts';
import { toResponseText } from './response-text.ts';

export interface FastLaneOptions {
  readonly path: string;
  readonly maxBodyBytes: number;
  readonly documents: Documents;
  readonly persisted: PersistedDocuments;
  readonly runOperation: RunOperation;
  readonly accessOf: (request: IncomingMessage) => Access;
  /** Identifies the caller: the same text for all its requests. */
  readonly principalOf: (request: IncomingMessage) => string;
  /** Null if CPU time is not limited. */
  readonly takeCpuTurn: TakeCpuTurn | null;
  readonly createContext: (start: OperationStart) => OperationContext;
  readonly maskError: MaskError;
  readonly sendJson: SendJson;
  /** Handles every request that the fast lane does not. */
  readonly yoga: RequestListener;
}

/**
 * Handles the usual request without Yoga's layers: a JSON POST of a query or mutation that accepts JSON first. Every other request
 * goes to Yoga, with its body already read and parsed. What was sent before makes no difference.
 */
export function createFastLane(options: FastLaneOptions): RequestListener {
  const { path, maxBodyBytes, documents, persisted, runOperation, takeCpuTurn, createContext, maskError } = options;
  const { principalOf, sendJson, yoga } = options;

  const handle = async (request: IncomingMessage, response: ServerResponse, kind: BodyKind): Promise<void> => {
    const bytes = await readBody(request, maxBodyBytes);
    if (typeof bytes === 'string') {
      sendErrorResponse(response, bytes === 'too-large' ? TOO_LARGE : IN_PIECES);
      return;
    }
    // Others of the same caller have run since this request was admitted.
    const waitMs = takeCpuTurn === null ? 0 : await takeCpuTurn(principalOf(request));
    if (waitMs > 0) {
      sendErrorResponse(response, toCpuShareUsedUp(waitMs));
      return;
    }
    const text = toBodyText(bytes);
    const body = kind === 'graphql' ? { query: text } : parseJson(text);
    if (isObject(body) && typeof body['query'] === 'string') {
      const ahead = documents.readAhead(body['query']);
      if (ahead !== null) await ahead;
    }
    const plain = kind === 'json' && request.url === path ? toPlainRequest(body) : null;
    const mediaType = toMediaType(request.headers.accept);
    const found = plain === null || mediaType === null ? null : find(plain, () => principalOf(request));
    if (plain === null || mediaType === null || found === null) {
      yoga(Object.assign(request, { body: toYogaBody(body) }), response);
      return;
    }
    const start = toOperationStart(request, response, options);
    const result: ExecutionResult =
      'errors' in found
        ? { errors: found.errors.map(maskError) }
        : await runOperation(found.operation, plain.variables, createContext(start));
    const { data, errors = [] } = result;
    const status = data === undefined ? toStatus(errors.map(withStatus), mediaType) : 200;
    return sendJson(request, response, { status, mediaType, body: toResponseText(result, found.locate) });
  };

  /** Null if Yoga has to answer: a subscription, no document, or one without the operation. */
  const find = ({ document, operationName }: PlainRequest, principal: () => string): Found | null => {
    try {
      const query = persisted.findText(document, principal);
      if (query === null) return null;
      const { errors, locate, findOperation } = documents.read(query);
      if (errors.length > 0) return { errors, locate };
      const operation = findOperation(operationName);
      return operation === null || operation.kind === OperationTypeNode.SUBSCRIPTION ? null : { operation, locate };
    } catch (error) {
      if (error instanceof GraphQLError) return { errors: [error], locate: null };
      throw error;
    }
  };

  return (request, response) => {
    const kind = request.method === 'POST' ? takeBodyKind(request) : null;
    if (kind === null) {
      yoga(request, response);
      return;
    }
    handle(request, response, kind).catch((error: unknown) => {
      if (response.destroyed) return;
      if (response.headersSent) response.destroy();
      else {
        const body = toResponseText({ errors: [maskError(error)] }, null);
        void sendJson(request, response, { status: 500, mediaType: JSON_TYPE, body });
      }
    });
  };
}

type Found = { readonly locate: Locate | null } & (
  { readonly operation: PreparedOperation } | { readonly errors: readonly GraphQLError[] }
);

const RESPONSE_JSON = 'application/graphql-response+json';
const JSON_TYPE = 'application/json';

/** Apollo's clients for iOS and Android accept this before JSON. Nothing that the fast lane runs is sent in parts. */
const IN_PARTS = 'multipart/mixed;';

/** The media type of the response, if the first one that is accepted settles it; null if Yoga has to negotiate. */
function toMediaType(accept: string | undefined): string | null {
  const [first] = accept?.split(',', 1) ?? [];
  if (first === undefined || first === '*/*' || first === JSON_TYPE) return JSON_TYPE;
  if (first === RESPONSE_JSON) return RESPONSE_JSON;
  if (!first.startsWith(IN_PARTS)) return null;
  const second = accept?.split(',', 2)[1]?.trim();
  return second === RESPONSE_JSON || second === JSON_TYPE ? second : null;
}

/** How a federation gateway asks for a trace. */
const TRACE_HEADER = { name: 'apollo-federation-include-trace', value: 'ftv1' } as const;

/** What is known about an operation from its request, whichever lane handles it. */
export function toOperationStart(
  request: IncomingMessage,
  response: ServerResponse,
  { accessOf, principalOf }: Pick<FastLaneOptions, 'accessOf' | 'principalOf'>,
): OperationStart {
  let principal: string | null = null;
  const header = toHeaderReader(request);
  return {
    access: accessOf(request),
    principal: () => (principal ??= principalOf(request)),
    requestId: requestIdOf(request),
    markLogged: () => markLogged(request),
    onClose: (listener) => onResponseClose(request, response, listener),
    mayUseCache: !asksForFresh(request.headers['cache-control']),
    wantsTrace: header(TRACE_HEADER.name) === TRACE_HEADER.value,
    header,
  };
}

const IN_PIECES: ErrorResponse = { ...TOO_MANY_PIECES, code: 'BAD_REQUEST' };
/** Yoga sends the same response. */
const TOO_LARGE: ErrorResponse = {
  status: 413,
  code: 'REQUEST_ENTITY_TOO_LARGE',
  message: 'Request body too large',
};
