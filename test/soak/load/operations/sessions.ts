import type { UsageSession } from '../../../../src/simulator/fleet/usage.ts';
import { codesOf } from '../client.ts';
import { failure, RIGHT, wrong, type Checked } from '../outcome.ts';
import type { Operation, OperationSetup } from './operation.ts';

const SESSIONS_REPORT = `query ($input: SessionsReportInput!) {
  sessionsReport(input: $input) {
    device { imei }
    sessions { startTime endTime numBytes }
    totals { numberOfSessions numBytes }
  }
}`;

interface Session {
  readonly startTime: string | null;
  readonly endTime: string | null;
  readonly numBytes: number | null;
}

interface Data {
  readonly sessionsReport: {
    readonly device: { readonly imei: string };
    readonly sessions: readonly Session[];
    readonly totals: { readonly numberOfSessions: number; readonly numBytes: number };
  } | null;
}

/** The sessions of one device. */
export function createSessionsOperation({ client, oracle, chance }: OperationSetup): Operation {
  return {
    name: 'sessionsReport',
    needs: ['platform'],
    weight: 4,
    async run() {
      const [imei = ''] = chance.imeis(1);
      const window = chance.settledWindow();
      const truth = oracle.sessionsOf(imei, window, Date.now());
      const answer = await client.query<Data>(SESSIONS_REPORT, { input: { imei, ...window } });
      const report = answer.data?.sessionsReport ?? null;
      const codes = codesOf(answer);
      if (report === null) {
        const isKnown = truth === null && codes.length === 1 && codes[0] === 'UPSTREAM_NOT_FOUND';
        return isKnown ? RIGHT : failure(codes);
      }
      if (codes.length > 0 || truth === null) return wrong('a report and an error, or a report of an inactive device');
      if (report.device.imei !== imei) return wrong(`${report.device.imei} was not requested`);
      return checkSessions(report, truth);
    },
  };
}

function checkSessions(
  { sessions, totals }: NonNullable<Data['sessionsReport']>,
  truth: readonly UsageSession[],
): Checked {
  const reported = sessions.map(toText).sort();
  const known = truth
    .map(({ startMilliseconds, endMilliseconds, bytes }) => ({
      startTime: new Date(startMilliseconds).toISOString(),
      endTime: endMilliseconds === undefined ? null : new Date(endMilliseconds).toISOString(),
      numBytes: bytes,
    }))
    .map(toText)
    .sort();
  const odd =
    reported.find((session) => !known.includes(session)) ?? known.find((session) => !reported.includes(session));
  if (odd !== undefined || reported.length !== known.length)
    return wrong(`the sessions differ by ${odd ?? 'their number'}`);
  const bytes = truth.reduce((sum, session) => sum + session.bytes, 0);
  return totals.numberOfSessions === truth.length && totals.numBytes === bytes
    ? RIGHT
    : wrong('the totals are not the sums');
}

function toText({ startTime, endTime, numBytes }: Session): string {
  return `${startTime ?? ''} ${endTime ?? ''} ${numBytes ?? ''}`;
}
