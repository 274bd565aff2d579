import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startWorld, type World } from '../support/world/world.ts';

/** Has V8 tell which errors had their stack described; with source maps that takes longer than the rest of an error. */
function watchStacks(): string[] {
  const described: string[] = [];
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (error) => {
    described.push(String(error));
    return '';
  };
  onTestFinished(() => {
    Error.prepareStackTrace = prepareStackTrace;
  });
  return described;
}

describe('the stacks of errors', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({});
  });
  afterAll(() => world.close());

  test('are not described where the failure is expected', async () => {
    const [inactive = '', other = ''] = world.devices('inactive', 2);
    const ask = async (): Promise<unknown> => {
      const { errors } = await world.query(
        `{ report: sessionsReport(input: { imei: "${inactive}" }) { deviceId }
           backwards: sessionsReport(input: { imei: "${inactive}", startDate: "2026-11-10", endDate: "2026-11-09" }) { deviceId }
           devices(imei: ["${inactive}", "${other}"]) { usage { imei } } }`,
      );
      return errors.map(({ extensions }) => extensions['code']);
    };
    const codes = await ask();
    const described = watchStacks();
    expect(await ask()).toEqual(codes);
    expect(described).toEqual([]);
    expect(codes).toHaveLength(4);
  });
});
