import SchemaBuilder from '@pothos/core';
import DirectivesPlugin from '@pothos/plugin-directives';
import FederationPlugin from '@pothos/plugin-federation';
import type { OperationContext } from '../src/context.ts';

/**
 * The Pothos schema builder. Input scalars reach the resolvers as they were sent. The domain's parsers check them there, so that a bad
 * value is reported once, with its argument path, whether it was sent as a literal, a variable or an entity key.
 */
export const builder = new SchemaBuilder<{
  Context: OperationContext;
  Scalars: {
    ID: { Input: string; Output: string };
    IMEI: { Input: unknown; Output: never };
    AccountNumber: { Input: unknown; Output: never };
    ReportDate: { Input: unknown; Output: never };
    Date: { Input: unknown; Output: string };
    DateTime: { Input: never; Output: string };
    SafeInt: { Input: unknown; Output: number };
  };
}>({
  plugins: [DirectivesPlugin, FederationPlugin],
});

builder.queryType({ description: 'Usage of devices, stored asynchronous reports, and callback listeners.' });
builder.mutationType({ description: 'Starts asynchronous reports, and changes callback listeners.' });
builder.subscriptionType({ description: 'Live progress of asynchronous reports, as server-sent events.' });

/**
 * Weight of an upstream call in `@cost`, for the cost limits of gateways. The unit is one row of a response: 1 is the default weight
 * of an object.
 */
export const CALL_COST = 100;

/** Ten devices share an upstream call. */
export const DEVICE_COST = CALL_COST / 10;

/** Rows that `@listSize` assumes if no argument limits a list. */
export const ROWS_ASSUMED = { devices: 100, sessions: 100, days: 30 } as const;

/** Tag of the root fields that a graph without asynchronous reports leaves out. */
export const ASYNCHRONOUS = 'asynchronous';

/** Tag of the root fields for operators, which a public graph leaves out. */
export const OPERATIONS = 'operations';
