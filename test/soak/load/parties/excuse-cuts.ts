import { nowMs } from '../../time.ts';
import { runOne } from '../open-loop.ts';
import type { Operation } from '../operations/operation.ts';
import { wrong } from '../outcome.ts';

const CUT = ['CONNECTION_BROKEN', 'STREAM_CUT_OFF'];
/** The kernel closes a dead process' connections a little later. */
const SLACK_MS = 500;

/**
 * The operation, whose connection may break only where a server was killed while it was under way. Whoever sent the same key at the
 * same time waits then, and until the own time is over.
 */
export function excuseCuts(
  operation: Operation,
  wasKilledBetween: (fromMs: number, toMs: number) => boolean,
): Operation {
  return {
    ...operation,
    async run() {
      const startedAtMs = nowMs();
      const outcome = await runOne(operation);
      const isCut = outcome.codes.some((code) => CUT.includes(code));
      if (!isCut && outcome.codes.includes('OPERATION_TIMEOUT'))
        return wrong('OPERATION_TIMEOUT, and nothing was cut off');
      if (!isCut || wasKilledBetween(startedAtMs - SLACK_MS, nowMs())) return outcome;
      return wrong(`${outcome.codes.join()}, and no server was killed`);
    },
  };
}
