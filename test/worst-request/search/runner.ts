import { findExceeded, toReference, toSmallest, type Cost } from './bounds.ts';
import { measureSlowness } from './machine.ts';
import type { Composition, Stored } from '../compose/composition.ts';
import type { Answer } from '../world/client.ts';
import { startOtherWork } from '../world/other-work.ts';
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

/** A run on this machine, and which part of it other programs took meanwhile. */
type MeasuredRun = Run & { readonly otherWork: number };

const ATTEMPTS = 3;
const NO_ANSWER: Answer = { status: 0, bytes: 0, text: '' };
const ENDLESS: Cost = { cpuMs: Infinity, blockMs: Infinity, memoryMiB: Infinity };

/**
 * Creates the function that runs compositions on a warm server. One that costs too much runs again on new servers, because other work on
 * the machine can disturb one run: how slow the machine is now is measured before and after it, and the slower one counts. Other programs
 * make the server slower in ways that this does not show, because they share its caches and its cores' halves: up to twice as slow if they
 * take the whole machine. A server that ends counts as endless cost.
 */
export async function createRunner(
  world: SearchWorld,
  tenant: Tenant,
  stored: Stored,
  firstSlowness: number,
): Promise<(composition: Composition) => Promise<Run>> {
  await warmUp(tenant, world.platform, stored);

  const runOnce = async ({ query, variables, headers, platform }: Composition): Promise<MeasuredRun> => {
    world.platform.behave(tenant.account, { answers: createAnswers(platform), latencyMs: 0, fails: false });
    const { program, measure } = world.server();
    const endOtherWork = startOtherWork([program.pid, process.pid]);
    let answer = NO_ANSWER;
    try {
      const cost = await measure(async () => {
        answer = await tenant.client.send({ query, variables }, headers);
      });
      return { cost, answer, calls: world.platform.calls(tenant.account), otherWork: endOtherWork() };
    } catch (error) {
      if (program.ending() === null) throw error;
      process.stdout.write(`The server ended: ${program.lastOutput().slice(-500)}\n`);
      return { cost: ENDLESS, answer, calls: world.platform.calls(tenant.account), otherWork: 0 };
    }
  };

  const toRun = ({ otherWork, ...run }: MeasuredRun, slowness: number): Run => ({
    ...run,
    cost: toReference(run.cost, slowness * (1 + otherWork)),
  });

  return async (composition) => {
    let run = toRun(await runOnce(composition), firstSlowness);
    for (let attempt = 1; attempt < ATTEMPTS && findExceeded(run.cost).length > 0; attempt += 1) {
      await world.restart();
      await warmUp(tenant, world.platform, stored);
      const before = measureSlowness();
      const measured = await runOnce(composition);
      const again = toRun(measured, Math.max(before, measureSlowness()));
      run = { ...again, cost: toSmallest(run.cost, again.cost) };
    }
    return run;
  };
}
