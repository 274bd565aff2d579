import { Worker } from 'node:worker_threads';
import {
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
} from 'kysely';
import { createDeferred, type Deferred } from '../../domain/deferred.ts';

/** The file to read. It is not opened if it is another one than `ino` by then. */
export interface SqliteLocation {
  readonly path: string;
  readonly ino: number;
  readonly busyTimeoutMs: number;
}

export interface SqliteReaderOptions {
  readonly location: SqliteLocation;
  /** Resolves after that many milliseconds. Rejects when the signal aborts. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Called with the error that ended the thread. */
  readonly onFailure: (error: unknown) => void;
}

/** Reads a SQLite file in a thread of its own, so that a long read does not stop the event loop. */
export interface SqliteReader {
  /** Runs statements one after another. Each sees everything that was committed before it. Rejects with errors of the driver. */
  readonly dialect: Dialect;
  /** Resolves when the thread has ended. Reads that wait are completed first. */
  close(): Promise<void>;
}

/** The answer to a statement: the names of its columns and its rows as JSON text, or the code of its failure. */
type Answer = { readonly text: string } | { readonly code: string | null };

/** A running thread. It answers statements in the order in which they were sent. */
interface Thread {
  readonly worker: Worker;
  readonly waiting: Deferred<Answer>[];
  readonly ended: Promise<void>;
}

/** A thread that cannot start would otherwise be started for every statement. */
const RESTART_MS = 1_000;

/**
 * Creates the reader. Its thread starts with the first statement, because many servers never read a stored report. After an error of the
 * thread, the statements of the next second fail, and then another thread starts.
 */
export function createSqliteReader({ location, wait, onFailure }: SqliteReaderOptions): SqliteReader {
  const closing = new AbortController();
  let thread: Thread | null = null;
  let isPaused = false;

  const pause = async (): Promise<void> => {
    isPaused = true;
    await wait(RESTART_MS, closing.signal).catch(() => null);
    isPaused = false;
  };

  const start = (): Thread => {
    const worker = new Worker(new URL('./sqlite-reader.worker.js', import.meta.url), { workerData: location });
    const waiting: Deferred<Answer>[] = [];
    const ended = createDeferred<undefined>();
    worker.on('message', (answer: Answer) => waiting.shift()?.resolve(answer));
    // The thread exits after it.
    worker.on('error', (error) => {
      void pause();
      onFailure(error);
    });
    worker.on('exit', () => {
      if (thread?.worker === worker) thread = null;
      for (const { reject } of waiting.splice(0)) reject(toEndedError());
      ended.resolve(undefined);
    });
    return { worker, waiting, ended: ended.promise };
  };

  const connection: DatabaseConnection = {
    async executeQuery({ sql, parameters }: CompiledQuery) {
      if (thread === null && isPaused) throw toEndedError();
      thread ??= start();
      const answered = createDeferred<Answer>();
      thread.waiting.push(answered);
      thread.worker.postMessage({ sql, parameters });
      const answer = await answered.promise;
      if ('code' in answer) throw toDriverError(answer.code);
      return { rows: toRows(answer.text) as never[] };
    },
    streamQuery: () => rejectUse(),
  };
  return {
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createQueryCompiler: () => new SqliteQueryCompiler(),
      createIntrospector: (tables) => new SqliteIntrospector(tables),
      createDriver: () => ({
        init: () => Promise.resolve(),
        acquireConnection: () => Promise.resolve(connection),
        beginTransaction: rejectUse,
        commitTransaction: rejectUse,
        rollbackTransaction: rejectUse,
        releaseConnection: () => Promise.resolve(),
        destroy: () => Promise.resolve(),
      }),
    },
    async close() {
      closing.abort();
      thread?.worker.postMessage(null);
      await thread?.ended;
    },
  };
}

type Value = string | number | null;

function toRows(text: string): object[] {
  const [columns, rows] = JSON.parse(text) as [string[], Value[][]];
  return rows.map((values) => {
    const row: Record<string, Value> = {};
    columns.forEach((column, at) => (row[column] = values[at] ?? null));
    return row;
  });
}

function toEndedError(): Error {
  return new Error('the thread that reads the database has ended');
}

function rejectUse(): never {
  throw new Error('the reader of the database only reads');
}

function toDriverError(code: string | null): Error {
  return code === null ? new Error('the database failed') : Object.assign(new Error('the database failed'), { code });
}
