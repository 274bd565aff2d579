import { HOUR, MINUTE } from '../calendar.ts';
import type { Chance } from '../chance.ts';
import { compare, type Answer } from '../compare.ts';
import type { Draw, Tenant } from '../draw/draw.ts';
import type { Operation } from '../draw/query.ts';
import type { Scene } from '../oracle/scene.ts';
import { SENTENCES } from '../sentences.ts';
import { writeDocument, type Document } from '../selection.ts';
import type { History, Sent } from '../state/history.ts';

/** Does something with the server, and throws a Difference if it is not what the oracle expects. */
export type Step = (history: History, chance: Chance) => Promise<void>;

/** Thrown if a response is not what the oracle expects. */
export class Difference extends Error {
  override readonly name = 'Difference';
}

export function toDraw(history: History, chance: Chance, tenant: Tenant, only: Draw['only'] = null): Draw {
  const { fleet, windows, reports, clock, tenants } = history;
  return {
    chance,
    sentences: SENTENCES,
    fleet,
    tenant,
    foreign: tenants.filter((each) => each !== tenant).map(({ account }) => account),
    windows,
    reports,
    nowMs: clock.now(),
    only,
  };
}

export function write(chance: Chance, tenant: Tenant, operation: Operation, type: 'query' | 'mutation'): Sent {
  const noCache = chance.happens(0.15);
  return { tenant, operation, document: writeDocument(operation.picks, type, chance), noCache };
}

/** Sends the operation and resolves with its response. */
export function send(history: History, { tenant, document, noCache }: Sent, signal?: AbortSignal): Promise<Answer> {
  const headers: Record<string, string> = noCache ? { 'Cache-Control': 'no-cache' } : {};
  return history.ask(tenant, document, { headers, ...(signal === undefined ? {} : { signal }) });
}

/** Throws a Difference that shows the document, what was expected, and the truth that it is about. */
export function check(scene: Scene, { tenant, operation, document }: Sent, answer: Answer): void {
  const differences = compare(operation.picks, operation.expect(scene), answer);
  if (differences.length === 0) return;
  throw new Difference(
    [
      `${differences.length} differences for ${tenant.name} at ${new Date(scene.endedMs).toISOString()}:`,
      ...differences.slice(0, 10),
      'document:',
      document.text,
      `variables: ${JSON.stringify(document.variables)}`,
      `errors: ${JSON.stringify(answer.errors)}`,
      `truth: ${JSON.stringify({ reports: scene.fleet.reports, devices: mentioned(scene, tenant, document) })}`,
    ].join('\n'),
  );
}

/** Throws a Difference unless the condition holds. */
export function must(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Difference(what);
}

/** Moves the clock to this long before the next hour. */
export function moveBeforeHour({ clock }: History, milliseconds: number): void {
  const nextHour = (Math.floor(clock.now() / HOUR) + 1) * HOUR;
  clock.advance(nextHour - milliseconds - clock.now());
}

/** Moves the clock a little, or over the hour if it comes near it: no operation may run across one. */
export function settleClock({ clock, advance }: History, chance: Chance): void {
  const sinceHour = clock.now() % HOUR;
  if (sinceHour < 2 * MINUTE || sinceHour > 45 * MINUTE) advance(0);
  clock.advance(chance.integer(1, 900));
}

/** The devices of the tenant whose IMEI is in the document. All, if there is none. */
function mentioned(scene: Scene, tenant: Tenant, { text, variables }: Document): object[] {
  const own = scene.fleet.devices.filter(({ account }) => account === tenant.account);
  const all = text + JSON.stringify(variables);
  const named = own.filter(({ imei }) => all.includes(imei));
  return (named.length === 0 ? own : named).map((device) => ({
    ...device,
    sessions: device.sessions.map(({ startMs, endMs, ...rest }) => ({
      ...rest,
      start: new Date(startMs).toISOString(),
      end: endMs === null ? null : new Date(endMs).toISOString(),
    })),
  }));
}
