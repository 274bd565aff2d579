import { createFleetPages } from '../src/async-reports/fleets/fleet-pages.ts';
import { DeviceUsageConnectionRef, ErrorConnectionRef, MissingDeviceConnectionRef } from './async-report.ts';
import { errorsRule, missingRule, pages, usageRule } from './async-report-rules.ts';
import { builder } from './builder.ts';
import { mapPage, openConnection } from './connection.ts';
import { FleetReportRef, type FoundFleet } from './fleet-report.ts';
import { toUsageNode, UsageOrderRef } from './usage.ts';

/** The lists of devices of a fleet report, over all of its parts. */
builder.objectFields(FleetReportRef, (t) => ({
  usage: t.field({
    type: DeviceUsageConnectionRef,
    nullable: false,
    description:
      'Usage that has arrived so far. By bytes or sessions, a page reads every part, up to 11 database reads each; in other orders, ' +
      'only the parts that its rows are in.',
    listSize: pages.size,
    extensions: usageRule.extensions,
    args: {
      ...pages.toArguments(t.arg),
      orderBy: t.arg({
        type: UsageOrderRef,
        description: 'Sort order. Default: by part, and then the order of arrival.',
      }),
    },
    resolve: usageRule.resolver(({ fleet, reads }: FoundFleet, { orderBy, ...selection }) =>
      openConnection(
        selection,
        async (query) => mapPage(await createFleetPages(reads).usage(fleet, orderBy, query), toUsageNode(fleet)),
        () => fleet.receivedDevices,
      ),
    ),
  }),
  missing: t.field({
    type: MissingDeviceConnectionRef,
    nullable: false,
    description:
      'Requested devices that are not in usage or errors yet, also those of parts that were not sent, by IMEI.',
    listSize: pages.size,
    extensions: missingRule.extensions,
    args: pages.toArguments(t.arg),
    resolve: missingRule.resolver(({ fleet, reads }: FoundFleet, selection) => {
      const { accountNumber, requestedDevices, receivedDevices, failedDevices } = fleet;
      return openConnection(
        selection,
        async (query) =>
          mapPage(await createFleetPages(reads).missing(fleet, query), (imei) => ({ imei, accountNumber })),
        () => requestedDevices - receivedDevices - failedDevices,
      );
    }),
  }),
  errors: t.field({
    type: ErrorConnectionRef,
    nullable: false,
    description: 'Devices that ThingSpace could not report, by part, and then in the order of arrival.',
    listSize: pages.size,
    extensions: errorsRule.extensions,
    args: pages.toArguments(t.arg),
    resolve: errorsRule.resolver(({ fleet, reads }: FoundFleet, selection) =>
      openConnection(
        selection,
        (query) => createFleetPages(reads).errors(fleet, query),
        () => fleet.errorRows,
      ),
    ),
  }),
}));
