import { checkStored, type StoredRow } from '../../checks/stored-report.ts';
import { codesOf } from '../client.ts';
import type { Accepted } from '../ledger.ts';
import { failure, RIGHT, wrong, type Checked } from '../outcome.ts';
import type { Operation, OperationSetup } from './operation.ts';

const READ = `query ($txid: ID!) {
  aggregatedReportRequest(txid: $txid) {
    status receivedDevices failedDevices
    usage(first: 100) { nodes { imei numberOfSessions bytesTransferred } }
    errors(first: 100) { nodes { imei } }
    download(format: JSONL)
  }
}`;
const LIST = `{ aggregatedReportRequests(first: 10) { nodes { txid status } totalCount } }`;

export interface ReadReport {
  readonly status: string;
  readonly receivedDevices: number;
  readonly failedDevices: number;
  readonly usage: {
    readonly nodes: readonly {
      readonly imei: string;
      readonly numberOfSessions: number;
      readonly bytesTransferred: number;
    }[];
  };
  readonly errors: { readonly nodes: readonly { readonly imei: string | null }[] };
  readonly download: string | null;
}

interface ReadData {
  readonly aggregatedReportRequest: ReadReport | null;
}

interface ListData {
  readonly aggregatedReportRequests: {
    readonly nodes: readonly { readonly txid: string; readonly status: string }[];
    readonly totalCount: number;
  } | null;
}

/** Reads, lists and downloads stored reports. */
export function createStoredOperations(setup: OperationSetup): Operation[] {
  const { client, chance, ledger, oracle } = setup;

  const read = async (report: Accepted): Promise<{ readonly checked: Checked; readonly found: ReadReport | null }> => {
    const answer = await client.query<ReadData>(READ, { txid: report.txid });
    const codes = codesOf(answer);
    const found = answer.data?.aggregatedReportRequest ?? null;
    if (codes.length > 0) return { checked: failure(codes), found: null };
    if (found === null) return { checked: wrong(`${report.txid} is lost`), found };
    return { checked: checkStored(toRows(found), report, found.status === 'COMPLETED', oracle), found };
  };
  const ofAccepted = async (work: (report: Accepted) => Promise<Checked>): Promise<Checked> => {
    const report = chance.pick(ledger.accepted());
    return report === undefined ? RIGHT : work(report);
  };

  return [
    {
      name: 'aggregatedReportRequest',
      needs: ['store'],
      weight: 1.5,
      run: () => ofAccepted(async (report) => (await read(report)).checked),
    },
    {
      name: 'download',
      needs: ['store'],
      weight: 0.7,
      run: () =>
        ofAccepted(async (report) => {
          const { checked, found } = await read(report);
          if (checked.verdict !== 'right' || found === null || found.download === null) return checked;
          const { status, text } = await client.download(found.download);
          if (status !== 200) return failure([`DOWNLOAD_${status}`]);
          return checkStored(parseRows(text), report, found.status === 'COMPLETED', oracle);
        }),
    },
    {
      name: 'aggregatedReportRequests',
      needs: ['store'],
      weight: 1,
      async run() {
        const minCount = ledger.accepted().length;
        const answer = await client.query<ListData>(LIST, {});
        const codes = codesOf(answer);
        if (codes.length > 0) return failure(codes);
        const list = answer.data?.aggregatedReportRequests ?? null;
        if (list === null) return wrong('there is no list');
        if (list.totalCount < minCount)
          return wrong(`${list.totalCount} reports are listed, but ${minCount} were accepted`);
        // A report that is added between the two queries is counted, but not on the page yet.
        return list.nodes.length >= Math.min(10, minCount) ? RIGHT : wrong('the first page is not full');
      },
    },
  ];
}

/** Reads a whole report and checks it. Also returns its status. Throws Hang and Unanswered. */
export async function readWhole(
  { client, oracle }: Pick<OperationSetup, 'client' | 'oracle'>,
  report: Accepted,
): Promise<{ readonly status: string; readonly checked: Checked }> {
  const answer = await client.query<ReadData>(READ, { txid: report.txid });
  const found = answer.data?.aggregatedReportRequest ?? null;
  if (found === null) return { status: 'LOST', checked: wrong(`${report.txid}: ${codesOf(answer).join()}`) };
  return { status: found.status, checked: checkStored(toRows(found), report, found.status === 'COMPLETED', oracle) };
}

function toRows({ usage, errors }: ReadReport): StoredRow[] {
  return [
    ...usage.nodes.map(({ imei, ...counts }) => ({ imei, usage: counts })),
    ...errors.nodes.map(({ imei }) => ({ imei, usage: null })),
  ];
}

interface DownloadedRow {
  readonly imei: string | null;
  readonly status: 'USAGE' | 'ERROR';
  readonly numberOfSessions: number;
  readonly bytesTransferred: number;
}

function parseRows(text: string): StoredRow[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as DownloadedRow)
    .map(({ imei, status, numberOfSessions, bytesTransferred }) => ({
      imei,
      usage: status === 'USAGE' ? { numberOfSessions, bytesTransferred } : null,
    }));
}
