import { findExceeded, toReference, toSmallest, type Cost } from './bounds.ts';
import { measureSlowness } from './machine.ts';
import type { Composition, Stored } from '../compose/composition.ts';
import type { Answer } from '../world/client.ts';
import { createAnswers } from '../world/platform-answers.ts';
import type { SearchWorld } from '../world/search-world.ts';
import type { Tenant } from '../world/tenants.ts';
import { warmUp } from '../world/warm-up.ts';

/** What a composition cost, and how it was answered. */
export interface Run {
  /** On the machine of reference. */
  readonly cost: Cost;
  readonly answer: Answer;
  /** Upstream calls. */
  readonly calls: number;
}

const ATTEMPTS = 3;
const NO_ANSWER: Answer = { status: 0, bytes: 0, text: '' };
const ENDLESS: Cost = { cpuMs: Infinity, blockMs: Infinity, memoryMiB: Infinity };

/** Creates the function that runs compositions on a warm server. One that costs too much runs again on new servers, because other
 * work on the machine can disturb one run: how slow the machine is now is measured before and after it, and the slower one counts. A server
 * that ends counts as endless cost. */
export async function createRunner(
  world: SearchWorld,
  tenant: Tenant,
  stored: Stored,
  firstSlowness: number,
): Promise<(composition: Composition) => Promise<Run>> {
  await warmUp(tenant, world.platform, stored);

  const runOnce = async ({ query, variables, headers, platform }: Composition): Promise<Run> => {
    world.platform.behave(tenant.account, { answers: createAnswers(platform), latencyMs: 0, fails: false });
    const { program, measure } = world.server();
    let answer = NO_ANSWER;
    try {
      const cost = await measure(async () => {
        answer = await tenant.client.send({ query, variables }, headers);
      });
      return { cost, answer, calls: world.platform.calls(tenant.account) };
    } catch (error) {
      if (program.ending() === null) throw error;
      process.stdout.write(`The server ended: ${program.lastOutput().slice(-500)}\n`);
      return { cost: ENDLESS, answer, calls: world.platform.calls(tenant.account) };
    }
  };

  return async (composition) => {
    const first = await runOnce(composition);
    let run: Run = { ...first, cost: toReference(first.cost, firstSlowness) };
    for (let attempt = 1; attempt < ATTEMPTS && findExceeded(run.cost).length > 0; attempt += 1) {
      await world.restart();
      await warmUp(tenant, world.platform, stored);
      const before = measureSlowness();
      const again = await runOnce(composition);
      const slowness = Math.max(before, measureSlowness());
      run = { ...again, cost: toSmallest(run.cost, toReference(again.cost, slowness)) };
    }
    return run;
  };
}
