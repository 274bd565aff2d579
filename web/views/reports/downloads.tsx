import { useState } from 'preact/hooks';
import { Failure, toFailure } from '../../api/failure.ts';
import { toAuthHeaders } from '../../api/tokens.ts';
import { toOwnUrl } from '../../facts.ts';
import type { ReportDownloadsQuery } from '../../graphql/graphql.ts';

/** Signed links to the file of a report, by format; null until something has arrived. */
export type Links = NonNullable<ReportDownloadsQuery['aggregatedReportRequest']>;
type Format = keyof Links;

const FORMATS: readonly { readonly format: Format; readonly name: string; readonly file: string }[] = [
  { format: 'csv', name: 'CSV', file: 'report.csv' },
  { format: 'excel', name: 'CSV for Excel', file: 'report-excel.csv' },
  { format: 'jsonl', name: 'JSON lines', file: 'report.jsonl' },
];

/** The file of a report. Links are valid for a short time, so each download asks for its own. */
export function Downloads(props: {
  /** Null if there is no report. */
  readonly load: () => Promise<Links | null>;
  readonly hasRows: boolean;
}) {
  const { load, hasRows } = props;
  const [failure, setFailure] = useState<Failure | null>(null);
  const save = async (format: Format, file: string): Promise<void> => {
    setFailure(null);
    try {
      await download(await load(), format, file);
    } catch (error) {
      setFailure(toFailure(error));
    }
  };
  if (!hasRows) return null;
  return (
    <div class="downloads">
      <p class="actions">
        <span class="quiet">Download all that has arrived</span>
        {FORMATS.map(({ format, name, file }) => (
          <button key={format} type="button" onClick={() => void save(format, file)}>
            {name}
          </button>
        ))}
      </p>
      {failure !== null && (
        <p class="fault" role="alert">
          {failure.message}
        </p>
      )}
    </div>
  );
}

/** A link cannot carry a token. So with one, the file is fetched into memory; without, the browser saves it by itself. */
async function download(links: Links | null, format: Format, file: string): Promise<void> {
  const link = links?.[format] ?? null;
  if (link === null) throw new Failure('NOT_FOUND', 'Nothing has arrived yet.');
  const url = toOwnUrl(link);
  const headers = toAuthHeaders();
  if (Object.keys(headers).length === 0) {
    save(url, file);
    return;
  }
  const response = await fetch(url, { headers });
  if (!response.ok) throw new Failure('HTTP', `HTTP ${response.status}: the file could not be loaded.`);
  const blob = URL.createObjectURL(await response.blob());
  save(blob, file);
  URL.revokeObjectURL(blob);
}

function save(href: string, file: string): void {
  Object.assign(document.createElement('a'), { href, download: file }).click();
}
