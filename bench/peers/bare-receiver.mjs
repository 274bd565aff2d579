import { createRequire } from 'node:module';
import { join } from 'node:path';
import { receiveMessages } from './message-receiver.mjs';

// The server's own copy of the driver, so that both use the same versions of the driver and of SQLite.
const Database = createRequire(new URL('../../package.json', import.meta.url))('libsql');

const database = new Database(join(process.env.DATA_DIR ?? '', 'bare.sqlite'));
database.exec('PRAGMA journal_mode = WAL');
database.exec('PRAGMA synchronous = FULL');
database.exec(
  'CREATE TABLE messages (txid TEXT, imei TEXT, sessions INTEGER, bytes INTEGER, PRIMARY KEY (txid, imei)) WITHOUT ROWID',
);
const insert = database.prepare('INSERT INTO messages VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING');
const sum = database.prepare('SELECT count(*) AS devices, sum(bytes) AS bytes FROM messages WHERE txid = ?');

receiveMessages({
  insert({ txid, imei, numberOfSessions, bytesTransferred }) {
    insert.run(txid, imei, numberOfSessions, bytesTransferred);
  },
  sum: (txid) => sum.get(txid),
});
