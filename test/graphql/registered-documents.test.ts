import { describe, expect, test } from 'vitest';
import { createRegisteredDocuments } from '../../src/graphql/persisted/registered-documents.ts';
import { fc } from '../support/fast-check.ts';

const PRINCIPALS = ['a', 'b', 'c', 'd'];
const MAX_BYTES = 20_000;
/** As the description says: a text counts twice its length and that of its principal's name, and 1,000. */
const toBytes = (text: string): number => 1_000 + 2 * (text.length + 1);

const steps = fc.array(
  fc.record({
    principal: fc.constantFrom(...PRINCIPALS),
    document: fc.integer({ min: 0, max: 30 }),
    isAdded: fc.boolean(),
  }),
  { minLength: 1, maxLength: 200 },
);
/** Documents of 1 to 3,101 characters. */
const toText = (document: number): string => 'x'.repeat(1 + ((document * 37) % 32) * 100);

describe('the store of registered documents', () => {
  test('never holds more than its bytes, and displaces only documents of whoever holds the most', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        const store = createRegisteredDocuments(MAX_BYTES);
        // The expected state: the documents of each principal, the least recently used one first.
        const held = new Map(PRINCIPALS.map((principal) => [principal, [] as number[]]));
        const bytesOf = (principal: string): number =>
          (held.get(principal) ?? []).reduce((sum, document) => sum + toBytes(toText(document)), 0);
        const total = (): number => PRINCIPALS.reduce((sum, principal) => sum + bytesOf(principal), 0);
        const holderOf = (document: number) => PRINCIPALS.find((each) => held.get(each)?.includes(document));
        /** Principals in the order in which they began to hold something, which decides between equal ones. */
        let order: string[] = [];

        for (const { principal, document, isAdded } of taken) {
          const holder = holderOf(document);
          if (!isAdded) {
            expect(store.find(`hash ${document}`)).toBe(holder === undefined ? null : toText(document));
            const documents = held.get(holder ?? '');
            if (documents !== undefined) documents.push(...documents.splice(documents.indexOf(document), 1));
            continue;
          }
          store.add(`hash ${document}`, toText(document), principal);
          if (holder !== undefined) continue;
          if (!order.includes(principal)) order.push(principal);
          held.get(principal)?.push(document);
          while (total() > MAX_BYTES) {
            const most = Math.max(...order.map(bytesOf));
            const largest = order.find((each) => bytesOf(each) === most) ?? '';
            held.get(largest)?.shift();
            order = order.filter((each) => bytesOf(each) > 0);
          }
        }
        for (let document = 0; document <= 30; document += 1)
          expect(store.find(`hash ${document}`) !== null).toBe(holderOf(document) !== undefined);
      }),
    );
  });

  test('does not store a document that is larger than the whole store', () => {
    const store = createRegisteredDocuments(MAX_BYTES);
    store.add('small', 'x', 'a');
    store.add('large', 'x'.repeat(MAX_BYTES), 'b');
    expect([store.find('small'), store.find('large')]).toEqual(['x', null]);
  });
});
