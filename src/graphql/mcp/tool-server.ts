import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, ErrorCode, ListToolsRequestSchema, McpError } from '@modelcontextprotocol/sdk/types.js';
import type { JsonSchemaValidator, jsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/types.js';
import type { OperationStart } from '../../context.ts';
import { isObject, readObject } from '../../domain/json.ts';
import { VERSION } from '../../domain/version.ts';
import type { OperationStarters } from '../start-operation.ts';
import { toErrorResult, toOperationResult, toToolResult, type ToolResult } from './tool-result.ts';
import type { Tool } from './tools.ts';

/** Runs the operations of tools. */
export type ToolStarters = Pick<OperationStarters, 'runQuery' | 'planQuery'>;

const PLAN = 'Plan';
const NAME = 'device-reports-graphql';
const INSTRUCTIONS =
  'Usage of cellular devices on the ThingSpace platform. Upstream calls are limited, so call Plan before a tool that asks about many devices or days. ' +
  'Dates are ISO 8601 days, at most 180 days back. Long lists come shortened, with percentiles of all rows.';

/* eslint-disable @typescript-eslint/no-deprecated -- McpServer, which the library prefers, takes its own schemas instead of JSON Schema. */
/** Creates the protocol of one request. Nothing is kept between requests: there are no sessions. */
export function createToolServer(
  tools: readonly Tool[],
  { runQuery, planQuery }: ToolStarters,
  start: OperationStart,
): Server {
  const server = new Server(
    { name: NAME, version: VERSION },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS, jsonSchemaValidator: NO_VALIDATION },
  );
  /* eslint-enable @typescript-eslint/no-deprecated */
  const find = (name: unknown): Tool => {
    const tool = tools.find((each) => each.name === name);
    if (tool !== undefined) return tool;
    throw new McpError(ErrorCode.InvalidParams, 'There is no such tool. The method tools/list has them.');
  };
  const paramsOf = ({ text }: Tool, variables: unknown) => ({
    document: { query: text, documentId: undefined, extensions: undefined },
    operationName: undefined,
    variables: readObject(variables),
  });
  const plan = (sent: unknown): ToolResult => {
    const { tool, arguments: variables } = readObject(sent);
    const planned = planQuery(paramsOf(find(tool), variables), start);
    return 'errors' in planned ? toErrorResult(planned.errors) : toToolResult(planned);
  };

  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [...tools.map(toListed), toPlanTool(tools)] }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params: { name, arguments: sent = {} } }) => {
    if (name === PLAN) return plan(sent);
    const ended = await runQuery(paramsOf(find(name), sent), start);
    return ended.result === null ? toErrorResult(ended.errors) : toOperationResult(ended.result, ended.errors);
  });
  return server;
}

function toListed({ name, description, inputSchema }: Tool) {
  return {
    name,
    description,
    inputSchema: { ...inputSchema, required: [...inputSchema.required] },
    annotations: READ_ONLY,
  };
}

const READ_ONLY = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true };

function toPlanTool(tools: readonly Tool[]) {
  return {
    name: PLAN,
    description:
      'The price of another tool with these arguments: upstreamCalls, the most that it makes, without retries, and withinBudget, whether the server allows them. Makes no upstream call.',
    inputSchema: {
      type: 'object' as const,
      properties: {
        tool: { type: 'string', enum: tools.map(({ name }) => name), description: 'The name of the tool.' },
        arguments: { type: 'object', description: 'The arguments that the tool would get.' },
      },
      required: ['tool'],
      additionalProperties: false,
    },
    annotations: { ...READ_ONLY, openWorldHint: false },
  };
}

/** Nothing is asked of clients, so there are no answers of theirs to validate. The one that the library brings takes a while to create. */
const NO_VALIDATION: jsonSchemaValidator = {
  getValidator<T>(): JsonSchemaValidator<T> {
    return (input) =>
      isObject(input)
        ? { valid: false, data: undefined, errorMessage: 'not expected' }
        : { valid: false, data: undefined, errorMessage: 'not an object' };
  },
};
