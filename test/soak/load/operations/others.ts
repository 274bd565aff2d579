import { codesOfEvent, readEvents } from '../events.ts';
import { codesOf } from '../client.ts';
import type { Ledger } from '../ledger.ts';
import { failure, RIGHT, wrong, type Checked } from '../outcome.ts';
import { FOLLOW, type Progress } from './following.ts';
import type { Operation, OperationSetup } from './operation.ts';

const READ = `query ($txid: ID!) { aggregatedReportRequest(txid: $txid) { status } }`;
const LIST = `{ aggregatedReportRequests(first: 100) { nodes { txid } } }`;

export interface OthersSetup extends OperationSetup {
  /** The reports of all other callers. */
  readonly others: () => readonly Ledger[];
}

/** Requests for the reports of other callers, which must return nothing. */
export function createOthersOperations({ client, chance, others }: OthersSetup): Operation[] {
  const pickTxid = (): string | null => chance.pick(others().flatMap((ledger) => ledger.accepted()))?.txid ?? null;
  const read = async (txid: string): Promise<Checked> => {
    const answer = await client.query<{ aggregatedReportRequest: object | null }>(READ, { txid });
    const codes = codesOf(answer);
    if (codes.length > 0) return failure(codes);
    return answer.data?.aggregatedReportRequest === null
      ? RIGHT
      : wrong(`${txid} belongs to another caller, but was shown`);
  };
  const follow = async (txid: string): Promise<Checked> => {
    const response = await client.subscribe(FOLLOW, { txid });
    try {
      for await (const event of readEvents<Progress>(response)) {
        const codes = codesOfEvent(event);
        if (codes.length === 0) return wrong(`${txid} belongs to another caller, but could be followed`);
        if (codes.join() !== 'NOT_FOUND') return failure(codes);
      }
      return RIGHT;
    } finally {
      response.destroy();
    }
  };

  return [
    {
      name: 'a report of another caller',
      needs: ['store'],
      weight: 1,
      async run() {
        const txid = pickTxid();
        if (txid === null) return RIGHT;
        return chance.integer(0, 1) === 0 ? read(txid) : follow(txid);
      },
    },
    {
      name: 'aggregatedReportRequests, only the caller’s own',
      needs: ['store'],
      weight: 0.5,
      async run() {
        const answer = await client.query<{ aggregatedReportRequests: { nodes: { txid: string }[] } }>(LIST, {});
        const codes = codesOf(answer);
        if (codes.length > 0) return failure(codes);
        const foreign = new Set(others().flatMap((ledger) => ledger.accepted().map(({ txid }) => txid)));
        const found = answer.data?.aggregatedReportRequests.nodes.find(({ txid }) => foreign.has(txid));
        return found === undefined ? RIGHT : wrong(`${found.txid} belongs to another caller, but was listed`);
      },
    },
  ];
}
