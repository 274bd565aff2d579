// A file of its own: texts from outside are cut where they are read, and where older versions stored them whole.
/**
 * Returns a text of at most `maxLength` UTF-16 code units (1 or more): the text itself, or its beginning and `…` if it is longer.
 * Never splits a surrogate pair. The beginning is a copy, so that it does not keep the whole text in memory.
 */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const end = maxLength - 1;
  const isPairSplit = isLeadSurrogate(text.charCodeAt(end - 1));
  const beginning = text.slice(0, isPairSplit ? end - 1 : end);
  return `${Buffer.from(beginning, 'utf16le').toString('utf16le')}…`;
}

function isLeadSurrogate(codeUnit: number): boolean {
  return codeUnit >= 0xd8_00 && codeUnit <= 0xdb_ff;
}
