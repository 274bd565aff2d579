import { validateHeaderName, validateHeaderValue } from 'node:http';
import { InvalidInput } from '../http/errors.ts';
import {
  optionalBoolean,
  optionalInteger,
  optionalProbability,
  optionalText,
  rejectUnknownFields,
  type JsonObject,
} from '../http/json-object.ts';
import { ERROR_FORMS, type ErrorForm } from '../http/reply.ts';

export const FAULT_MANNERS = ['reset', 'resetAfterEffect', 'truncate', 'endless', 'slow'] as const;
/** How a fault damages or replaces the response; docs/simulator.md describes each. */
export type FaultManner = (typeof FAULT_MANNERS)[number];

/** A fault to apply to matching calls; docs/simulator.md describes its fields. */
export interface FaultSpec {
  path: string | undefined;
  imei: string | undefined;
  status: number | undefined;
  body: ErrorForm | undefined;
  rawBody: string | undefined;
  contentType: string | undefined;
  code: string | undefined;
  message: string | undefined;
  headers: Readonly<Record<string, string>>;
  latencyMilliseconds: number;
  manner: FaultManner | undefined;
  times: number | undefined;
  probability: number;
}

const FIELDS = [
  'path',
  'imei',
  'status',
  'body',
  'rawBody',
  'contentType',
  'code',
  'message',
  'headers',
  'latencyMilliseconds',
  ...FAULT_MANNERS,
  'times',
  'probability',
];

function parseHeaders(value: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  if (value === undefined) return headers;
  if (typeof value !== 'object' || value === null) throw new InvalidInput('headers must be an object of strings.');
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw new InvalidInput(`headers.${name} must be a string.`);
    try {
      validateHeaderName(name);
      validateHeaderValue(name, text);
    } catch {
      throw new InvalidInput(`headers.${name} cannot be sent as a header.`);
    }
    headers[name.toLowerCase()] = text;
  }
  return headers;
}

function parsePath(object: JsonObject, paths: readonly string[]): string | undefined {
  const path = optionalText(object, 'path')?.replace(/^\/api(?=\/)/, '');
  if (path === undefined || paths.includes(path)) return path;
  throw new InvalidInput(`path is not one of ${paths.join(', ')}.`);
}

function parseStatus(object: JsonObject): number | undefined {
  const status = optionalInteger(object, 'status', 200);
  if (status !== undefined && status > 599) throw new InvalidInput('status must be at most 599.');
  return status;
}

function parseForm(object: JsonObject): ErrorForm | undefined {
  const name = optionalText(object, 'body');
  const form = ERROR_FORMS.find((known) => known === name);
  if (name !== undefined && form === undefined) throw new InvalidInput(`body is not one of ${ERROR_FORMS.join(', ')}.`);
  return form;
}

function parseManner(object: JsonObject): FaultManner | undefined {
  const chosen = FAULT_MANNERS.filter((name) => optionalBoolean(object, name) === true);
  if (chosen.length > 1) throw new InvalidInput(`${chosen.join(' and ')} exclude each other.`);
  return chosen[0];
}

/** Parses a fault of the admin API; docs/simulator.md describes its fields. Throws InvalidInput that names the invalid field. */
export function parseFaultSpec(object: JsonObject, paths: readonly string[]): FaultSpec {
  rejectUnknownFields(object, FIELDS);
  const contentType = optionalText(object, 'contentType');
  return {
    path: parsePath(object, paths),
    imei: optionalText(object, 'imei'),
    status: parseStatus(object),
    body: parseForm(object),
    rawBody: optionalText(object, 'rawBody'),
    contentType,
    code: optionalText(object, 'code'),
    message: optionalText(object, 'message'),
    headers: {
      ...parseHeaders(object.headers),
      ...(contentType === undefined ? {} : parseHeaders({ 'content-type': contentType })),
    },
    latencyMilliseconds: optionalInteger(object, 'latencyMilliseconds') ?? 0,
    manner: parseManner(object),
    times: optionalInteger(object, 'times', 1),
    probability: optionalProbability(object, 'probability') ?? 1,
  };
}
