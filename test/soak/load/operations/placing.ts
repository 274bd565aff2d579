import { randomUUID } from 'node:crypto';
import { codesOf } from '../client.ts';
import type { Wanted } from '../ledger.ts';
import { failure, RIGHT, together, wrong, type Checked } from '../outcome.ts';
import type { Operation, OperationSetup } from './operation.ts';

export const REQUEST = `mutation ($input: RequestAggregatedReportInput!) {
  requestAggregatedReport(input: $input) { txid expectedDevices }
}`;

export interface RequestData {
  readonly requestAggregatedReport: { readonly txid: string; readonly expectedDevices: number | null } | null;
}

/** Asynchronous reports: asked for once, twice at the same time, and again after a failure, each time with a key. */
export function createPlacingOperations({ client, oracle, chance, ledger, mayHoldKeys }: OperationSetup): Operation[] {
  const draw = (): Wanted => ({
    key: randomUUID(),
    imeis: chance.imeis(chance.integer(3, 25)).filter((imei) => !oracle.isOverlooked(imei)),
    window: chance.settledWindow(),
  });
  const place = async (wanted: Wanted): Promise<Checked> => {
    const { key, imeis, window } = wanted;
    const input = { imei: imeis, ...window, idempotencyKey: key };
    const answer = await client.query<RequestData>(REQUEST, { input }).catch((error: unknown) => {
      ledger.refuse(wanted);
      throw error;
    });
    const codes = codesOf(answer);
    const request = answer.data?.requestAggregatedReport ?? null;
    if (request === null) {
      ledger.refuse(wanted);
      return failure(codes);
    }
    const fault = ledger.accept(wanted, request.txid);
    if (fault !== null) return wrong(fault);
    if (request.expectedDevices !== imeis.length)
      return wrong(`${request.expectedDevices ?? 'no'} devices are expected`);
    return codes.length > 0 ? wrong('a report and an error') : RIGHT;
  };

  return [
    { name: 'requestAggregatedReport', needs: ['platform', 'store'], weight: 1, run: () => place(draw()) },
    {
      name: 'requestAggregatedReport, twice at once',
      needs: ['platform', 'store'],
      weight: 0.3,
      async run() {
        const wanted = draw();
        return together(await Promise.all([place(wanted), place(wanted)]));
      },
    },
    {
      name: 'requestAggregatedReport, again',
      needs: ['platform', 'store'],
      weight: 0.5,
      async run() {
        const refused = ledger.takeRefused();
        if (refused === null) return place(chance.pick(ledger.accepted()) ?? draw());
        const checked = await place(refused);
        // Its first try got no answer, so that nobody knows whether the platform took it: the key has to say so from then on.
        if (checked.codes.join() === 'IDEMPOTENCY_UNCERTAIN') return RIGHT;
        // Nobody knows yet, as long as the server that began it may be alive: who sends the key waits.
        return checked.codes.join() === 'OPERATION_TIMEOUT' && mayHoldKeys() ? RIGHT : checked;
      },
    },
  ];
}
