import { NOTIFICATION_CHANNEL } from './postgres-listener.ts';

/** The topic of notifications about paused calls. */
export const PAUSES = 'upstream pauses';

/** The time of the database, in epoch milliseconds: the clocks of servers differ. */
const NOW = '(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint)';
const HOUR = '3600000';
/** A server that has not been heard of for this long has nothing open: three times as long as it may be silent. */
const ALIVE = '10000';
/** Servers share their counts three times as often. */
const COUNTS_ALIVE = '30000';

/**
 * What limits need. The tables are not logged: they are worth nothing after a crash, and a change costs no sync of the disk. Versions that do
 * not know them leave them alone.
 */
export const LIMIT_TABLES: readonly string[] = [
  `CREATE UNLOGGED TABLE IF NOT EXISTS upstream_paces (
    key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    starts BIGINT[] NOT NULL,
    paused_until BIGINT NOT NULL
  )`,
  `CREATE UNLOGGED TABLE IF NOT EXISTS caller_rates (
    key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    requests DOUBLE PRECISION NOT NULL,
    counted_at BIGINT NOT NULL
  )`,
  `CREATE UNLOGGED TABLE IF NOT EXISTS live_servers (
    server TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    seen_at BIGINT NOT NULL
  )`,
  `CREATE UNLOGGED TABLE IF NOT EXISTS open_subscriptions (
    key TEXT COLLATE "C" NOT NULL,
    server TEXT COLLATE "C" NOT NULL,
    open INTEGER NOT NULL,
    PRIMARY KEY (key, server)
  )`,
  `CREATE UNLOGGED TABLE IF NOT EXISTS server_counts (
    server TEXT COLLATE "C" NOT NULL,
    day BIGINT NOT NULL,
    since BIGINT NOT NULL,
    counts JSONB NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (day, server)
  )`,
];

/**
 * Key, number of calls, calls per period, length of the period. `starts` has the latest calls, in order: a call may leave one period after
 * the call that is so many before it.
 */
export const RESERVE_CALLS = `
  INSERT INTO upstream_paces AS pace (key, starts, paused_until)
  VALUES ($1, ARRAY(SELECT ${NOW} FROM generate_series(1, $2::int)), 0)
  ON CONFLICT (key) DO UPDATE SET starts = (
    pace.starts || ARRAY(
      SELECT greatest(
        ${NOW},
        pace.starts[cardinality(pace.starts)],
        pace.starts[cardinality(pace.starts) + number - $3::int] + $4::bigint
      )
      FROM generate_series(1, $2::int) AS number ORDER BY number
    )
  )[greatest(1, cardinality(pace.starts) + $2::int - $3::int + 1):]
  RETURNING ARRAY(
    SELECT greatest(0, starts_at - ${NOW})::int
    FROM unnest(pace.starts[cardinality(pace.starts) - $2::int + 1:]) WITH ORDINALITY AS latest (starts_at, number) ORDER BY number
  ) AS waits`;

/** Key, milliseconds. */
export const PAUSE_CALLS = `
  WITH paused AS (
    INSERT INTO upstream_paces AS pace (key, starts, paused_until) VALUES ($1, '{}', ${NOW} + $2::bigint)
    ON CONFLICT (key) DO UPDATE SET paused_until = greatest(pace.paused_until, excluded.paused_until)
    RETURNING key
  )
  SELECT pg_notify('${NOTIFICATION_CHANNEL}', '${PAUSES}') FROM paused`;

/** Prefix of the keys. */
export const READ_PAUSES = `
  SELECT key, (paused_until - ${NOW})::int AS "leftMs" FROM upstream_paces
  WHERE starts_with(key, $1) AND paused_until > ${NOW}`;

/** Keys, requests of each, requests that leave a bucket per millisecond. In the order of the keys, so that servers cannot wait for each other. */
export const ADD_REQUESTS = `
  INSERT INTO caller_rates AS rate (key, requests, counted_at)
  SELECT key, requests, ${NOW} FROM unnest($1::text[], $2::float8[]) AS added (key, requests) ORDER BY key
  ON CONFLICT (key) DO UPDATE SET
    requests = excluded.requests +
      greatest(0, rate.requests - greatest(0, excluded.counted_at - rate.counted_at) * $3::float8),
    counted_at = greatest(rate.counted_at, excluded.counted_at)
  RETURNING key, requests`;

/** Server, keys that changed, how many each has open there, keys to read. */
export const SHARE_OPEN = `
  WITH alive AS (
    INSERT INTO live_servers (server, seen_at) VALUES ($1, ${NOW})
    ON CONFLICT (server) DO UPDATE SET seen_at = excluded.seen_at
  ), changed AS (
    INSERT INTO open_subscriptions (key, server, open)
    SELECT key, $1, open FROM unnest($2::text[], $3::int[]) AS changed (key, open)
    ON CONFLICT (key, server) DO UPDATE SET open = excluded.open
  )
  SELECT key, sum(open)::int AS open FROM open_subscriptions JOIN live_servers USING (server)
  WHERE key = ANY($4::text[]) AND server <> $1 AND open > 0 AND seen_at > ${NOW} - ${ALIVE}
  GROUP BY key`;

/** Server, day, when it began to count, its counts as JSON. Returns the sums of the others in one row. */
export const SHARE_COUNTS = `
  WITH own AS (
    INSERT INTO server_counts (server, day, since, counts, seen_at) VALUES ($1, $2, $3, $4::jsonb, ${NOW})
    ON CONFLICT (day, server) DO UPDATE SET since = excluded.since, counts = excluded.counts, seen_at = excluded.seen_at
  ), others AS (
    SELECT since, counts, seen_at > ${NOW} - ${COUNTS_ALIVE} AS is_alive FROM server_counts WHERE day = $2 AND server <> $1
  ), sums AS (
    SELECT key, sum(value::bigint) AS amount FROM others, jsonb_each_text(counts) GROUP BY key
  )
  SELECT (SELECT count(*)::int FROM others WHERE is_alive) AS servers, (SELECT min(since) FROM others) AS since,
    coalesce((SELECT jsonb_object_agg(key, amount) FROM sums), '{}') AS counts`;

/** What limits nobody any more, and counts of days that are over. */
export const REMOVE_OLD: readonly string[] = [
  `DELETE FROM upstream_paces
    WHERE paused_until < ${NOW} AND coalesce(starts[cardinality(starts)], 0) < ${NOW} - ${HOUR}`,
  `DELETE FROM caller_rates WHERE counted_at < ${NOW} - ${HOUR}`,
  `DELETE FROM live_servers WHERE seen_at < ${NOW} - ${HOUR}`,
  `DELETE FROM server_counts WHERE seen_at < ${NOW} - 48 * ${HOUR}`,
  'DELETE FROM open_subscriptions WHERE open = 0 OR server NOT IN (SELECT server FROM live_servers)',
];
