import type { GraphQLSchema } from 'graphql';
import { mixSeeds } from '../../../src/simulator/random.ts';
import { createChoice } from './choice.ts';
import type { Composition, Stored } from './composition.ts';
import { composeDocument, composeIntrospection, type Document } from './documents.ts';
import { composeMistakes, MAX_BODY_BYTES, pad } from './mistakes.ts';
import { choosePlatform } from './platform.ts';
import { createValues } from './values.ts';

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
      const kind = choice.pick([
        'fields',
        'fields',
        'fields',
        'fields',
        'fields',
        'fields',
        'fields',
        'introspection',
        'mistakes',
        'mistakes',
      ]);
      const plain: Document =
        kind === 'fields'
          ? composeDocument(schema, choice, createValues(choice, stored, account))
          : kind === 'introspection'
            ? composeIntrospection(choice)
            : composeMistakes(choice);
      const isPadded = choice.chance(0.15);
      const document = isPadded ? pad(plain, choice) : plain;
      const bytes = Buffer.byteLength(JSON.stringify(document));
      // The server would refuse it for its size alone.
      if (bytes > MAX_BODY_BYTES) continue;
      const accept = choice.pick([
        'application/json',
        'application/json',
        'application/graphql-response+json',
        'text/html, */*',
      ]);
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
