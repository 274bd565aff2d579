import type { GraphQLSchema } from 'graphql';
import { schema as reports } from '../../schema/index.ts';
import type { DocumentsConfig } from '../config/documents.ts';
import type { GraphqlConfig } from '../config/graphql.ts';
import type { DocumentLimits } from '../config/limits.ts';
import { createDocuments, type Documents } from './execution/documents.ts';
import { parseWithin } from './limits/parse-within.ts';
import { createValidate } from './limits/validate-within.ts';
import { createPersistedDocuments, type PersistedDocuments } from './persisted/persisted-documents.ts';
import { createRegisteredDocuments } from './persisted/registered-documents.ts';
import { keepTrusted, toOperationNames } from './persisted/trusted-documents.ts';
import { createLogOther, rejectOther, type UntrustedDocument } from './persisted/untrusted-documents.ts';

export interface OpenDocumentsOptions extends Pick<GraphqlConfig, 'introspection' | 'suggestions'> {
  /** The schema to serve; by default that of the reports. */
  readonly schema?: GraphQLSchema;
  readonly documentLimits: DocumentLimits;
  /** Approximate memory of all prepared documents together; trusted ones may take as much again. */
  readonly preparedOperationsMaxBytes: number;
  /** By default, documents have no ids, and all may run. */
  readonly persisted?: PersistedOptions;
}

export interface PersistedOptions extends DocumentsConfig {
  readonly logUntrusted: (document: UntrustedDocument) => void;
  readonly monotonic: () => number;
}

const NOT_PERSISTED: PersistedOptions = {
  documentsById: null,
  trustedMode: 'off',
  registeredMaxBytes: null,
  logUntrusted: () => undefined,
  monotonic: () => 0,
};

/** The documents of a server, by their texts and by their ids. */
export interface OpenDocuments {
  readonly documents: Documents;
  readonly persisted: PersistedDocuments;
  /** The names of the operations in trusted documents. */
  readonly trustedNames: readonly string[];
}

/** Opens the documents of a server, and prepares the trusted ones. Throws ConfigError if one of those cannot run. */
export function openDocuments(options: OpenDocumentsOptions): OpenDocuments {
  const {
    schema = reports,
    introspection,
    suggestions,
    documentLimits,
    preparedOperationsMaxBytes: maxBytes,
  } = options;
  const { trustedMode, documentsById, registeredMaxBytes, logUntrusted, monotonic } =
    options.persisted ?? NOT_PERSISTED;
  const documents = createDocuments({
    schema,
    parse: (text) => parseWithin(documentLimits, text),
    validate: createValidate({ schema, introspection, suggestions }),
    maxBytes,
    admit: trustedMode === 'only' ? rejectOther : () => undefined,
    onOther: trustedMode === 'log' ? createLogOther(logUntrusted, monotonic) : () => undefined,
  });
  if (documentsById !== null) keepTrusted(documents, documentsById, maxBytes);
  const registered = registeredMaxBytes === null ? null : createRegisteredDocuments(registeredMaxBytes);
  return {
    documents,
    persisted: createPersistedDocuments({ documents, trusted: documentsById, registered }),
    trustedNames: [...(documentsById?.values() ?? [])].flatMap((text) =>
      toOperationNames(documents.read(text).document).flatMap((name) => name ?? []),
    ),
  };
}
