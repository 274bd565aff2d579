import { describe, expect, it } from 'vitest';
import { createJsonShape, type JsonShapeFault, type JsonShapeLimits } from '../../src/domain/json-shape.ts';
import { fc } from '../support/fast-check.ts';

const UNLIMITED = { maxDepth: Infinity, maxValues: Infinity, maxNames: Infinity };

/** The fault of a text that comes in pieces of a length. */
function find(text: string, limits: Partial<JsonShapeLimits>, pieceBytes = Infinity): JsonShapeFault | null {
  const shape = createJsonShape({ ...UNLIMITED, ...limits });
  const bytes = Buffer.from(text);
  let fault: JsonShapeFault | null = null;
  for (let at = 0; at < bytes.length && fault === null; at += pieceBytes) {
    fault = shape.add(bytes.subarray(at, at + pieceBytes));
  }
  return fault;
}

interface Measured {
  readonly depth: number;
  readonly values: number;
  readonly names: ReadonlySet<string>;
}

/** What the description says, from the parsed value. */
function measure(value: unknown): Measured {
  if (typeof value !== 'object' || value === null) return { depth: 0, values: 0, names: new Set() };
  const children = Object.values(value).map(measure);
  return {
    depth: 1 + Math.max(0, ...children.map(({ depth }) => depth)),
    values: 1 + Math.max(0, children.length - 1) + children.reduce((sum, { values }) => sum + values, 0),
    names: new Set([
      ...(Array.isArray(value) ? [] : Object.keys(value)),
      ...children.flatMap(({ names }) => [...names]),
    ]),
  };
}

describe('the shape of a JSON text', () => {
  it('is within its depth, its values and its names, and beyond any lower bound, whatever its pieces', () => {
    const texts = fc.string({ unit: fc.constantFrom('"', '\\', ',', ':', '[', '{', '}', ' ', 'a', 'é', '🛰') });
    const { value: values } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        texts,
        fc.integer(),
        fc.constant(null),
        fc.array(tie('value')),
        fc.dictionary(texts, tie('value')),
      ),
    }));
    const rule = fc.property(values, fc.integer({ min: 1, max: 9 }), fc.constantFrom(0, 2), (value, bytes, indent) => {
      const text = JSON.stringify(value, null, indent);
      const { depth, values: count, names } = measure(JSON.parse(text));
      for (const pieceBytes of [bytes, Infinity]) {
        expect(find(text, { maxDepth: depth, maxValues: count }, pieceBytes)).toBeNull();
        if (depth > 0) expect(find(text, { maxDepth: depth - 1 }, pieceBytes)).toBe('too-deep');
        if (count > 0) expect(find(text, { maxValues: count - 1 }, pieceBytes)).toBe('too-many-values');
      }
      const written = new Set([...names].map((name) => JSON.stringify(name)));
      expect(find(text, { maxNames: written.size })).toBeNull();
      if (written.size > 0) expect(find(text, { maxNames: written.size - 1 })).toBe('too-many-names');
    });
    fc.assert(rule, { numRuns: 1_000 });
  });

  it.each(['', '"', '"\\', '"\\"', ']]]', '{"a', ':::', '\0'])('is measured if the text is not JSON: %j', (text) => {
    for (const pieceBytes of [1, 2, Infinity]) expect(find(text, {}, pieceBytes)).toBeNull();
  });
});
