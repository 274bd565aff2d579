import SqliteFile from 'libsql';
import pg from 'pg';
import { DAY } from '../../truth/calendar.ts';
import type { MonthOfUsage, TopOfDay } from './month-of-usage.ts';
import { ACCOUNT } from './recorded-account.ts';

/** A database of a server, read beside it. */
export interface RecordedSql {
  /** Bytes of the recorded usage with its indexes; in SQLite those of the whole file. */
  size(): Promise<number>;
  /** The same as a person would write it. */
  readMonth(days: readonly string[]): Promise<MonthOfUsage>;
  readTops(days: readonly string[]): Promise<readonly TopOfDay[]>;
  close(): Promise<void>;
}

type Row = Record<string, string | number | null>;
type Run = (sql: string, values: readonly (string | number)[]) => Promise<readonly Row[]>;

/** Opens the PostgreSQL at an address, or a file of SQLite. */
export async function openRecordedSql(at: string): Promise<RecordedSql> {
  if (!at.startsWith('postgres')) return openFile(at);
  const client = new pg.Client(at);
  await client.connect();
  const run: Run = async (sql, values) => {
    let position = 0;
    const { rows } = await client.query<Row>(
      sql.replaceAll('?', () => `$${(position += 1)}`),
      [...values],
    );
    return rows;
  };
  return {
    async size() {
      const [row] = await run(
        `SELECT SUM(pg_total_relation_size(inhrelid)) AS bytes FROM pg_inherits
         WHERE inhparent = 'recorded_usage'::regclass AND ? = ''`,
        [''],
      );
      return Number(row?.['bytes']);
    },
    readMonth: (days) => readMonth(run, days, 'day BETWEEN ? AND ?'),
    readTops: (days) => readTops(run, days, 'day BETWEEN ? AND ?'),
    close: () => client.end(),
  };
}

function openFile(path: string): RecordedSql {
  const file = new SqliteFile(path);
  const run: Run = (sql, values) => Promise.resolve(file.prepare(sql).all([...values]) as Row[]);
  return {
    async size() {
      file.pragma('wal_checkpoint(TRUNCATE)');
      const [pages] = await run(
        'SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()',
        [],
      );
      return Number(pages?.['bytes']);
    },
    // The days are those of one month.
    readMonth: (days) => readMonth(run, days, `month = ${toMonth(days)} AND day BETWEEN ? AND ?`),
    readTops: (days) => readTops(run, days, `month = ${toMonth(days)} AND day BETWEEN ? AND ?`),
    close: () => Promise.resolve(void file.close()),
  };
}

async function readMonth(run: Run, days: readonly string[], within: string): Promise<MonthOfUsage> {
  const values = [ACCOUNT, toDay(days[0]), toDay(days.at(-1))];
  const from = `FROM recorded_usage WHERE account_number = ? AND ${within}`;
  const daily = await run(
    `SELECT day, COUNT(*) AS devices, SUM(sessions) AS sessions, SUM(bytes) AS bytes ${from} GROUP BY day ORDER BY day`,
    values,
  );
  const top = await run(
    `SELECT imei, SUM(bytes) AS bytes ${from} GROUP BY imei ORDER BY SUM(bytes) DESC, imei LIMIT 20`,
    values,
  );
  return {
    daily: daily.map(({ devices, sessions, bytes }) => ({
      devices: Number(devices),
      numberOfSessions: Number(sessions),
      bytesTransferred: Number(bytes),
    })),
    top: top.map(({ imei, bytes }) => ({ imei: String(imei), bytesTransferred: Number(bytes) })),
    bytes: daily.reduce((sum, { bytes }) => sum + Number(bytes), 0),
  };
}

async function readTops(run: Run, days: readonly string[], within: string): Promise<TopOfDay[]> {
  const rows = await run(
    `SELECT day, imei, bytes FROM (
       SELECT day, imei, bytes, ROW_NUMBER() OVER (PARTITION BY day ORDER BY bytes DESC, imei) AS place
       FROM recorded_usage WHERE account_number = ? AND ${within}
     ) placed WHERE place <= 20 ORDER BY day, place`,
    [ACCOUNT, toDay(days[0]), toDay(days.at(-1))],
  );
  return days.map((each) =>
    rows
      .filter(({ day }) => Number(day) === toDay(each))
      .map(({ imei, bytes }) => ({ imei: String(imei), bytesTransferred: Number(bytes) })),
  );
}

function toDay(day = ''): number {
  return Date.parse(day) / DAY;
}

function toMonth([first = '']: readonly string[]): number {
  return Number(first.slice(0, 4)) * 12 + Number(first.slice(5, 7)) - 1;
}
