import type { OperationStart } from '../context.ts';
import { toCpuShareUsedUp, type TakeCpuTurn } from '../http/cpu-share.ts';
import { toFormattedErrors } from '../http/error-response.ts';
import type { NotStarted, OperationStarters } from './start-operation.ts';

type Starters = Pick<OperationStarters, 'startOperation' | 'startSubscription'>;

/** Lets each operation wait for its caller's turn. If its share of the CPU time is used up by then, the operation does not run. */
export function startInTurns({ startOperation, startSubscription }: Starters, takeCpuTurn: TakeCpuTurn): Starters {
  const waitForTurn = async ({ principal }: OperationStart): Promise<NotStarted | null> => {
    const waitMs = await takeCpuTurn(principal());
    return waitMs === 0 ? null : { errors: toFormattedErrors(toCpuShareUsedUp(waitMs)) };
  };
  return {
    startOperation: async (params, start, sending) =>
      (await waitForTurn(start)) ?? startOperation(params, start, sending),
    startSubscription: async (params, start, sending) =>
      (await waitForTurn(start)) ?? startSubscription(params, start, sending),
  };
}
