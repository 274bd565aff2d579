import type { History } from '../state/history.ts';
import { MAX_DAYS_MS, startMsOf } from '../state/history.ts';
import { createChance } from '../chance.ts';
import { createPassTime, deliverMessages, postRubbish, repeatMessage, restart } from './messages.ts';
import { downloadReport, followReport, walkPages } from './pages.ts';
import {
  cancelledQuery,
  earlierQuery,
  queriesAtOnce,
  query,
  queryInOutage,
  queryThroughFaults,
  sameQuery,
} from './queries.ts';
import { cancelRequest, repeatRequest, requestReport, retryMissing } from './requests.ts';
import { slowCall } from './slow-call.ts';
import { must, settleClock, type Step } from './step.ts';

/** The steps of a history, with how often each is drawn. */
export const STEPS = {
  nothing: [1, () => Promise.resolve()],
  query: [30, query],
  sameQuery: [6, sameQuery],
  earlierQuery: [14, earlierQuery],
  queriesAtOnce: [12, queriesAtOnce],
  queryThroughFaults: [6, queryThroughFaults],
  queryInOutage: [3, queryInOutage],
  cancelledQuery: [4, cancelledQuery],
  requestReport: [8, requestReport],
  repeatRequest: [3, repeatRequest],
  retryMissing: [3, retryMissing],
  cancelRequest: [2, cancelRequest],
  deliverMessages: [12, deliverMessages],
  repeatMessage: [3, repeatMessage],
  postRubbish: [1, postRubbish],
  walkPages: [4, walkPages],
  followReport: [1, followReport],
  downloadReport: [2, downloadReport],
  slowCall: [4, slowCall],
  passTime: [6, createPassTime(startMsOf(), MAX_DAYS_MS)],
  restart: [2, restart],
} as const satisfies Record<string, readonly [number, Step]>;

export type StepName = keyof typeof STEPS;

/** Takes a step, drawn from this seed. Throws a Difference if something is not as expected. */
export async function takeStep(history: History, name: StepName, seed: number): Promise<void> {
  const chance = createChance(seed);
  settleClock(history, chance);
  const [, step] = STEPS[name];
  await step(history, chance);
  must(
    history.platform.complaints.length === 0,
    `calls that break the contract: ${history.platform.complaints.join()}`,
  );
}
