import SchemaBuilder from '@pothos/core';
import DirectivesPlugin from '@pothos/plugin-directives';
import FederationPlugin from '@pothos/plugin-federation';
import type { OperationContext } from '../src/context.ts';

/**
 * The schema's builder. Input scalars come to the resolvers as sent: the domain's parsers judge them there, so that a bad value
 * is one error with its argument's path, whether it came as a literal, a variable or an entity's key.
 */
export const builder = new SchemaBuilder<{
  Context: OperationContext;
  Scalars: {
    ID: { Input: string; Output: string };
    IMEI: { Input: unknown; Output: never };
    AccountNumber: { Input: unknown; Output: never };
    ReportDate: { Input: unknown; Output: never };
    DateTime: { Input: never; Output: string };
    SafeInt: { Input: never; Output: number };
  };
}>({
  plugins: [DirectivesPlugin, FederationPlugin],
});

builder.queryType({ description: 'What can be read: usage of devices, as the platform reports it.' });
builder.mutationType({ description: 'What starts work on the platform.' });
builder.subscriptionType({ description: 'What can be followed while it comes, over server-sent events.' });

/**
 * What an operation costs, for the guards of a gateway (`@cost`, `@listSize`): a row of the answer is 1, which is what a guard
 * takes an object for unasked, and an upstream call outweighs a hundred rows.
 */
export const CALL_COST = 100;

/** Ten devices share a call. */
export const DEVICE_COST = CALL_COST / 10;

/** How many rows a guard has to reckon with where nothing in the operation says it. */
export const ROWS_ASSUMED = { devices: 100, sessions: 100, days: 30 } as const;

/** Marks what a graph without asynchronous reports leaves out. */
export const ASYNCHRONOUS = 'asynchronous';

/** Marks what those who run the service ask for, and a graph for others leaves out. */
export const OPERATIONS = 'operations';
