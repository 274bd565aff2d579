#!/usr/bin/env node
// The command of the published package. In this repository, npm scripts run the same programs.
const PROGRAMS: ReadonlyMap<string, () => Promise<unknown>> = new Map([
  ['start', () => import('./main.ts')],
  ['check-config', () => import('./check-config.ts')],
  ['reset-sign-in', () => import('./reset-sign-in.ts')],
  ['simulator', () => import('./simulator/main.ts')],
]);

const USAGE = `device-reports-graphql                starts the server
device-reports-graphql check-config   says whether the server would start, and what is wrong if not
device-reports-graphql reset-sign-in  clears the failed logins, so that servers sign in again
device-reports-graphql simulator      starts a simulated platform alone

Settings are environment variables: see docs/configuration.md in the package.
`;

// The equivalent of --enable-source-maps, which a first line cannot pass on every system.
process.setSourceMapsEnabled(true);
const [command = 'start'] = process.argv.slice(2);
const load = PROGRAMS.get(command);
if (load !== undefined) await load();
else if (command === '--help' || command === '-h') process.stdout.write(USAGE);
else {
  process.stderr.write(`There is no command ${command}.\n\n${USAGE}`);
  process.exitCode = 1;
}
