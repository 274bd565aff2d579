import { Agent, type ClientRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { recordAsyncStacks, type AsyncStacks } from '../support/project/async-stack.ts';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type World } from '../support/world/world.ts';

const MAX_FILES = 10;
const WINDOW = 'startDate: "2026-11-01", endDate: "2026-11-10"';

describe('the path of a call from its resolver to node-fetch', () => {
  let world: World;
  let stacks: AsyncStacks;
  /** For each path of the platform, the files that wait when a request leaves, from the resolver on. */
  const pathsTo = new Map<string, string[]>();

  beforeAll(async () => {
    stacks = recordAsyncStacks();
    // node-fetch gives every request to its agent before it returns.
    const addRequest = Reflect.get(Agent.prototype, 'addRequest') as (request: ClientRequest, options: object) => void;
    vi.spyOn(Agent.prototype as Agent & { addRequest: typeof addRequest }, 'addRequest').mockImplementation(function (
      this: Agent,
      request,
      options,
    ) {
      pathsTo.set(request.path.replace(/^\/api/, ''), toPath(stacks.files()));
      addRequest.call(this, request, options);
    });
    // The HTTP client keeps the method of its agents.
    world = await startWorld();
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    stacks.close();
    await world.close();
  });

  test.each<[string, string, (imei: string) => string]>([
    [
      'schema/sessions-report.ts',
      PATHS.sessions,
      (imei) => `{ sessionsReport(input: { imei: "${imei}", ${WINDOW} }) { txid } }`,
    ],
    [
      'schema/aggregated-report.ts',
      PATHS.aggregate,
      (imei) => `{ aggregatedReport(input: { imei: ["${imei}"], ${WINDOW} }) { txids } }`,
    ],
  ])('leads from %s through at most ten files, and enters none of them twice', async (resolver, path, toQuery) => {
    const { errors } = await world.query(toQuery(world.devices('meter', 1)[0] ?? ''));
    expect(errors).toEqual([]);
    const files = pathsTo.get(path) ?? [];
    expect(files[0]).toBe(resolver);
    expect(files.at(-1)).toBe('src/thingspace/http-client.ts');
    expect(files).toEqual([...new Set(files)]);
    expect(files.length).toBeLessThanOrEqual(MAX_FILES);
  });
});

/** The part of a stack from the resolver outwards, the resolver first. */
function toPath(stack: readonly string[]): string[] {
  const resolver = stack.findIndex((file) => /^schema\/[^/]+$/.test(file));
  return stack.slice(0, resolver + 1).reverse();
}
