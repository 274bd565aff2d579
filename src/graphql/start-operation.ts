import { GraphQLError, OperationTypeNode, type GraphQLFormattedError } from 'graphql';
import type { OperationContext, OperationStart } from '../context.ts';
import type { Documents } from './execution/documents.ts';
import type { Locate } from './execution/line-index.ts';
import { checkVariablesAndFields, type RunOperation } from './execution/run-operation.ts';
import type { MaskError } from './mask-error.ts';
import type { OpenSubscriptions } from './open-subscriptions.ts';
import type { PersistedDocuments } from './persisted/persisted-documents.ts';
import type { PlainRequest } from './plain-request.ts';
import { toResponseText, toSentErrors } from './response-text.ts';
import type { RunSubscription, SentEvent } from './run-subscription.ts';

/** What came of an operation: the errors because of which it did not run, its response, or the events of a subscription. */
export type StartedOperation =
  | { readonly errors: readonly GraphQLFormattedError[] }
  | { readonly text: string }
  | { readonly events: AsyncIterableIterator<SentEvent, undefined> };

/**
 * Runs any operation, exactly as the fast lane and Yoga do. `waitUntilSent` resolves when the client has taken the events so far, or is
 * gone. Never rejects because of what the client sent.
 */
export type StartOperation = (
  params: PlainRequest,
  start: OperationStart,
  waitUntilSent: () => Promise<void>,
) => Promise<StartedOperation>;

export interface StartOperationOptions {
  readonly documents: Documents;
  readonly persisted: PersistedDocuments;
  readonly runOperation: RunOperation;
  readonly runSubscription: RunSubscription;
  readonly openSubscriptions: OpenSubscriptions;
  readonly createContext: (start: OperationStart) => OperationContext;
  readonly maskError: MaskError;
}

/** Creates the function that runs the operations of transports with several operations on one connection. */
export function createStartOperation(options: StartOperationOptions): StartOperation {
  const { documents, persisted, runOperation, runSubscription, openSubscriptions, createContext, maskError } = options;
  const toErrors = (errors: readonly unknown[], locate: Locate | null) => ({
    errors: toSentErrors(errors.map(maskError), locate),
  });

  return async ({ document, operationName, variables }, start, waitUntilSent) => {
    try {
      const query = persisted.findText(document, start.principal);
      if (query === null) return toErrors([toNoDocument()], null);
      const { errors, locate, findOperation } = documents.read(query);
      if (errors.length > 0) return toErrors(errors, locate);
      const operation = findOperation(operationName);
      if (operation === null) return toErrors([toUnknownOperation(operationName)], locate);
      const context = createContext(start);
      if (operation.kind !== OperationTypeNode.SUBSCRIPTION) {
        const result = await runOperation(operation, variables, context);
        if (result.data === undefined) return toErrors(result.errors ?? [], locate);
        return { text: toResponseText(result, locate) };
      }
      const checked = checkVariablesAndFields(operation, variables, context);
      if ('errors' in checked) return toErrors(checked.errors, locate);
      const tooMany = openSubscriptions.open(start.principal(), start.onClose);
      if (tooMany !== null) return toErrors([tooMany], locate);
      const events = await runSubscription(operation, checked.values, context, {
        operationName,
        locate,
        waitUntilSent,
      });
      return Symbol.asyncIterator in events ? { events } : toErrors(events.errors ?? [], locate);
    } catch (error) {
      return toErrors([error], null);
    }
  };
}

function toUnknownOperation(operationName: string | undefined): GraphQLError {
  const message =
    operationName === undefined
      ? 'This document does not have exactly one operation. Name the one to run in operationName.'
      : 'This document has no operation of the name in operationName.';
  return new GraphQLError(message, { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } });
}

function toNoDocument(): GraphQLError {
  const message = 'There is no document. Send its text as query, or its id.';
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } });
}
