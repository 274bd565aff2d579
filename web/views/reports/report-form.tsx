import { useState } from 'preact/hooks';
import { run } from '../../api/client.ts';
import { planned } from '../../api/cost.ts';
import { toFailure, type Failure } from '../../api/failure.ts';
import { facts } from '../../facts.ts';
import { StartFleetDocument, StartReportDocument } from '../../graphql/graphql.ts';
import { plural } from '../../format/numbers.ts';
import { Period } from '../../parts/period.tsx';
import { FailurePanel } from '../../parts/states.tsx';
import { change } from '../../state/location.ts';
import { account, range } from '../../state/scope.ts';
import { Devices, type Source } from './devices-field.tsx';
import { readImeis } from './imei-list.ts';
import { createKey } from './request-key.ts';
import { useUpload, type Upload } from './use-upload.ts';

const MAX_DEVICES = 10_000;

/** Requests a report. The key makes a second click, or a try after a lost connection, return the same report. */
export function ReportForm() {
  const [text, setText] = useState('');
  const [source, setSource] = useState<Source>('account');
  const [file, setFile] = useState<File | null>(null);
  const [key, setKey] = useState(createKey);
  const [isSending, setIsSending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const upload = useUpload(file);
  const list = readImeis(text);
  const fault = source === 'list' ? findFault(list) : null;
  const isReady = fault === null && (source !== 'file' || upload.state === 'ready');
  const { from, to } = range.value;
  const edit = (apply: () => void): void => {
    apply();
    // Another input is another report.
    setKey(createKey());
    setFailure(null);
  };
  const send = async (): Promise<void> => {
    setIsSending(true);
    setFailure(null);
    planned.value = countCalls(source, upload);
    const input = { ...account.value, startDate: from, endDate: to, idempotencyKey: `${key}:${from}:${to}` };
    try {
      if (upload.state === 'ready' && source === 'file') {
        const { data } = await run(StartFleetDocument, { input: { ...input, deviceListId: upload.id } });
        if (data.requestFleetReport !== null) change({ fleet: data.requestFleetReport.id });
      } else {
        const devices = source === 'account' ? { allDevices: true } : { imei: [...list.imei] };
        const { data } = await run(StartReportDocument, { input: { ...input, ...devices } });
        setKey(createKey());
        if (data.requestAggregatedReport !== null) change({ report: data.requestAggregatedReport.txid });
      }
    } catch (error) {
      setFailure(toFailure(error));
    } finally {
      setIsSending(false);
    }
  };
  return (
    <details class="panel request">
      <summary>Request a report</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady && !isSending) void send();
        }}
      >
        <Period />
        <Devices
          source={source}
          takesFiles={facts.signIn !== 'thingspace'}
          text={text}
          list={list}
          fault={text === '' ? null : fault}
          upload={upload}
          onSource={(chosen) => edit(() => setSource(chosen))}
          onText={(changed) => edit(() => setText(changed))}
          onFile={(chosen) => edit(() => setFile(chosen))}
        />
        <p class="actions">
          <button type="submit" class="primary" disabled={!isReady || isSending}>
            {isSending ? 'Requesting …' : 'Request'}
          </button>
          <span class="quiet">{describePrice(source, upload)}</span>
        </p>
      </form>
      {failure !== null && <FailurePanel failure={failure} what="report" />}
    </details>
  );
}

function countCalls(source: Source, upload: Upload): number {
  return source === 'file' && upload.state === 'ready' ? Math.ceil(upload.devices / MAX_DEVICES) : 1;
}

function describePrice(source: Source, upload: Upload): string {
  if (source === 'file')
    return upload.state === 'ready' && upload.devices > MAX_DEVICES
      ? `${plural(countCalls(source, upload), 'call')}, one after the other, for 10,000 devices each`
      : '1 call for 10,000 devices';
  return '1 call, or 2 if the server has to look whether results will reach it';
}

function findFault({ imei, rejected }: ReturnType<typeof readImeis>): string | null {
  const [first] = rejected;
  if (first !== undefined)
    return `${plural(rejected.length, 'word is not an IMEI', 'words are not IMEIs')} of 15 digits, such as “${first.slice(0, 40)}”.`;
  if (imei.length === 0) return 'Enter at least one IMEI.';
  return imei.length > MAX_DEVICES
    ? `These are ${plural(imei.length, 'device')}. A list has at most 10,000; a file can have more.`
    : null;
}
