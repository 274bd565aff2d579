import { useState } from 'preact/hooks';
import { run } from '../../api/client.ts';
import { Failure, toFailure } from '../../api/failure.ts';
import { toAuthHeaders } from '../../api/tokens.ts';
import { API_URL } from '../../facts.ts';
import { ReportDownloadsDocument, type ReportDownloadsQuery } from '../../graphql/graphql.ts';
import { account } from '../../state/scope.ts';

type Format = keyof NonNullable<ReportDownloadsQuery['aggregatedReportRequest']>;

const FORMATS: readonly { readonly format: Format; readonly name: string; readonly file: string }[] = [
  { format: 'csv', name: 'CSV', file: 'report.csv' },
  { format: 'excel', name: 'CSV for Excel', file: 'report-excel.csv' },
  { format: 'jsonl', name: 'JSON lines', file: 'report.jsonl' },
];

/** The file of a report. Links are valid for a short time, so each download asks for its own. */
export function Downloads({ txid, hasRows }: { readonly txid: string; readonly hasRows: boolean }) {
  const [failure, setFailure] = useState<Failure | null>(null);
  const save = async (format: Format, file: string): Promise<void> => {
    setFailure(null);
    try {
      await download(txid, format, file);
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
async function download(txid: string, format: Format, file: string): Promise<void> {
  const { data } = await run(ReportDownloadsDocument, { ...account.value, txid });
  const link = data.aggregatedReportRequest?.[format] ?? null;
  if (link === null) throw new Failure('NOT_FOUND', 'Nothing has arrived yet.');
  const url = new URL(link, API_URL).href;
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
