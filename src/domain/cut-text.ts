/** Maximum length of a message, a code or a status of the platform, in characters (UTF-16 code units). */
export const MAX_TEXT_CHARACTERS = 500;

/** Maximum length of a transaction id or another id of the platform, in characters. */
export const MAX_ID_CHARACTERS = 255;

const CUT = '…';
/** No secret is longer: all travel in headers, and Node.js accepts at most 16 KiB of them. */
const MAX_SECRET_CHARACTERS = 16_384;

/**
 * Returns a text with at most `maxCharacters` characters (UTF-16 code units). A longer one is cut, and ends with "…". It is a copy, so
 * that the whole one need not stay in memory.
 */
export function cutText(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const kept = text.slice(0, maxCharacters - CUT.length);
  const endsInHalfPair = /[\uD800-\uDBFF]$/.test(kept);
  return Buffer.from(`${endsInHalfPair ? kept.slice(0, -1) : kept}${CUT}`, 'utf8').toString('utf8');
}

/** Returns a text of the platform as callers may see it: `hide` replaces its secrets, and what exceeds `maxCharacters` becomes "…". */
export function toShownText(text: string, hide: (text: string) => string, maxCharacters = MAX_TEXT_CHARACTERS): string {
  return cutText(hideInStart(text, hide, maxCharacters + 2 * MAX_SECRET_CHARACTERS), maxCharacters);
}

/** Hides before anything is cut, because half a token would not be recognised: one that ends beyond what is read is left out. */
function hideInStart(text: string, hide: (text: string) => string, maxRead: number): string {
  if (text.length <= maxRead) return hide(text);
  return `${hide(text.slice(0, maxRead)).slice(0, -MAX_SECRET_CHARACTERS)}${CUT}`;
}
