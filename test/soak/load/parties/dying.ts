import { nowMs } from '../../time.ts';
import type { PlatformSession } from '../../world/sessions.ts';
import type { Operation } from '../operations/operation.ts';
import { wrong } from '../outcome.ts';

/**
 * Checks an operation of a caller whose session ends: after that it must return nothing from the platform, before that it must not
 * fail. Stored reports stay readable after the session.
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
        return wrong('usage was returned for a session that has ended');
      if ((died === null || nowMs() < died.fromMs) && checked.codes.length > 0)
        return wrong(`${checked.codes.join()} for a session that has not ended`);
      return checked;
    },
  };
}
