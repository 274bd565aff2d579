import type { GraphQLSchema } from 'graphql';
import { mixSeeds } from '../../../src/simulator/random.ts';
import { createChoice, type Choice } from './choice.ts';
import type { Composition, Stored } from './composition.ts';
import { composeDocument, composeIntrospection, type Document } from './documents.ts';
import { composeMistakes, MAX_BODY_BYTES, pad } from './mistakes.ts';
import { choosePlatform } from './platform.ts';
import { createValues, type Values } from './values.ts';

/** Creates the function that composes the request with this number, of a caller who may see the account. */
export function createComposer(
  schema: GraphQLSchema,
  stored: Stored,
  seed: number,
  account: string,
): (number: number) => Composition {
  return (number) => {
    for (let attempt = 0; ; attempt += 1) {
      const choice = createChoice(mixSeeds(mixSeeds(seed, number), attempt));
      const platform = choosePlatform(choice);
      const kind = chooseKind(choice);
      const plain = composeOfKind(kind, schema, choice, () => createValues(choice, stored, account));
      const isPadded = choice.chance(0.15);
      const document = isPadded ? pad(plain, choice) : plain;
      const bytes = Buffer.byteLength(JSON.stringify(document));
      // The server would refuse it for its size alone.
      if (bytes > MAX_BODY_BYTES) continue;
      const accept = kind === 'subscription' ? 'text/event-stream' : choice.pick(ACCEPTED);
      const encoding = choice.pick(['identity', 'gzip', 'br']);
      return {
        ...document,
        title: `${kind}${isPadded ? ', padded' : ''}, ${bytes} bytes, ${accept}, ${encoding}`,
        headers: { Accept: accept, 'Accept-Encoding': encoding },
        platform,
      };
    }
  };
}

const ACCEPTED = [
  'application/json',
  'application/json',
  'application/graphql-response+json',
  'text/html, */*',
] as const;

type Kind = 'query' | 'mutation' | 'subscription' | 'introspection' | 'mistakes';

function chooseKind(choice: Choice): Kind {
  if (choice.chance(0.65)) return 'query';
  return choice.pick(['mutation', 'subscription', 'introspection', 'mistakes', 'mistakes', 'mistakes']);
}

function composeOfKind(kind: Kind, schema: GraphQLSchema, choice: Choice, values: () => Values): Document {
  if (kind === 'introspection') return composeIntrospection(choice);
  if (kind === 'mistakes') return composeMistakes(choice);
  return composeDocument(schema, kind, choice, values());
}
