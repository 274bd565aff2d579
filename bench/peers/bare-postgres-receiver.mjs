import { createRequire } from 'node:module';
import { receiveMessages } from './message-receiver.mjs';

// The server's own version of the driver, with as many connections as the server has for writes.
const { Pool } = createRequire(new URL('../../package.json', import.meta.url))('pg');

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
await pool.query(
  'CREATE TABLE messages (txid TEXT, imei TEXT, sessions BIGINT, bytes BIGINT, PRIMARY KEY (txid, imei))',
);
const insert = {
  name: 'insert',
  text: 'INSERT INTO messages VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
};
const sum = 'SELECT count(*)::integer AS devices, sum(bytes)::float8 AS bytes FROM messages WHERE txid = $1';

receiveMessages({
  async insert({ txid, imei, numberOfSessions, bytesTransferred }) {
    await pool.query({ ...insert, values: [txid, imei, numberOfSessions, bytesTransferred] });
  },
  sum: async (txid) => (await pool.query(sum, [txid])).rows[0],
});
