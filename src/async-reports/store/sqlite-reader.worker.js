// The thread that reads the SQLite file. Plain JavaScript, because Node.js 20 runs no TypeScript and the bundler copies this file as it is.
import { statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import SqliteFile from 'libsql';

/** Statements whose values differ share one entry. Lists of values come in many lengths, so the number is limited. */
const MAX_PREPARED = 100;

/** @type {{ path: string, ino: number, busyTimeoutMs: number }} */
const { path, ino, busyTimeoutMs } = workerData;
/** @type {Map<string, { statement: SqliteFile.Statement, columns: string[] }>} */
const prepared = new Map();
/** @type {SqliteFile.Database | null} */
let database = null;

function open() {
  // Opening would create a new file where the moved one was.
  if (statSync(path, { throwIfNoEntry: false })?.ino !== ino) throw Object.assign(new Error(), { code: 'MOVED' });
  const file = new SqliteFile(path);
  file.pragma(`busy_timeout = ${busyTimeoutMs}`);
  file.pragma('query_only = ON');
  return file;
}

/** @param {string} sql */
function prepare(sql) {
  database ??= open();
  const found = prepared.get(sql) ?? prepareAnew(database, sql);
  // The least recently used comes first.
  prepared.delete(sql);
  prepared.set(sql, found);
  if (prepared.size > MAX_PREPARED) prepared.delete(prepared.keys().next().value);
  return found;
}

/** @param {SqliteFile.Database} file @param {string} sql */
function prepareAnew(file, sql) {
  const statement = file.prepare(sql).raw(true);
  return { statement, columns: statement.columns().map(({ name }) => name) };
}

/** After a failure the driver can leave a statement in progress, whose old snapshot every later one would see. */
function close() {
  prepared.clear();
  database?.close();
  database = null;
}

parentPort.on('message', (/** @type {{ sql: string, parameters: unknown[] } | null} */ read) => {
  if (read === null) {
    close();
    parentPort.close();
    return;
  }
  try {
    const { statement, columns } = prepare(read.sql);
    // Text is cheaper to pass on than objects, and so are rows without the names of their columns.
    parentPort.postMessage({ text: JSON.stringify([columns, statement.all(read.parameters)]) });
  } catch (error) {
    close();
    parentPort.postMessage({ code: typeof error.code === 'string' ? error.code : null });
  }
});
