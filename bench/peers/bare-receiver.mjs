import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { announce, portOf } from '../announce.mjs';

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

/** @param {string} body one device, in one of the forms of the contract */
function store(body) {
  const parsed = JSON.parse(body);
  const message = Array.isArray(parsed) ? parsed[0] : parsed;
  const { imei, numberOfSessions, bytesTransferred } = message.usage?.[0] ?? message;
  insert.run(message.txid, imei, numberOfSessions, bytesTransferred);
}

const server = createServer((request, response) => {
  const [, verb, txid] = (request.url ?? '').split('/');
  if (verb === 'stored') {
    response.end(JSON.stringify(sum.get(txid)));
    return;
  }
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    store(body);
    response.writeHead(200, { 'content-length': 6 });
    response.end('Stored');
  });
});
server.listen(0, '127.0.0.1', () => announce(portOf(server)));
