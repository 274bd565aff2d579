import { plural } from '../../format/numbers.ts';
import type { Upload } from './use-upload.ts';

/** A file of IMEIs, and what the server made of it. */
export function FileField({ upload, onFile }: { readonly upload: Upload; readonly onFile: (file: File) => void }) {
  return (
    <>
      <label>
        <span>A file with one IMEI per line</span>
        <input
          type="file"
          accept=".csv,.txt,text/csv,text/plain"
          // Otherwise, a corrected file of the same name would not count as another one.
          onClick={(event) => (event.currentTarget.value = '')}
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            if (file !== undefined) onFile(file);
          }}
        />
      </label>
      {upload.state === 'failed' ? (
        <p class="fault lines" role="alert">
          {upload.file} cannot be used. {upload.failure.message}
        </p>
      ) : (
        <p class="quiet" role="status">
          {describe(upload)}
        </p>
      )}
    </>
  );
}

function describe(upload: Exclude<Upload, { state: 'failed' }>): string {
  switch (upload.state) {
    case 'none':
      return 'It is uploaded and checked at once. The report is requested afterwards.';
    case 'uploading':
      return `Uploading ${upload.file} …`;
    case 'ready': {
      const ignored = upload.duplicates === 0 ? '' : `, ${plural(upload.duplicates, 'duplicate')} ignored`;
      return `${plural(upload.devices, 'device')} in ${upload.file}${ignored}`;
    }
  }
}
