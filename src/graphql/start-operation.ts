import { GraphQLError, OperationTypeNode, type ExecutionResult, type GraphQLFormattedError } from 'graphql';
import type { OperationContext, OperationStart } from '../context.ts';
import type { Documents } from './execution/documents.ts';
import type { Locate } from './execution/line-index.ts';
import type { PreparedOperation } from './execution/prepared-operation.ts';
import { planOperation, type OperationPlan } from './execution/plan-operation.ts';
import { checkVariablesAndFields, type RunOperation } from './execution/run-operation.ts';
import type { MaskError } from './mask-error.ts';
import type { OpenSubscriptions } from './open-subscriptions.ts';
import { toNoDocument } from './persisted/document-id.ts';
import type { PersistedDocuments } from './persisted/persisted-documents.ts';
import type { PlainRequest } from './plain-request.ts';
import { toResponseText, toSentErrors } from './response-text.ts';
import type { RunSubscription, SentEvent, SubscriptionArgs } from './run-subscription.ts';

/** The errors because of which an operation did not run. */
export interface NotStarted {
  readonly errors: readonly GraphQLFormattedError[];
}

/** The events of a subscription. */
export interface StartedSubscription {
  readonly events: AsyncIterableIterator<SentEvent, undefined>;
}

/** What came of an operation. A query or mutation has its response as JSON text. */
export type StartedOperation = NotStarted | StartedSubscription | { readonly text: string };

/** How the events of a subscription are sent. */
export type Sending = Pick<SubscriptionArgs, 'transport' | 'waitUntilSent'>;

type Start<Started> = (params: PlainRequest, start: OperationStart, sending: Sending) => Promise<Started>;

/** Runs any operation, exactly as the fast lane and Yoga do. Never rejects because of what the client sent. */
export type StartOperation = Start<StartedOperation>;

/** Runs a subscription in the same way. Any other operation is an error, and does not run. */
export type StartSubscription = Start<NotStarted | StartedSubscription>;

/** What came of a query, not yet as text. Without data, the result is null. */
export interface EndedQuery extends NotStarted {
  readonly result: ExecutionResult | null;
}

/** Runs the operations of transports that are not one response to one request. */
export interface OperationStarters {
  readonly startOperation: StartOperation;
  readonly startSubscription: StartSubscription;
  /** Runs a query in the same way. Any other operation is an error, and does not run. */
  readonly runQuery: (params: PlainRequest, start: OperationStart) => Promise<EndedQuery>;
  /** Checks a query as if it would run, and returns how many upstream calls it needs. Makes none. */
  readonly planQuery: (params: PlainRequest, start: OperationStart) => NotStarted | OperationPlan;
  /** Returns the errors because of which no operation with these parameters could start, whoever sends it; null if there are none. */
  readonly checkDocument: (params: PlainRequest, principal: () => string) => NotStarted | null;
}

export interface StartOperationOptions {
  readonly documents: Documents;
  readonly persisted: PersistedDocuments;
  readonly runOperation: RunOperation;
  readonly runSubscription: RunSubscription;
  readonly openSubscriptions: OpenSubscriptions;
  readonly createContext: (start: OperationStart) => OperationContext;
  readonly maskError: MaskError;
}

/** Creates the functions that run the operations of such transports. */
export function createStartOperation(options: StartOperationOptions): OperationStarters {
  const { documents, persisted, runOperation, runSubscription, openSubscriptions, createContext, maskError } = options;
  const toErrors = (errors: readonly unknown[], locate: Locate | null): NotStarted => ({
    errors: toSentErrors(errors.map(maskError), locate),
  });

  const find = ({ document, operationName }: PlainRequest, principal: () => string): Found | NotStarted => {
    const query = persisted.findText(document, principal);
    if (query === null) return toErrors([toNoDocument()], null);
    const { errors, locate, findOperation } = documents.read(query);
    if (errors.length > 0) return toErrors(errors, locate);
    const operation = findOperation(operationName);
    return operation === null ? toErrors([toUnknownOperation(operationName)], locate) : { operation, locate };
  };
  const run = async ({ operation, locate }: Found, { variables }: PlainRequest, start: OperationStart) => {
    const result = await runOperation(operation, variables, createContext(start));
    return result.data === undefined ? toErrors(result.errors ?? [], locate) : { text: toResponseText(result, locate) };
  };
  const subscribe = async (
    { operation, locate }: Found,
    { operationName, variables }: PlainRequest,
    start: OperationStart,
    sending: Sending,
  ): Promise<NotStarted | StartedSubscription> => {
    const context = createContext(start);
    const checked = checkVariablesAndFields(operation, variables, context);
    if ('errors' in checked) return toErrors(checked.errors, locate);
    const tooMany = openSubscriptions.open(start.principal(), start.onClose);
    if (tooMany !== null) return toErrors([tooMany], locate);
    const events = await runSubscription(operation, checked.values, context, { operationName, locate, ...sending });
    return Symbol.asyncIterator in events ? { events } : toErrors(events.errors ?? [], locate);
  };

  const findQuery = (params: PlainRequest, start: OperationStart): Found | NotStarted => {
    const found = find(params, start.principal);
    if ('errors' in found || found.operation.kind === OperationTypeNode.QUERY) return found;
    return toErrors([toNoQuery()], found.locate);
  };

  return {
    async runQuery(params, start) {
      try {
        const found = findQuery(params, start);
        if ('errors' in found) return { result: null, ...found };
        const result = await runOperation(found.operation, params.variables, createContext(start));
        return { result: result.data == null ? null : result, ...toErrors(result.errors ?? [], found.locate) };
      } catch (error) {
        return { result: null, ...toErrors([error], null) };
      }
    },
    planQuery(params, start) {
      try {
        const found = findQuery(params, start);
        if ('errors' in found) return found;
        const planned = planOperation(found.operation, params.variables, createContext(start));
        return 'errors' in planned ? toErrors(planned.errors, found.locate) : planned;
      } catch (error) {
        return toErrors([error], null);
      }
    },
    async startOperation(params, start, sending) {
      try {
        const found = find(params, start.principal);
        if ('errors' in found) return found;
        return isSubscription(found) ? await subscribe(found, params, start, sending) : await run(found, params, start);
      } catch (error) {
        return toErrors([error], null);
      }
    },
    async startSubscription(params, start, sending) {
      try {
        const found = find(params, start.principal);
        if ('errors' in found) return found;
        if (!isSubscription(found)) return toErrors([toNoSubscription()], found.locate);
        return await subscribe(found, params, start, sending);
      } catch (error) {
        return toErrors([error], null);
      }
    },
    checkDocument(params, principal) {
      try {
        const found = find(params, principal);
        return 'errors' in found ? found : null;
      } catch (error) {
        return toErrors([error], null);
      }
    },
  };
}

interface Found {
  readonly operation: PreparedOperation;
  readonly locate: Locate;
}

function isSubscription({ operation }: Found): boolean {
  return operation.kind === OperationTypeNode.SUBSCRIPTION;
}

function toUnknownOperation(operationName: string | undefined): GraphQLError {
  const message =
    operationName === undefined
      ? 'This document does not have exactly one operation. Name the one to run in operationName.'
      : 'This document has no operation of the name in operationName.';
  return new GraphQLError(message, { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } });
}

function toNoQuery(): GraphQLError {
  return new GraphQLError('Only queries run here.', { extensions: { code: 'BAD_REQUEST' } });
}

function toNoSubscription(): GraphQLError {
  const message = 'This transport is for subscriptions. Send queries and mutations by POST without it.';
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } });
}
