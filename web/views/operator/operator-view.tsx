import { useEffect } from 'preact/hooks';
import { run } from '../../api/client.ts';
import { formatDuration, formatMoment } from '../../format/times.ts';
import { OperatorDocument } from '../../graphql/graphql.ts';
import { Empty, Partial, Show } from '../../parts/states.tsx';
import { Count, Stat } from '../../parts/values.tsx';
import { useKept } from '../../state/kept.ts';
import { useLoad } from '../../state/load.ts';
import { zone } from '../../state/scope.ts';
import { toChecks, toVerdict, type Check, type ServerStatus } from './checks.ts';
import { Listeners } from './listeners.tsx';

/** The status makes no upstream call, so it can be asked for often. */
const REFRESH_MS = 10_000;

/** Whether the server works, and what it did today. */
export function OperatorView() {
  const loaded = useLoad('status', (signal) => run(OperatorDocument, {}, signal));
  const shown = useKept(loaded);
  useEffect(() => {
    if (loaded.state === 'loading') return undefined;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') loaded.again();
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [loaded.state]);
  return (
    <Show loaded={shown} what="status">
      {({ data: { serverStatus: status }, errors }) =>
        status === null ? (
          <Empty title="No status" />
        ) : (
          <>
            <Partial errors={errors} />
            <Status status={status} again={loaded.again} />
          </>
        )
      }
    </Show>
  );
}

function Status({ status, again }: { readonly status: ServerStatus; readonly again: () => void }) {
  const { servers, callsToday } = status.allServers ?? { servers: 1, callsToday: status.callsToday };
  const checks = toChecks(status);
  const verdict = toVerdict(checks);
  return (
    <>
      <p class={`verdict ${verdict.level}`} role="status" data-verdict={verdict.level}>
        <strong>{verdict.text}</strong>
      </p>
      <ul class="checks">
        {checks.map((check) => (
          <CheckRow key={check.id} check={check} />
        ))}
      </ul>
      <Listeners onLooked={again} />
      <h2>
        Calls to ThingSpace since {formatMoment(callsToday.since, zone.value)}
        {servers > 1 && `, by all ${servers} servers`}
      </h2>
      <dl class="stats">
        <Stat id="made" name="Made" note="with retries, without sign-in">
          <Count value={callsToday.made} />
        </Stat>
        <Stat id="shared" name="Saved by sharing" note="several operations needed the same call">
          <Count value={callsToday.savedBySharing} />
        </Stat>
        <Stat id="cached" name="From the cache" note="devices and reports answered without a call">
          <Count value={callsToday.answeredFromCache} />
        </Stat>
      </dl>
      <p class="quiet">
        Version <span data-version={status.version}>{status.version}</span>, running for{' '}
        {formatDuration(status.uptimeSeconds)} since {formatMoment(status.startedAt, zone.value)}. With several servers,
        this is the one that answered. It is asked again every ten seconds.
      </p>
    </>
  );
}

const SIGNS: Readonly<Record<Check['state'], readonly [sign: string, name: string]>> = {
  good: ['✓', 'works'],
  look: ['!', 'look at this'],
  bad: ['✕', 'does not work'],
  unknown: ['?', 'not known'],
};

function CheckRow({ check }: { readonly check: Check }) {
  const [sign, name] = SIGNS[check.state];
  return (
    <li class={`check ${check.state}`} data-check={check.id} data-state={check.state}>
      <span class="sign" aria-hidden="true">
        {sign}
      </span>
      <div>
        <h3>
          {check.name} <span class="visually-hidden">{name}</span>
        </h3>
        <p>{check.text}</p>
      </div>
    </li>
  );
}
