import { useState } from 'preact/hooks';
import { run } from '../../api/client.ts';
import { planned } from '../../api/cost.ts';
import { toFailure, type Failure } from '../../api/failure.ts';
import { StartReportDocument } from '../../graphql/graphql.ts';
import { plural } from '../../format/numbers.ts';
import { Period } from '../../parts/period.tsx';
import { FailurePanel } from '../../parts/states.tsx';
import { change } from '../../state/location.ts';
import { account, range } from '../../state/scope.ts';
import { Devices } from './devices-field.tsx';
import { readImeis } from './imei-list.ts';
import { createKey } from './request-key.ts';

const MAX_DEVICES = 10_000;

/** Requests a report. The key makes a second click, or a try after a lost connection, return the same report. */
export function ReportForm() {
  const [text, setText] = useState('');
  const [allDevices, setAllDevices] = useState(true);
  const [key, setKey] = useState(createKey);
  const [isSending, setIsSending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const list = readImeis(text);
  const fault = allDevices ? null : findFault(list);
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
    planned.value = 1;
    const devices = allDevices ? { allDevices } : { imei: [...list.imei] };
    const input = {
      ...account.value,
      ...devices,
      startDate: from,
      endDate: to,
      idempotencyKey: `${key}:${from}:${to}`,
    };
    try {
      const { data } = await run(StartReportDocument, { input });
      setKey(createKey());
      if (data.requestAggregatedReport !== null) change({ report: data.requestAggregatedReport.txid });
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
          if (fault === null && !isSending) void send();
        }}
      >
        <Period />
        <Devices
          allDevices={allDevices}
          text={text}
          list={list}
          fault={text === '' ? null : fault}
          onAll={(all) => edit(() => setAllDevices(all))}
          onText={(changed) => edit(() => setText(changed))}
        />
        <p class="actions">
          <button type="submit" class="primary" disabled={fault !== null || isSending}>
            {isSending ? 'Requesting …' : 'Request'}
          </button>
          <span class="quiet">1 call, or 2 if the server has to look whether results will reach it</span>
        </p>
      </form>
      {failure !== null && <FailurePanel failure={failure} what="report" />}
    </details>
  );
}

function findFault({ imei, rejected }: ReturnType<typeof readImeis>): string | null {
  const [first] = rejected;
  if (first !== undefined)
    return `${plural(rejected.length, 'word is', 'words are')} no IMEI of 15 digits, such as “${first.slice(0, 40)}”.`;
  if (imei.length === 0) return 'Enter at least one IMEI.';
  return imei.length > MAX_DEVICES ? `These are ${plural(imei.length, 'device')}. A report has at most 10,000.` : null;
}
