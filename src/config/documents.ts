import { z } from 'zod';
import type { TrustedDocuments } from './trusted-documents.ts';
import { flag, int, withRules, type MaybeInvalid, type RuleFault } from './values.ts';

const Variables = z.object({
  APQ: flag().default(false).describe('Let clients register documents by their SHA-256: automatic persisted queries'),
  APQ_MAX_BYTES: int(8 * 2 ** 20, 65_536, 2 ** 30).describe('Memory for registered documents, in bytes, approximately'),
  TRUSTED_DOCUMENTS: z.string().optional().meta({
    description: 'JSON file with documents by their ids, which clients may send alone',
    values: 'path of a file',
  }),
  TRUSTED_DOCUMENTS_MODE: z
    .enum(['off', 'log', 'only'], 'Set it to off, log or only.')
    .default('off')
    .describe(
      'What happens to documents that are not in the file: `off` runs them, `log` runs and logs them, `only` rejects them',
    ),
  GRAPHIQL: z.string().optional(),
  OVERVIEW_PAGE: z.string().optional(),
});

/** Which documents may be sent by their ids, and which may run at all. */
export const Documents = withRules(Variables, findFaults).transform((env) => ({
  /** Approximate memory of the documents that clients register by their hashes; null if they may not register any. */
  registeredMaxBytes: env.APQ ? env.APQ_MAX_BYTES : null,
  /** What happens to a document that is not trusted: it runs (`off`), runs and is logged (`log`), or is rejected (`only`). */
  trustedMode: env.TRUSTED_DOCUMENTS_MODE,
}));
export type DocumentsConfig = z.output<typeof Documents> & TrustedDocuments;

function findFaults(env: MaybeInvalid<z.output<typeof Variables>>): RuleFault[] {
  const { TRUSTED_DOCUMENTS_MODE: mode } = env;
  const faults: RuleFault[] = [];
  if ((mode === 'log' || mode === 'only') && env.TRUSTED_DOCUMENTS === undefined)
    faults.push(['TRUSTED_DOCUMENTS', `Set it as well, because TRUSTED_DOCUMENTS_MODE is ${mode}.`]);
  if (mode !== 'only') return faults;
  const reason = 'Unset it: only trusted documents run (TRUSTED_DOCUMENTS_MODE is only)';
  if (env.APQ === true) faults.push(['APQ', `${reason}, so clients cannot register others.`]);
  if (env.GRAPHIQL === 'true') faults.push(['GRAPHIQL', `${reason}, and GraphiQL sends others.`]);
  if (env.OVERVIEW_PAGE === 'true') faults.push(['OVERVIEW_PAGE', `${reason}, and the page sends others.`]);
  return faults;
}
