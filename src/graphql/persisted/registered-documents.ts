/** Documents that clients have registered, by their hashes. */
export interface RegisteredDocuments {
  /** The text of a document, or null if it is not stored. It counts as used. */
  find(hash: string): string | null;
  /** Stores a document, whose hash has been verified, on behalf of a principal. */
  add(hash: string, text: string, principal: string): void;
}

/** What a document takes besides its text and the name of its principal. */
const BYTES_PER_DOCUMENT = 1_000;
const BYTES_PER_CHARACTER = 2;

interface Entry {
  readonly text: string;
  readonly bytes: number;
  readonly holder: Holder;
}

/** Who registered documents. */
interface Holder {
  readonly principal: string;
  /** The least recently used one is first. */
  readonly hashes: Set<string>;
  bytes: number;
}

/**
 * Creates an empty store. If there is no room for a document, the principal whose documents take the most loses the one that it has not
 * used for longest. So nobody can displace the documents of principals that store less than itself. A document counts for whoever
 * registered it first; others find it, too.
 */
export function createRegisteredDocuments(maxBytes: number): RegisteredDocuments {
  const entries = new Map<string, Entry>();
  const holders = new Map<string, Holder>();
  let totalBytes = 0;

  const remove = (hash: string, { bytes, holder }: Entry): void => {
    entries.delete(hash);
    holder.hashes.delete(hash);
    holder.bytes -= bytes;
    totalBytes -= bytes;
    if (holder.hashes.size === 0) holders.delete(holder.principal);
  };
  /** Takes some microseconds per thousand principals, much less than parsing the document that needs the room. */
  const removeFromLargest = (): void => {
    let largest: Holder | null = null;
    for (const holder of holders.values()) if (largest === null || holder.bytes > largest.bytes) largest = holder;
    const [oldest = ''] = largest?.hashes ?? [];
    const entry = entries.get(oldest);
    if (entry !== undefined) remove(oldest, entry);
  };

  return {
    find(hash) {
      const entry = entries.get(hash);
      if (entry === undefined) return null;
      const { hashes } = entry.holder;
      hashes.delete(hash);
      hashes.add(hash);
      return entry.text;
    },
    add(hash, text, principal) {
      const bytes = BYTES_PER_DOCUMENT + (text.length + principal.length) * BYTES_PER_CHARACTER;
      if (entries.has(hash) || bytes > maxBytes) return;
      const holder = holders.get(principal) ?? { principal, hashes: new Set(), bytes: 0 };
      holders.set(principal, holder);
      holder.hashes.add(hash);
      holder.bytes += bytes;
      totalBytes += bytes;
      entries.set(hash, { text, bytes, holder });
      while (totalBytes > maxBytes) removeFromLargest();
    },
  };
}
