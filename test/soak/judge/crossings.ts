import type { Asked } from '../load/parties/asked.ts';
import type { PlatformCall } from '../world/simulator.ts';

/** A session at the platform, and what its caller asked for. */
export interface Asker {
  readonly token: string;
  readonly asked: Asked;
}

const EXAMPLES = 3;

/** Calls that went up with a caller's session for what that caller did not ask for, in words. */
export function findCrossings(calls: readonly PlatformCall[], askers: readonly Asker[]): string[] {
  const byToken = new Map(askers.map(({ token, asked }) => [token, asked]));
  const reports = calls.filter(({ path }) => path.includes('/report/'));
  const crossings = reports.flatMap(({ path, headers, body }) => {
    const asked = byToken.get(headers['vz-m2m-token'] ?? '');
    if (asked === undefined) return [`a call to ${path} with nobody’s session`];
    const { imei, startDate } = JSON.parse(body) as { imei: string | readonly string[]; startDate: string };
    const devices = asked.get(Date.parse(startDate));
    const foreign = [imei].flat().find((each) => devices?.has(each) !== true);
    return foreign === undefined ? [] : [`a call to ${path} for ${foreign} by a caller who did not ask for it`];
  });
  return [
    ...(reports.length === 0 ? ['the platform saw no report'] : []),
    ...[...new Set(crossings)].slice(0, EXAMPLES),
  ];
}
