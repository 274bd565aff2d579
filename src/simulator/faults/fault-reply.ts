import { STATUS_CODES } from 'node:http';
import { errorReply, type ErrorForm, type Reply } from '../http/reply.ts';
import type { FaultSpec } from './fault-spec.ts';

/** Codes of WSO2, the API gateway in front of the platform. */
const GATEWAY_CODES: Readonly<Record<number, string>> = {
  401: '900901',
  403: '900908',
  404: '900906',
  429: '900802',
  503: '303001',
  504: '101504',
};

function defaultCode(form: ErrorForm, status: number): string {
  if (form === 'fault' || form === 'xml') return GATEWAY_CODES[status] ?? '900900';
  if (status >= 500) return 'INTERNAL_ERROR';
  if (status === 401) return 'UNAUTHORIZED';
  return status === 403 || status === 429 ? 'INVALID_ACCESS' : 'INVALID_PARAMETER';
}

/** Returns the reply that a fault defines; undefined if it defines none and the call is handled as usual. */
export function toFaultReply(spec: FaultSpec): Reply | undefined {
  const { rawBody, body, headers, code, message } = spec;
  if (rawBody !== undefined) {
    return {
      status: spec.status ?? 200,
      headers: { 'content-type': 'application/json', ...headers },
      body: rawBody,
    };
  }
  const definesReply =
    [spec.status, body, code, message].some((value) => value !== undefined) || Object.keys(headers).length > 0;
  if (!definesReply) return undefined;
  const status = spec.status ?? 500;
  const form = body ?? 'responseCode';
  const content = {
    status,
    code: code ?? defaultCode(form, status),
    message: message ?? STATUS_CODES[status] ?? 'Error',
  };
  const reply = errorReply(form, content);
  return { ...reply, headers: { ...reply.headers, ...headers } };
}
