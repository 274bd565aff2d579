import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World } from '../support/world/world.ts';

const IMEI = '709312034493372';
const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__isNode', 'valueOf'];

describe.each(NAMES)('the name %s', (name) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ config: { maxUpstreamCalls: 5 } });
  });
  afterAll(() => world.close());

  /** The second time the operation would be compiled. */
  const askTwice = async (query: string, variables: string): Promise<string[]> => {
    const responses: string[] = [];
    for (let time = 1; time <= 3; time += 1) {
      const response = await fetch(world.url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: `{"query":${JSON.stringify(query)},"variables":${variables}}`,
      });
      responses.push((await response.text()).replace(/,"extensions":\{"upstream":.*/, '}'));
    }
    return responses;
  };

  test('works as an alias, at the top and below', async () => {
    const responses = await askTwice(
      `query ($imei: IMEI!) { ${name}: device(imei: $imei) { ${name}: imei other: accountNumber } }`,
      `{"imei":"${IMEI}"}`,
    );
    const expected = expect.stringContaining(`{"data":{"${name}":{"${name}":"${IMEI}","other":"`) as string;
    expect(responses).toEqual([expected, expected, expected]);
  });

  test('works as a variable that is sent, omitted with a default, and omitted without one', async () => {
    const query = (declared: string): string =>
      `query ($${name}: ${declared}) { device(imei: "${IMEI}") { imei @include(if: $${name}) accountNumber } }`;
    const withImei = expect.stringContaining(`{"data":{"device":{"imei":"${IMEI}",`) as string;
    const without = expect.stringContaining('{"data":{"device":{"accountNumber":') as string;
    expect(await askTwice(query('Boolean!'), `{"${name}":true}`)).toEqual([withImei, withImei, withImei]);
    expect(await askTwice(query('Boolean!'), `{"${name}":false}`)).toEqual([without, without, without]);
    expect(await askTwice(query('Boolean! = true'), '{}')).toEqual([withImei, withImei, withImei]);
    const missing = expect.stringContaining(
      `"Variable \\"$${name}\\" of required type \\"Boolean!\\" was not provided."`,
    ) as string;
    expect(await askTwice(query('Boolean!'), '{}')).toEqual([missing, missing, missing]);
  });

  test('counts in the call budget as it does when the operation runs', async () => {
    const query = `query ($${name}: Int) { aggregatedReport(input: { imei: [], allDevices: true }) {
      usage(first: $${name}) { device { sessionsReport { txid } } } } }`;
    const few = await askTwice(query, `{"${name}":1}`);
    expect(few[0]).toContain('"sessionsReport":{"txid":');
    expect(few[1]).toContain('"sessionsReport":{"txid":');
    const many = await askTwice(query, '{}');
    expect(many.map((text) => text.includes('BUDGET_EXCEEDED'))).toEqual([true, true, true]);
  });
});
