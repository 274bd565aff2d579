import { nowMs } from '../../time.ts';
import type { PlatformSession } from '../../world/sessions.ts';
import type { Operation } from '../operations/operation.ts';
import { wrong } from '../outcome.ts';

/**
 * The operation of a caller whose session dies: from then on nothing of the platform's may come, before then nothing may fail. What
 * the store keeps of a session outlives it.
 */
export function asDying(operation: Operation, { death }: Pick<PlatformSession, 'death'>): Operation {
  const { needs } = operation;
  if (!needs.includes('platform')) return operation;
  const isReading = !needs.includes('store');
  return {
    ...operation,
    needs: [...needs, 'session'],
    async run() {
      const startedAtMs = nowMs();
      const checked = await operation.run();
      const died = death();
      if (died !== null && startedAtMs >= died.surelyFromMs && isReading && checked.verdict !== 'error')
        return wrong('figures came for a session that is dead');
      if ((died === null || nowMs() < died.fromMs) && checked.codes.length > 0)
        return wrong(`${checked.codes.join()} for a session that lives`);
      return checked;
    },
  };
}
