import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { isToken, toFingerprint, type Credentials } from '../credentials.ts';

/** The tokens of a platform as they are stored. Times are epoch milliseconds. */
export type StoredTokens = z.infer<typeof Stored>;

const Token = z.string().refine(isToken);
const Stored = z.object({
  /** Null if there is none; `endsAtMs` is null if the platform named no lifetime. */
  bearer: z.object({ token: Token, endsAtMs: z.number().nullable() }).nullable(),
  session: Token.nullable(),
});

/** No tokens. */
export const NO_TOKENS: StoredTokens = { bearer: null, session: null };

/** Encrypts tokens, so that whoever reads or changes the database gets none of them and can plant none. */
export interface TokenSeal {
  /** The key under which the tokens of these credentials are stored. */
  readonly name: string;
  /** Returns JSON, different each time. */
  seal(tokens: StoredTokens): string;
  /** Returns what was sealed; no tokens if it was sealed with other credentials, was changed, or is null. */
  open(sealed: string | null): StoredTokens;
}

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const PURPOSE = 'device-reports: tokens of the platform, 1';

/**
 * Creates the seal of these credentials. Its key is derived from the client secret and the password, which every server that may use the
 * tokens has. The client secret is random, so the key is as strong as it, and needs no slow derivation (RFC 5869).
 */
export function createTokenSeal(baseUrl: string, credentials: Credentials): TokenSeal {
  const { clientSecret, password } = credentials;
  const fingerprint = toFingerprint(baseUrl, credentials);
  const name = `tokens ${fingerprint}`;
  const key = Buffer.from(
    hkdfSync('sha256', JSON.stringify([clientSecret, password]), fingerprint, PURPOSE, KEY_BYTES),
  );

  const decrypt = (sealed: Buffer): string => {
    const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(name));
    decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)).toString() + decipher.final('utf8');
  };

  return {
    name,
    seal(tokens) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(name));
      const encrypted = Buffer.concat([cipher.update(JSON.stringify(tokens)), cipher.final()]);
      return JSON.stringify(Buffer.concat([nonce, cipher.getAuthTag(), encrypted]).toString('base64url'));
    },
    open(sealed) {
      if (sealed === null) return NO_TOKENS;
      try {
        const text = z.string().parse(JSON.parse(sealed));
        return Stored.parse(JSON.parse(decrypt(Buffer.from(text, 'base64url'))));
      } catch {
        return NO_TOKENS;
      }
    },
  };
}
