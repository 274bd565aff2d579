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
