import './scalars.ts';
import './device.ts';
import './device-series.ts';
import './sessions-report.ts';
import './aggregated-report.ts';
import './usage-series.ts';
import './billing-cycle.ts';
import './usage-allowance-plans.ts';
import './usage-changes.ts';
import './recorded-days.ts';
import './async-report-queries.ts';
import './async-report-mutations.ts';
import './fleet-report-lists.ts';
import './fleet-report-queries.ts';
import './device-list-upload.ts';
import './fleet-report-mutations.ts';
import './callback-listener.ts';
import './server-status.ts';
import { withBoundedResponses } from './rules/response-size.ts';
import { builder } from './builder.ts';
import { withEntitiesAlone, withGatewayFieldsLast, withPromisedSdl } from './rules/entities.ts';
import { withRules } from './rules/with-rules.ts';

/** The executable schema, as a Federation 2 subgraph. */
export const schema = withGatewayFieldsLast(
  withRules(
    withBoundedResponses(
      withPromisedSdl(
        withEntitiesAlone(
          builder.toSubGraphSchema({
            linkUrl: 'https://specs.apollo.dev/federation/v2.9',
            // Listed explicitly, so that a directive which some gateways do not know is never added by accident.
            federationDirectives: ['@cost', '@key', '@listSize', '@shareable', '@tag'],
          }),
        ),
      ),
    ),
  ),
);
