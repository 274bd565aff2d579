import type { UsageOrder } from '../src/domain/usage-order.ts';
import { createPages, type PageArguments } from './connection.ts';
import { fieldRule, toPageOfDevices } from './rules/field-rule.ts';

/** The pages of the devices of a report. */
export const pages = createPages(100);

interface UsageArguments extends PageArguments {
  readonly orderBy?: UsageOrder | null;
}

/** The rule of `usage` of a report. Each report costs a read. */
export const usageRule = fieldRule({
  scope: 'reports:read',
  prepare: ({ orderBy = null, ...page }: UsageArguments, _, faults, selects) => ({
    orderBy,
    ...pages.parse(page, faults, selects),
  }),
  plan({ query: { first, after }, orderBy }, on, { reads, path }) {
    reads.add({ reports: on.reports, toKey: () => JSON.stringify(['usage', orderBy, after]), rows: first });
    return toPageOfDevices(on, first, path);
  },
});

/** The rule of `errors` of a report. Each report costs a read. */
export const errorsRule = fieldRule({
  scope: 'reports:read',
  prepare: (page: PageArguments, _, faults, selects) => pages.parse(page, faults, selects),
  plan({ query: { first, after } }, on, { reads }) {
    reads.add({ reports: on.reports, toKey: () => JSON.stringify(['errors', after]), rows: first });
    return on;
  },
});

/** The rule of `unexpectedDevices` of a report. Each report costs a read. */
export const unexpectedRule = fieldRule({
  scope: 'reports:read',
  prepare: (page: PageArguments, _, faults, selects) => pages.parse(page, faults, selects),
  plan({ query: { first, after } }, on, { reads, path }) {
    reads.add({ reports: on.reports, toKey: () => JSON.stringify(['unexpected', after]), rows: first });
    return toPageOfDevices(on, first, path);
  },
});

/** The rule of `missing` of a report. Each report costs a read. */
export const missingRule = fieldRule({
  scope: 'reports:read',
  prepare: (page: PageArguments, _, faults, selects) => pages.parse(page, faults, selects),
  plan({ query: { first, after } }, on, { reads, path }) {
    reads.add({ reports: on.reports, toKey: () => JSON.stringify(['missing', after]), rows: first });
    return toPageOfDevices(on, first, path);
  },
});

/** The rule of `totals` of a report. Each report costs a read. */
export const totalsRule = fieldRule({
  scope: 'reports:read',
  prepare: (args: object) => args,
  plan(_, on, { reads }) {
    reads.add({ reports: on.reports, toKey: () => 'totals', rows: 0 });
    return on;
  },
});
