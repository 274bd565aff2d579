import { useState } from 'preact/hooks';
import { run } from '../../api/client.ts';
import { BusiestDocument } from '../../graphql/graphql.ts';
import { Show } from '../../parts/states.tsx';
import { Bytes, Imei } from '../../parts/values.tsx';
import { useLoad } from '../../state/load.ts';
import { change } from '../../state/location.ts';
import { account, range } from '../../state/scope.ts';

export function isImei(text: string): boolean {
  return /^\d{15}$/.test(text);
}

/** Asks for the device: by its IMEI, or one of those that transferred most. */
export function ChooseDevice({ imei }: { readonly imei: string }) {
  const [text, setText] = useState(imei);
  const [isRejected, setIsRejected] = useState(imei !== '' && !isImei(imei));
  return (
    <>
      <form
        class="controls"
        onSubmit={(event) => {
          event.preventDefault();
          // People copy IMEIs with spaces and dashes.
          const wanted = text.replaceAll(/[\s-]/g, '');
          setIsRejected(!isImei(wanted));
          if (isImei(wanted)) change({ imei: wanted, day: null });
        }}
      >
        <label>
          <span>IMEI of the device</span>
          <input
            type="text"
            inputMode="numeric"
            autocomplete="off"
            spellcheck={false}
            size={18}
            value={text}
            aria-invalid={isRejected}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="primary">
          Show
        </button>
        {isRejected && (
          <p class="fault" role="alert">
            An IMEI has exactly 15 digits.
          </p>
        )}
      </form>
      {!isImei(imei) && <Suggestions />}
    </>
  );
}

/** Devices to begin with. They cost a call, so they are not loaded unasked. */
function Suggestions() {
  const [isWanted, setIsWanted] = useState(false);
  const { from, to } = range.value;
  const input = { ...account.value, allDevices: true, startDate: from, endDate: to };
  const loaded = useLoad(isWanted ? JSON.stringify(input) : null, (signal) => run(BusiestDocument, { input }, signal));
  return (
    <section class="panel empty">
      <h2>Which device?</h2>
      <p>Enter its IMEI, or choose one in another view.</p>
      {!isWanted && (
        <p class="actions">
          <button type="button" onClick={() => setIsWanted(true)}>
            Suggest the busiest devices (1 call)
          </button>
        </p>
      )}
      {isWanted && (
        <Show loaded={loaded} what="devices">
          {({ data }) => (
            <ul class="suggestions">
              {(data.aggregatedReport?.usage ?? []).map((device) => (
                <li key={device.imei}>
                  <Imei imei={device.imei} /> <Bytes value={device.bytesTransferred} />
                </li>
              ))}
            </ul>
          )}
        </Show>
      )}
    </section>
  );
}
