import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { toWindow } from './format.ts';
import { TopDevicesDocument } from './gql/graphql.ts';
import { Reports } from './reports.tsx';
import { TopDevices } from './top-devices.tsx';

const SPANS = [7, 30, 90];

/** The whole page. `apiUrl` is what links of downloads are relative to. */
export function Dashboard({ apiUrl }: { readonly apiUrl: string }) {
  const [days, setDays] = useState(7);
  const window = toWindow(days);
  // With the default policy, `none`, one failed device would hide the usage of all the others.
  const { data, error, loading } = useQuery(TopDevicesDocument, { variables: window, errorPolicy: 'all' });
  const report = data?.aggregatedReport ?? null;
  return (
    <main>
      <header>
        <h1>Device usage</h1>
        <label>
          Days{' '}
          <select value={days} onChange={({ target }) => setDays(Number(target.value))}>
            {SPANS.map((span) => (
              <option key={span} value={span}>
                Last {span}
              </option>
            ))}
          </select>
        </label>
      </header>
      {error && <p role="alert">{error.message}</p>}
      {loading && <p role="status">Loading …</p>}
      {report && <TopDevices report={report} window={window} />}
      <Reports apiUrl={apiUrl} imei={report?.usage.map((device) => device.imei) ?? []} window={window} />
    </main>
  );
}
