// Prints the supergraph: node compose.mjs <URL of the reports> <URL of the fleet>
import { composeSupergraph } from './supergraph.mjs';

const [reportsUrl = 'http://127.0.0.1:4000/graphql', fleetUrl = 'http://127.0.0.1:4001/graphql'] =
  process.argv.slice(2);
process.stdout.write(composeSupergraph({ reportsUrl, fleetUrl }));
