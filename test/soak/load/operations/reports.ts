import { checkReport, type ReportedReport } from '../../judge/figures.ts';
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

/** Two clocks of one machine are read at moments of their own. */
const SLACK_MS = 1_500;

/** Aggregated reports: of one to thirty devices, with one that is refused among them, and of this day. */
export function createReportOperations(setup: OperationSetup): Operation[] {
  const { client, oracle, chance, refusedImei, keptMs } = setup;

  const run = async (imeis: readonly string[], window: AskedWindow): Promise<Checked> => {
    const askedAtMs = Date.now();
    const answer = await client.query<Data>(AGGREGATED_REPORT, { input: { imei: imeis, ...window } });
    const codes = codesOf(answer);
    const report = answer.data?.aggregatedReport ?? null;
    if (report === null || codes.length > 0) return codes.length > 0 ? failure(codes) : wrong('there is no report');
    const sum = report.usage.reduce((bytes, { bytesTransferred }) => bytes + (bytesTransferred ?? 0), 0);
    const { totals, freshness } = report;
    // Older figures are right only where the answer warns of them and says how old they are.
    const isStale = answer.warnings.includes('STALE_FIGURES');
    const fromMs = (isStale ? Date.parse(freshness.asOf) : askedAtMs - keptMs) - SLACK_MS;
    if (totals.devices !== report.usage.length || totals.bytesTransferred !== sum)
      return wrong('the totals are no sums');
    const asked = { imeis, window, fromMs, toMs: Date.now() + SLACK_MS, refused: [refusedImei] };
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
      name: 'aggregatedReport, one refused',
      needs: ['platform'],
      weight: 1,
      run: () => run([refusedImei, ...chance.imeis(chance.integer(3, 12))], chance.settledWindow()),
    },
    {
      name: 'aggregatedReport of today',
      needs: ['platform'],
      weight: 2,
      run: () => run(chance.cameras(chance.integer(1, 10)), chance.movingWindow()),
    },
  ];
}
