import type { Call } from './call.ts';

export interface RecordedCall extends Omit<Call, 'body'> {
  body: string;
  /** Null until the response is sent, and if there is none. */
  status: number | null;
  receivedAt: string;
}

export interface CallLog {
  /** Records a call when it arrives. Its body and status are added later. */
  open(head: Omit<Call, 'body'>): RecordedCall;
  close(recorded: RecordedCall, body: string): void;
  list(): readonly RecordedCall[];
  counts(): Readonly<Record<string, number>>;
  clear(): void;
}

export interface CallLogOptions {
  now: () => number;
  knownPaths: readonly string[];
}

const MAX_CALLS = 20_000;
const MAX_CHARACTERS = 100_000_000;

/** Records the latest calls in order of arrival, and counts all calls by path. */
export function createCallLog({ now, knownPaths }: CallLogOptions): CallLog {
  const calls: RecordedCall[] = [];
  const counts = new Map<string, number>();
  let characters = 0;

  function trim(): void {
    while (calls.length > MAX_CALLS || (characters > MAX_CHARACTERS && calls.length > 1)) {
      characters -= calls.shift()?.body.length ?? 0;
    }
  }

  return {
    open(head) {
      const recorded = { ...head, body: '', status: null, receivedAt: new Date(now()).toISOString() };
      calls.push(recorded);
      counts.set(head.path, (counts.get(head.path) ?? 0) + 1);
      trim();
      return recorded;
    },
    close(recorded, body) {
      recorded.body = body;
      if (calls.lastIndexOf(recorded) < 0) return;
      characters += body.length;
      trim();
    },
    list: () => calls,
    counts: () => ({ ...Object.fromEntries(knownPaths.map((path) => [path, 0])), ...Object.fromEntries(counts) }),
    clear() {
      calls.length = 0;
      counts.clear();
      characters = 0;
    },
  };
}
