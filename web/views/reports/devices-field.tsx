import { plural } from '../../format/numbers.ts';
import type { ImeiList } from './imei-list.ts';

/** Which devices a report is about: all of the account, or those of a list. */
export function Devices(props: {
  readonly allDevices: boolean;
  readonly text: string;
  readonly list: ImeiList;
  readonly fault: string | null;
  readonly onAll: (allDevices: boolean) => void;
  readonly onText: (text: string) => void;
}) {
  const { allDevices, text, list, fault, onAll, onText } = props;
  return (
    <fieldset class="device-choice">
      <legend>Devices</legend>
      <label class="choice">
        <input type="radio" name="devices" checked={allDevices} onChange={() => onAll(true)} /> All devices of the
        account
      </label>
      <label class="choice">
        <input type="radio" name="devices" checked={!allDevices} onChange={() => onAll(false)} /> Devices of a list
      </label>
      {!allDevices && (
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
          <label>
            <span>or a file with one column, such as CSV</span>
            <input
              type="file"
              accept=".csv,.txt,text/csv,text/plain"
              onChange={(event) => void event.currentTarget.files?.[0]?.text().then(onText)}
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
    </fieldset>
  );
}
