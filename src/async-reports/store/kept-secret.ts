import type { DurableNotes } from './key-values.ts';

/** The secret that the store keeps under a name, made once for every process that opens it. Rejects with StoreError. */
export async function keepSecret(notes: DurableNotes, name: string, newSecret: () => string): Promise<string> {
  const key = `secret ${name}`;
  for (;;) {
    const kept = await notes.get(key);
    if (kept !== null) return JSON.parse(kept) as string;
    await notes.compareAndSet(key, null, JSON.stringify(newSecret()));
  }
}
