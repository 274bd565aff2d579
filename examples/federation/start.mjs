import { readFileSync } from 'node:fs';
import { toVehicles } from './fleet/inventory.mjs';
import { startFleet } from './fleet/server.mjs';
import { startGateway } from './gateway.mjs';
import { toLastWeek } from './last-week.mjs';
import { startReports } from '../reports.mjs';
import { composeSupergraph } from './supergraph.mjs';

const query = readFileSync(new URL('operations/depot-usage.graphql', import.meta.url), 'utf8');

const reports = await startReports();
const vehicles = toVehicles(reports.devices);
const fleet = await startFleet(vehicles);
const variables = JSON.stringify({ depot: vehicles[0].depot, ...toLastWeek(Date.now()) }, null, 2);
const gateway = await startGateway(composeSupergraph({ reportsUrl: reports.url, fleetUrl: fleet.url }), {
  port: Number(process.env.PORT ?? 0),
  tabs: [{ query, variables }],
});

process.stdout.write(`
  A fleet and the usage of its devices in one graph

  Gateway   ${gateway.url}
  GraphiQL  ${gateway.url}  (the same address, in a browser)
  Reports   ${reports.url}
  Fleet     ${fleet.url}

  A query to try in GraphiQL or any client, with its variables:

${indent(query)}
${indent(variables)}

  Ten devices share an upstream call, whichever subgraph the query starts in.

  To request a report and follow it to its end, over the gateway's server-sent events, run this in examples/federation:

    node follow-report.mjs ${gateway.url}

  Ctrl+C stops everything.
`);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await gateway.close();
    await fleet.close();
    await reports.close();
  });
}

function indent(text) {
  return text.trim().replace(/^/gm, '    ');
}
