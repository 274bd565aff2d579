// A file of its own, so that each view can have a test file.
import type { Browser } from 'playwright-core';
import type { World } from '../world/world.ts';
import { openVisit, type Visit, type VisitOptions } from './chromium.ts';
import { driveOverview, type Overview } from './drive-overview.ts';

/** Opens a view of the overview page, such as `device?imei=…`, at the time of the world, and waits for what the selector names. */
export async function openView(
  browser: Browser,
  world: World,
  [view, ready]: readonly [view: string, ready: string],
  options: VisitOptions = {},
): Promise<Visit & { readonly overview: Overview }> {
  const visit = await openVisit(browser, { now: world.clock.now(), ...options });
  const overview = driveOverview(visit.page, new URL('/', world.url).href);
  await overview.open(view, ready);
  return { ...visit, overview };
}
