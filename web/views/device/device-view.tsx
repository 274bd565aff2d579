import { useEffect } from 'preact/hooks';
import { run } from '../../api/client.ts';
import { planned } from '../../api/cost.ts';
import { DeviceDocument } from '../../graphql/graphql.ts';
import { Empty, Show } from '../../parts/states.tsx';
import { createDayStart } from '../../state/day-start.ts';
import { useLoad } from '../../state/load.ts';
import { param } from '../../state/location.ts';
import { account, earliestDay, zone } from '../../state/scope.ts';
import { ChooseDevice, isImei } from './choose-device.tsx';
import { DeviceReport } from './device-report.tsx';

/** When a device was online, and how much it transferred. */
export function DeviceView() {
  const imei = param('imei') ?? '';
  return (
    <>
      <ChooseDevice key={imei} imei={imei} />
      {isImei(imei) && <LoadedDevice imei={imei} />}
    </>
  );
}

function LoadedDevice({ imei }: { readonly imei: string }) {
  const timeZone = zone.value;
  const startDate = new Date(createDayStart(timeZone)(earliestDay.value)).toISOString();
  // Without an end, it ends now. A sessions report takes one call, however many days it has.
  const variables = { input: { ...account.value, imei, startDate }, timeZone };
  useEffect(() => {
    planned.value = 1;
  }, []);
  const loaded = useLoad(JSON.stringify(variables), (signal) => run(DeviceDocument, variables, signal));
  return (
    <Show loaded={loaded} what="sessions">
      {({ data: { sessionsReport: report }, errors }) =>
        report === null ? (
          <Empty title="No report" />
        ) : (
          <DeviceReport imei={imei} report={report} errors={errors} timeZone={timeZone} />
        )
      }
    </Show>
  );
}
