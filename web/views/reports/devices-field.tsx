import { plural } from '../../format/numbers.ts';
import { FileField } from './file-field.tsx';
import type { ImeiList } from './imei-list.ts';
import type { Upload } from './use-upload.ts';

/** Where the devices of a report come from. */
export type Source = 'account' | 'list' | 'file';

const SOURCES: readonly (readonly [Source, string])[] = [
  ['account', 'All devices of the account'],
  ['list', 'Devices of a list, up to 10,000'],
  ['file', 'Devices of a file, up to 1,000,000'],
];

/** Which devices a report is about: all of the account, those of a list, or those of a file. */
export function Devices(props: {
  readonly source: Source;
  /** Whether the server takes files. */
  readonly takesFiles: boolean;
  readonly text: string;
  readonly list: ImeiList;
  readonly fault: string | null;
  readonly upload: Upload;
  readonly onSource: (source: Source) => void;
  readonly onText: (text: string) => void;
  readonly onFile: (file: File) => void;
}) {
  const { source, takesFiles, text, list, fault, upload, onSource, onText, onFile } = props;
  return (
    <fieldset class="device-choice">
      <legend>Devices</legend>
      {SOURCES.filter(([value]) => takesFiles || value !== 'file').map(([value, name]) => (
        <label key={value} class="choice">
          <input type="radio" name="devices" checked={source === value} onChange={() => onSource(value)} /> {name}
        </label>
      ))}
      {source === 'list' && (
        <>
          <label>
            <span>IMEIs, one per line or separated by commas</span>
            <textarea
              rows={6}
              spellcheck={false}
              value={text}
              aria-invalid={fault !== null}
              onInput={(event) => onText(event.currentTarget.value)}
            />
          </label>
          {fault === null ? (
            <p class="quiet" role="status">
              {plural(list.imei.length, 'device')}
              {list.duplicates > 0 && `, ${plural(list.duplicates, 'duplicate')} ignored`}
            </p>
          ) : (
            <p class="fault" role="alert">
              {fault}
            </p>
          )}
        </>
      )}
      {source === 'file' && <FileField upload={upload} onFile={onFile} />}
    </fieldset>
  );
}
