import { checkReport, type ReportedReport } from '../../checks/usage.ts';
import type { AskedWindow } from '../../oracle.ts';
import { codesOf } from '../client.ts';
import { failure, wrong, type Checked } from '../outcome.ts';
import type { Operation, OperationSetup } from './operation.ts';

const AGGREGATED_REPORT = `query ($input: AggregatedReportInput!) {
  aggregatedReport(input: $input) {
    usage { imei numberOfSessions bytesTransferred }
    errors { imei errorResponse { errorCode } }
    missing
    totals { devices bytesTransferred }
    freshness { asOf }
  }
}`;

interface Data {
  readonly aggregatedReport:
    | (ReportedReport & {
        readonly totals: { readonly devices: number; readonly bytesTransferred: number };
        readonly freshness: { readonly asOf: string };
      })
    | null;
}

/** Tolerance, because the two processes read their clocks at different moments. */
const SLACK_MS = 1_500;

/** Aggregated reports: on one to thirty devices, with a rejected device among them, and on the current day. */
export function createReportOperations(setup: OperationSetup): Operation[] {
  const { client, oracle, chance, rejectedImei, cacheMs } = setup;

  const run = async (imeis: readonly string[], window: AskedWindow): Promise<Checked> => {
    const askedAtMs = Date.now();
    const answer = await client.query<Data>(AGGREGATED_REPORT, { input: { imei: imeis, ...window } });
    const codes = codesOf(answer);
    const report = answer.data?.aggregatedReport ?? null;
    if (report === null || codes.length > 0) return codes.length > 0 ? failure(codes) : wrong('there is no report');
    const sum = report.usage.reduce((bytes, { bytesTransferred }) => bytes + (bytesTransferred ?? 0), 0);
    const { totals, freshness } = report;
    // Older usage is right only if the response has the warning and its time.
    const isStale = answer.warnings.includes('STALE_FIGURES');
    const fromMs = (isStale ? Date.parse(freshness.asOf) : askedAtMs - cacheMs) - SLACK_MS;
    if (totals.devices !== report.usage.length || totals.bytesTransferred !== sum)
      return wrong('the totals are not the sums');
    const asked = { imeis, window, fromMs, toMs: Date.now() + SLACK_MS, rejected: [rejectedImei] };
    return { ...checkReport(report, asked, oracle), isStale };
  };

  return [
    {
      name: 'aggregatedReport',
      needs: ['platform'],
      weight: 5,
      run: () => run(chance.imeis(chance.integer(1, 30)), chance.settledWindow()),
    },
    {
      name: 'aggregatedReport, one device rejected',
      needs: ['platform'],
      weight: 1,
      run: () => run([rejectedImei, ...chance.imeis(chance.integer(3, 12))], chance.settledWindow()),
    },
    {
      name: 'aggregatedReport of today',
      needs: ['platform'],
      weight: 2,
      run: () => run(chance.cameras(chance.integer(1, 10)), chance.movingWindow()),
    },
  ];
}
