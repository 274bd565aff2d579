// A file of its own: a check of the configuration opens the documents as a start does.
import type { Config } from '../config/config.ts';
import type { Clock } from '../domain/clock.ts';
import { openDocuments, type OpenDocuments } from '../graphql/open-documents.ts';
import type { Log } from '../log.ts';

/** Opens the documents as they are configured, and prepares the trusted ones. Throws ConfigError if one of those cannot run. */
export function openConfiguredDocuments(config: Config, { monotonic }: Clock, log: Log): OpenDocuments {
  const { limits, graphql, documents } = config;
  return openDocuments({
    ...limits,
    ...graphql,
    persisted: {
      ...documents,
      logUntrusted: (document) => log.info(document, 'a document that is not trusted'),
      monotonic,
    },
  });
}
