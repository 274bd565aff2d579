import { PATHS } from '../world/admin.ts';
import type { RecordedRequest, RecordingPlatform, Respond } from '../fakes/recording-platform.ts';
import { answerWith } from '../fakes/recording-platform.ts';
import { DEVICES, numberOf, type Party } from './parties.ts';

/** A platform that marks every number and text with the caller it is for, and that responds when the test says so. */
export interface MarkingPlatform {
  /** Responds to one of the waiting calls. */
  answer(which: number): void;
  answerAll(): void;
  /** The number of calls, and the largest number of devices in one call. */
  readonly calls: { count: number; maxDevices: number };
  /** Calls that do not belong to exactly one caller. */
  readonly strays: string[];
}

export function markPlatform(
  platform: RecordingPlatform,
  parties: readonly Party[],
  isOf: (party: Party, request: RecordedRequest) => boolean,
): MarkingPlatform {
  const held: (() => void)[] = [];
  const calls = { count: 0, maxDevices: 0 };
  const strays: string[] = [];
  let txids = 0;

  const hold = (path: string, toBody: (party: Party, imeis: string[]) => unknown): void => {
    const respond: Respond = (response, request) => {
      const { imei } = JSON.parse(request.body.toString() || '{}') as { imei?: string | string[] };
      const imeis = [imei ?? []].flat();
      const owners = parties.filter((party) => isOf(party, request));
      const [owner] = owners;
      calls.count += 1;
      calls.maxDevices = Math.max(calls.maxDevices, imeis.length);
      if (owner === undefined || owners.length > 1) strays.push(`${path} ${String(request.headers['authorization'])}`);
      held.push(() =>
        (owner === undefined
          ? answerWith({ errorCode: 'NOT_YOURS', errorMessage: 'no' }, 403)
          : answerWith(toBody(owner, imeis)))(response, request),
      );
    };
    platform.onRequest(path, respond);
  };

  hold(PATHS.aggregate, (party, imeis) => ({
    txid: `usage-of-${party.name}`,
    usage: (imeis.length === 0 ? DEVICES : imeis)
      .slice(0, 10)
      .filter((imei) => !imei.endsWith('9'))
      .reverse()
      .map((imei) => {
        const number = numberOf(party, imei, 'usage');
        return { imei, numberOfSessions: number, bytesTransferred: number };
      }),
    errors: imeis
      .filter((imei) => imei.endsWith('9'))
      .map((imei) => ({ imei, errorMessage: `an error of-${party.name}` })),
  }));
  hold(PATHS.sessions, (party, [imei = '']) => ({
    id: `sessions-of-${party.name}`,
    txid: `sessions-of-${party.name}`,
    sessions: [
      {
        startTime: '2026-11-10T08:00:00Z',
        endTime: '2026-11-10T09:00:00Z',
        numBytes: numberOf(party, imei, 'sessions'),
      },
    ],
  }));
  hold(PATHS.async, (party) => ({ txid: `report-of-${party.name}-${(txids += 1)}`, status: 'QUEUED' }));
  for (const { accountNumber } of parties) {
    hold(`${PATHS.callbacks}?accountNumber=${accountNumber}`, (party) => [
      { name: 'BullseyeReporting', url: `https://listener-of-${party.name}.example:443/` },
    ]);
  }
  return {
    calls,
    strays,
    answer: (which) => held.splice(which % Math.max(1, held.length), 1).forEach((answer) => answer()),
    answerAll: () => held.splice(0).forEach((answer) => answer()),
  };
}
