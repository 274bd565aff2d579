import { nowMs } from '../../time.ts';
import { runOne } from '../open-loop.ts';
import type { Operation } from '../operations/operation.ts';
import { wrong } from '../outcome.ts';

const CUT = ['CONNECTION_BROKEN', 'STREAM_CUT_OFF'];
/** The kernel closes the connections of a killed process a little later. */
const SLACK_MS = 500;

/**
 * Checks an operation: its connection may break only if a server was killed meanwhile. Another request with the same key then
 * waits, and may time out.
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
        return wrong('OPERATION_TIMEOUT, but no connection was cut');
      if (!isCut || wasKilledBetween(startedAtMs - SLACK_MS, nowMs())) return outcome;
      return wrong(`${outcome.codes.join()}, but no server was killed`);
    },
  };
}
