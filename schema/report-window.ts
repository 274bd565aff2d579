import type { AsyncReport } from '../src/async-reports/async-report.ts';
import { toReportDate } from '../src/domain/report-date.ts';
import type { ReportWindow } from '../src/domain/report-window.ts';
import { builder } from './builder.ts';

export const WINDOW = 'The window that the report covers, as it was sent.';

export const ReportWindowRef = builder.objectRef<ReportWindow>('ReportWindow').implement({
  description:
    'The two sides of a window, as they were sent, keywords included. LAST_WEEK on both sides is that week; as the start alone, ' +
    'it is the window from then until now.',
  fields: (t) => ({
    start: t.field({
      type: 'ReportDate',
      description: 'The startDate that was sent; null if it was omitted, so that ThingSpace chose the start.',
      resolve: ({ start }) => start?.text ?? null,
    }),
    end: t.field({
      type: 'ReportDate',
      description: 'The endDate that was sent; null if it was omitted, so that ThingSpace chose the end.',
      resolve: ({ end }) => end?.text ?? null,
    }),
  }),
});

/** The window of an asynchronous report or a fleet report, which was checked when the report was requested. */
export function toRequestedWindow({ inputJson }: Pick<AsyncReport, 'inputJson'>): ReportWindow {
  const { startDate, endDate } = JSON.parse(inputJson) as Record<'startDate' | 'endDate', string | null | undefined>;
  return { start: toReportDate(startDate ?? ''), end: toReportDate(endDate ?? '') };
}
