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

/** Requests for asynchronous reports: once, twice at the same time, and again after a failure, always with a key. */
export function createRequestOperations({ client, oracle, chance, ledger, mayHoldKeys }: OperationSetup): Operation[] {
  const draw = (): Wanted => ({
    key: randomUUID(),
    imeis: chance.imeis(chance.integer(3, 25)).filter((imei) => !oracle.isOverlooked(imei)),
    window: chance.settledWindow(),
  });
  const submit = async (wanted: Wanted): Promise<Checked> => {
    const { key, imeis, window } = wanted;
    const input = { imei: imeis, ...window, idempotencyKey: key };
    const answer = await client.query<RequestData>(REQUEST, { input }).catch((error: unknown) => {
      ledger.fail(wanted);
      throw error;
    });
    const codes = codesOf(answer);
    const request = answer.data?.requestAggregatedReport ?? null;
    if (request === null) {
      ledger.fail(wanted);
      return failure(codes);
    }
    const fault = ledger.accept(wanted, request.txid);
    if (fault !== null) return wrong(fault);
    if (request.expectedDevices !== imeis.length)
      return wrong(`${request.expectedDevices ?? 'no'} devices are expected instead of ${imeis.length}`);
    return codes.length > 0 ? wrong('a report and an error') : RIGHT;
  };

  return [
    { name: 'requestAggregatedReport', needs: ['platform', 'store'], weight: 1, run: () => submit(draw()) },
    {
      name: 'requestAggregatedReport, twice at once',
      needs: ['platform', 'store'],
      weight: 0.3,
      async run() {
        const wanted = draw();
        return together(await Promise.all([submit(wanted), submit(wanted)]));
      },
    },
    {
      name: 'requestAggregatedReport, after a failure',
      needs: ['platform', 'store'],
      weight: 0.5,
      async run() {
        const failed = ledger.takeFailed();
        if (failed === null) return submit(chance.pick(ledger.accepted()) ?? draw());
        const checked = await submit(failed);
        // The first request got no response, so nobody knows whether the platform accepted it. The key must say so from then on.
        if (checked.codes.join() === 'IDEMPOTENCY_UNCERTAIN') return RIGHT;
        // Until the key's lock ends, the server that holds it might still be running, so a request with the key waits.
        return checked.codes.join() === 'OPERATION_TIMEOUT' && mayHoldKeys() ? RIGHT : checked;
      },
    },
  ];
}
