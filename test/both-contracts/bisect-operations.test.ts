import { expect, test } from 'vitest';
import { createBatchingRig, toQuery, type Asking } from '../support/world/batching-rig.ts';
import { toImei, toImeis } from '../support/store/messages.ts';

const HUNDRED = toImeis(100);
const GOOD = toImei(99);

test('an operation gets all its devices even if it joins a bisection that is given up for another operation', async () => {
  const rig = createBatchingRig({ dispositionOf: (imei) => (imei === GOOD ? 'plain' : 400) });
  const hopeless = rig.ask(toQuery(1), HUNDRED);
  await rig.flush();
  const joiner = rig.ask(toQuery(1), [GOOD]);
  await rig.drain();
  expect(outcomesOf(joiner)).toMatchObject([{ kind: 'usage', imei: GOOD }]);
  const others = outcomesOf(hopeless).slice(0, 90);
  expect(others.map(({ kind, imei }) => [kind, imei])).toEqual(HUNDRED.slice(0, 90).map((imei) => ['error', imei]));
});

test('an operation ends its bisection if it is cancelled', async () => {
  const rig = createBatchingRig({ dispositionOf: () => 404 });
  const asking = rig.ask(toQuery(1), HUNDRED);
  await rig.flush();
  for (const call of rig.usage.open()) call.finish('as it is');
  await rig.flush();
  expect(rig.usage.open()).toHaveLength(1);
  asking.abort();
  await rig.drain();
  expect(rig.usage.calls).toHaveLength(11);
  expect(rig.usage.calls.at(-1)?.end).toBe('aborted');
});

test('an operation fetches devices again that were rejected for an earlier one', async () => {
  const rejected = new Set(HUNDRED);
  const rig = createBatchingRig({ dispositionOf: (imei) => (rejected.has(imei) ? 403 : 'plain') });
  rig.ask(toQuery(1), HUNDRED);
  await rig.drain();
  rejected.clear();
  const again = rig.ask(toQuery(1), HUNDRED);
  await rig.drain();
  expect(outcomesOf(again).map(({ kind }) => kind)).toEqual(HUNDRED.map(() => 'usage'));
});

function outcomesOf({ end }: Asking) {
  return end !== null && 'outcomes' in end ? end.outcomes : [];
}
