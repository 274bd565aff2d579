import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import { isObject } from '../../domain/json.ts';
import { isLonger, summarize } from './summarize.ts';

/** What a client gets of a tool: JSON text, and whether it is an error. */
export interface ToolResult {
  readonly content: [{ readonly type: 'text'; readonly text: string }];
  readonly isError?: boolean;
  readonly [key: string]: unknown;
}

/** About 10,000 tokens: a model reads no longer answer with attention. */
const MAX_CHARACTERS = 40_000;
const MAX_ERRORS = 10;
const FEWER =
  'Ask for fewer devices or days. For a file with every row, request the report with requestAggregatedReport.';

/** A result as text. */
export function toToolResult(value: unknown, isError = false): ToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(value) }], ...(isError ? { isError } : {}) };
}

/** Errors as text. */
export function toErrorResult(errors: readonly GraphQLFormattedError[]): ToolResult {
  const shown = errors.slice(0, MAX_ERRORS).map(({ message, path, extensions }) => ({ message, path, ...extensions }));
  const more = errors.length - shown.length;
  return toToolResult({ errors: shown, ...(more > 0 ? { moreErrors: more } : {}) }, true);
}

/** The result of an operation as text. Long lists are shortened to their first rows, with percentiles of all rows and the way to the rest. */
export function toOperationResult(
  { data, extensions }: ExecutionResult,
  errors: readonly GraphQLFormattedError[],
): ToolResult {
  const shown = errors
    .slice(0, MAX_ERRORS)
    .map(({ message, path, extensions: { code } = {} }) => ({ message, path, code }));
  const rest = {
    ...(errors.length > 0 ? { errors: shown, errorCount: errors.length } : {}),
    ...(isObject(extensions) ? extensions : {}),
  };
  if (!isLonger(data, MAX_CHARACTERS)) return toToolResult({ data, ...rest }, errors.length > 0 && isEmpty(data));
  const summary = summarize(data, MAX_CHARACTERS);
  if (summary === null)
    return toToolResult({ errors: [{ message: `This answer is too long. ${FEWER}` }], ...rest }, true);
  return toToolResult({ ...summary, everyRow: findDownload(data) ?? FEWER, ...rest });
}

/** Whether every root field failed. */
function isEmpty(data: unknown): boolean {
  return !isObject(data) || Object.values(data).every((value) => value === null);
}

/** The link to the file of an asynchronous report; null if the result is another. */
function findDownload(data: unknown): string | null {
  const roots = isObject(data) ? Object.values(data) : [];
  const links = roots.flatMap((root) =>
    isObject(root) && typeof root['download'] === 'string' ? [root['download']] : [],
  );
  return links[0] ?? null;
}
