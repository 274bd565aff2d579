import { SECOND } from '../calendar.ts';
import { drawQuery } from '../draw/query.ts';
import { SENTENCES } from '../sentences.ts';
import { check, moveBeforeHour, send, toDraw, write, type Step } from './step.ts';

/**
 * A call is slow, and the platform's usage changes meanwhile. Another query, which accepts nothing cached, gets the new usage. Then
 * the slow call ends. Who asks next gets the new usage as well, from the cache or not.
 */
export const slowCall: Step = async (history, chance) => {
  const { platform, clock } = history;
  const tenant = chance.pick(history.tenants);
  const drawn = write(chance, tenant, drawQuery(toDraw(history, chance, tenant, 'calls'), 1), 'query');
  const [cached, uncached] = [
    { ...drawn, noCache: false },
    { ...drawn, noCache: true },
  ];
  moveBeforeHour(history, 2 * SECOND);
  const slowStartedMs = clock.now();
  const held = platform.hold();
  const slow = send(history, cached);
  const ended = { isOver: false };
  const over = slow.finally(() => (ended.isOver = true)).catch(() => null);
  while (held.count() === 0 && !ended.isOver) await new Promise((resolve) => setTimeout(resolve, 1));
  held.stop();
  clock.advance(3 * SECOND);
  const startedMs = clock.now();
  const fresh = await send(history, uncached);
  check(history.sceneFrom(startedMs, { noCache: true, isAlone: false }), uncached, fresh);
  held.release();
  await over;
  check(history.sceneFrom(slowStartedMs, { isAlone: false }), cached, await slow);
  const nextMs = clock.now();
  const next = await send(history, cached);
  if (SENTENCES.newerAnswersStay) check(history.sceneFrom(nextMs, { isAlone: false }), cached, next);
};
