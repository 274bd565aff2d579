import { isObjectType, isScalarType } from 'graphql';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { schema } from '../../schema/index.ts';
import { findRule } from '../../schema/rules/field-rule.ts';
import { startWorld, type World } from '../support/world/world.ts';

const WINDOW = 'startDate: "2026-11-01", endDate: "2026-11-10"';

let world: World;
/** How often the arguments of each field were parsed, by its name. */
let parsed: Map<string, number>;
/** How often a variable of type IMEI was coerced. */
let coerced: number;

beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => world.close());

function count(): void {
  parsed = new Map();
  coerced = 0;
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const rule = findRule(field.extensions);
      if (rule === null) continue;
      const { prepare } = rule;
      vi.spyOn(rule, 'prepare').mockImplementation((...given) => {
        parsed.set(field.name, (parsed.get(field.name) ?? 0) + 1);
        return prepare(...given);
      });
    }
  }
  const imei = schema.getType('IMEI');
  if (!isScalarType(imei)) throw new Error('there is no scalar IMEI');
  const { parseValue } = imei;
  vi.spyOn(imei, 'parseValue').mockImplementation((value) => {
    coerced += 1;
    return parseValue(value);
  });
}

test.each([
  ['of a plain POST', 'application/json'],
  ['of a request that Yoga answers', 'text/html;q=0, application/json'],
])('parses each argument %s once, whether the document is new or compiled', async (_, accept) => {
  const [imei = ''] = world.devices('meter', 1);
  const query = `query ($imei: IMEI!) {
    device(imei: $imei) { ...Reports again: usage(${WINDOW}) { numberOfSessions } }
    aggregatedReport(input: { imei: [$imei], ${WINDOW} }) { usage(first: 1) { imei } }
  }
  fragment Reports on Device { usage(${WINDOW}) { imei } sessionsReport(${WINDOW}) { daily { date } } }`;
  for (let times = 1; times <= 3; times += 1) {
    count();
    const { errors } = await world.query(query, { imei }, { headers: { accept } });
    expect(errors).toEqual([]);
    expect(coerced).toBe(1);
    expect(Object.fromEntries(parsed)).toEqual({
      device: 1,
      // Of the device, of the device under another name, and of the report.
      usage: 3,
      sessionsReport: 1,
      daily: 1,
      aggregatedReport: 1,
    });
    vi.restoreAllMocks();
  }
});

test('parses the arguments of a rejected operation once', async () => {
  count();
  const query = 'query ($imei: IMEI!) { device(imei: $imei) { usage(startDate: "2026-13-01") { imei } } }';
  const { errors } = await world.query(query, { imei: '1' });
  expect(errors).toHaveLength(1);
  expect(coerced).toBe(1);
  expect(Object.fromEntries(parsed)).toEqual({ device: 1, usage: 1 });
});
