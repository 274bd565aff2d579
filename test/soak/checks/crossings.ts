import type { Asked } from '../load/parties/asked.ts';
import type { PlatformCall } from '../world/simulator.ts';

/** The token of a platform session, and what its caller requested. */
export interface Asker {
  readonly token: string;
  readonly asked: Asked;
}

const EXAMPLES = 3;

/** Describes the upstream calls that were sent with a caller's session for what that caller did not request. */
export function findCrossings(calls: readonly PlatformCall[], askers: readonly Asker[]): string[] {
  const byToken = new Map(askers.map(({ token, asked }) => [token, asked]));
  const reports = calls.filter(({ path }) => path.includes('/report/'));
  const crossings = reports.flatMap(({ path, headers, body }) => {
    const asked = byToken.get(headers['vz-m2m-token'] ?? '');
    if (asked === undefined) return [`a call to ${path} with an unknown session`];
    const { imei, startDate } = JSON.parse(body) as { imei: string | readonly string[]; startDate: string };
    const devices = asked.get(Date.parse(startDate));
    const foreign = [imei].flat().find((each) => devices?.has(each) !== true);
    return foreign === undefined
      ? []
      : [`a call to ${path} for ${foreign} with the session of a caller who did not request it`];
  });
  return [
    ...(reports.length === 0 ? ['the platform received no report call'] : []),
    ...[...new Set(crossings)].slice(0, EXAMPLES),
  ];
}
