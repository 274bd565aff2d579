import type { Log } from '../../log.ts';
import type { CallbackBody, SpoolFile } from '../store/spool-file.ts';
import { StoreError } from '../store/store-error.ts';
import type { RecordBody } from './record-body.ts';

export interface SpoolOptions {
  readonly record: RecordBody;
  /** Creates a file for this process. Throws StoreError. */
  readonly createFile: () => SpoolFile;
  /** Opens the files that other processes left when they ended. */
  readonly adoptFiles: () => readonly SpoolFile[];
  /** CALLBACK_SPOOL_MAX_BYTES: bytes of the bodies that this process may have on disk. */
  readonly maxBytes: number;
  readonly after: (milliseconds: number, work: () => void) => () => void;
  readonly log: Log;
}

/** Keeps callback bodies on disk while the store cannot record them, and records them when it can. */
export interface Spool {
  /** Whether the store failed, and has recorded nothing since. */
  isStoreDown(): boolean;
  /** Whether bodies are on disk that the store has not recorded. */
  isHolding(): boolean;
  /**
   * Resolves when the body is on disk, with a function that removes it if the store has recorded it after all. Rejects with StoreError if
   * the folder cannot be written or there is no room.
   */
  add(body: CallbackBody): Promise<() => void>;
  /** Stops recording. What is on disk stays there for the next start. Close the store first, so that nothing waits for it. */
  close(): Promise<void>;
}

interface Adding {
  readonly body: CallbackBody;
  readonly resolve: (remove: () => void) => void;
  readonly reject: (error: unknown) => void;
}

const RETRY_MS = 500;
/** How often files of processes that ended are looked for. */
const ADOPT_EVERY_MS = 60_000;
const MAX_BODIES_AT_ONCE = 200;
const MAX_BYTES_AT_ONCE = 4 * 2 ** 20;

/** Starts the spool: it records what was left on disk, by this process before or by others, now and every minute. */
export function startSpool({ record, createFile, adoptFiles, maxBytes, after, log }: SpoolOptions): Spool {
  const adding: Adding[] = [];
  const adopted: SpoolFile[] = [];
  let own: SpoolFile | null = null;
  let isStoreDown = false;
  let isClosed = false;
  let draining: Promise<void> | null = null;
  let endPause = (): void => undefined;
  let cancelAdoption = (): void => undefined;

  const flush = (): void => {
    const group = adding.splice(0);
    try {
      if (isClosed) throw new StoreError('CLOSED');
      const bytes = group.reduce((sum, { body }) => sum + body.bytes.length, own?.bytes() ?? 0);
      // A group is stored whole or not at all, so one that does not fit is tried one by one.
      if (bytes > maxBytes && group.length === 1) throw new StoreError('FULL');
      if (bytes > maxBytes) {
        for (const each of group) flushOne(each);
        return;
      }
      if (own?.isInPlace() === false) adopted.push(own);
      own = own?.isInPlace() === true ? own : createFile();
      const file = own;
      const ids = file.append(group.map(({ body }) => body));
      if (!isStoreDown) log.warn('callback messages are kept on disk until the database can store them');
      isStoreDown = true;
      group.forEach(({ resolve }, at) => resolve(() => removeRecorded(file, ids.slice(at, at + 1))));
      drain();
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  };
  const flushOne = (each: Adding): void => {
    adding.push(each);
    flush();
  };
  const removeRecorded = (file: SpoolFile, ids: readonly number[]): void => {
    isStoreDown = false;
    if (isClosed || file !== own) return;
    file.remove(ids);
  };

  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      if (isClosed) {
        resolve();
        return;
      }
      const cancel = after(RETRY_MS, resolve);
      endPause = () => {
        cancel();
        resolve();
      };
    });

  /** Records what is in a file, and then closes it. Returns whether all of it is recorded. */
  const drainFile = async (file: SpoolFile): Promise<boolean> => {
    let recorded = 0;
    let failed = 0;
    for (let lastId = 0; !isClosed;) {
      const bodies = file.read(lastId, MAX_BODIES_AT_ONCE, MAX_BYTES_AT_ONCE);
      // What was accepted is never lost for lack of room: the bound of the spool is also one for these messages.
      const outcomes = await Promise.allSettled(bodies.map((body) => record(body, 'unlimited')));
      const ids = bodies.filter((_, at) => outcomes[at]?.status === 'fulfilled').map(({ id }) => id);
      if (ids.length > 0) {
        isStoreDown = false;
        file.remove(ids);
      }
      recorded += ids.length;
      failed += bodies.length - ids.length;
      lastId = bodies.at(-1)?.id ?? lastId;
      if (ids.length === 0) break;
    }
    if (recorded > 0)
      log.info({ bodies: recorded }, 'callback messages that were kept on disk are now in the database');
    // Nothing can be appended between the last read and this.
    if (failed > 0 || isClosed) return false;
    file.close();
    if (file === own) own = null;
    else adopted.splice(adopted.indexOf(file), 1);
    return true;
  };
  const listFiles = (): SpoolFile[] => (own === null ? [...adopted] : [...adopted, own]);
  const drainAll = async (): Promise<void> => {
    while (!isClosed && listFiles().length > 0) {
      let isAnyDrained = false;
      for (const file of listFiles()) isAnyDrained = (await drainFile(file).catch(() => false)) || isAnyDrained;
      if (!isAnyDrained) await pause();
    }
  };
  const drain = (): void => {
    draining ??= drainAll().finally(() => (draining = null));
  };
  const adopt = (): void => {
    adopted.push(...adoptFiles());
    if (adopted.length > 0) drain();
    cancelAdoption = after(ADOPT_EVERY_MS, adopt);
  };

  adopt();
  return {
    isStoreDown: () => isStoreDown,
    isHolding: () => listFiles().length > 0,
    add: (body) =>
      new Promise((resolve, reject) => {
        adding.push({ body, resolve, reject });
        // Bodies that the event loop is about to deliver share one sync of the disk.
        if (adding.length === 1) setImmediate(flush);
      }),
    async close() {
      isClosed = true;
      cancelAdoption();
      endPause();
      await draining;
      for (const file of listFiles()) file.close();
    },
  };
}
