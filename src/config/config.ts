import { z } from 'zod';
import { Auth } from './auth.ts';
import { Callbacks } from './callbacks.ts';
import { Cors } from './cors.ts';
import { Documents, type DocumentsConfig } from './documents.ts';
import { Fleets } from './fleets.ts';
import { Graphql } from './graphql.ts';
import { Limits } from './limits.ts';
import { Metrics } from './metrics.ts';
import { Plans, readPlans, type PlansConfig } from './plans.ts';
import { Platform } from './platform.ts';
import { Proxies } from './proxies.ts';
import { readSecretFiles, readTextFile, type ReadText } from './secret-files.ts';
import { checkSecrets, SECRETS, type SecretFindings } from './secret-values.ts';
import { Recording } from './record.ts';
import { Server } from './server.ts';
import { Shutdown } from './shutdown.ts';
import { Store } from './store.ts';
import { SubscriptionCallbacks } from './subscription-callbacks.ts';
import { Traces } from './traces.ts';
import { readTrustedDocuments } from './trusted-documents.ts';
import { findUnknown, isServiceLink } from './unknown-variables.ts';
import { Cache, Upstream } from './upstream.ts';

/** The topics of the configuration. Each reads its own variables of the environment. */
const Topics = z.object({
  server: Server,
  shutdown: Shutdown,
  platform: Platform,
  proxies: Proxies,
  upstream: Upstream,
  cache: Cache,
  auth: Auth,
  cors: Cors,
  limits: Limits,
  graphql: Graphql,
  metrics: Metrics,
  documents: Documents,
  plans: Plans,
  callbacks: Callbacks,
  subscriptionCallbacks: SubscriptionCallbacks,
  store: Store,
  fleets: Fleets,
  record: Recording,
  traces: Traces,
});

/** The settings of the server. */
export type Config = z.output<typeof Topics> & {
  secrets: Pick<SecretFindings, 'warnings'>;
  documents: DocumentsConfig;
  plans: PlansConfig;
};

/** Every variable that a topic reads, with its schema. If several topics read one, it is described in one of them. */
export const VARIABLES: readonly (readonly [name: string, schema: z.ZodType])[] = Object.values(Topics.shape).flatMap(
  (topic): [string, z.ZodType][] => Object.entries(topic.in.shape),
);

/** Every variable, and the forms of secrets that name files. */
const KNOWN: ReadonlySet<string> = new Set([
  ...VARIABLES.map(([name]) => name),
  ...SECRETS.map((name) => `${name}_FILE`),
]);

/** Thrown if the configuration cannot work. Its message has a line for each variable that is wrong or missing. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the configuration from environment variables, and secrets, trusted documents and plans from the files that they name. An empty
 * value counts as not set, and what Kubernetes sets for Services is ignored. Throws ConfigError that names every bad variable, and those
 * that are probably misspelt.
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  readText: ReadText = readTextFile,
): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([name, value = '']) => value !== '' && !isServiceLink(name, value)),
  );
  const { variables, faults: fileFaults } = readSecretFiles(given, readText);
  const secrets = checkSecrets(variables);
  const secretFaults = new Map([...secrets.faults, ...fileFaults]);
  const trustedDocuments = readTrustedDocuments(variables['TRUSTED_DOCUMENTS'], readText);
  const plans = readPlans(variables['PLANS_FILE'], readText);
  const parsed = Topics.safeParse(Object.fromEntries(Object.keys(Topics.shape).map((topic) => [topic, variables])));
  const faults = (parsed.error?.issues ?? [])
    .map(({ path, message }) => ({ variable: String(path.at(-1)), message }))
    // A secret is reported once. If its file cannot be used, it is not missing.
    .filter(({ variable }) => !secretFaults.has(variable))
    .map(({ variable, message }) => `${variable}: ${message}`);
  const reported = [...faults, ...secretFaults.values(), ...findUnknown(Object.keys(given), KNOWN)];
  if ('fault' in trustedDocuments) reported.push(`TRUSTED_DOCUMENTS: ${trustedDocuments.fault}`);
  if ('faults' in plans) reported.push(...plans.faults.map((fault) => `PLANS_FILE: ${fault}`));
  if (!parsed.success || 'fault' in trustedDocuments || 'faults' in plans || reported.length > 0) {
    throw new ConfigError(['The configuration is not valid:', ...reported.map((fault) => `  ${fault}`)].join('\n'));
  }
  const documents = { ...parsed.data.documents, ...trustedDocuments };
  return { ...parsed.data, documents, plans, secrets: { warnings: secrets.warnings } };
}
