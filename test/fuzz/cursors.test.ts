import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imeisOf, startAsyncWorld, type AsyncWorld } from '../support/world/async-world.ts';
import { fc } from '../support/fast-check.ts';
import { createChecks, type Checks } from '../support/fuzz/checks.ts';
import { exchangeBytes } from '../support/fuzz/raw-socket.ts';
import { FUZZ_TIMEOUT_MS, holdsFor } from '../support/fuzz/runs.ts';
import { createSender, type Sender } from '../support/fuzz/sender.ts';
import { mutated, oddJson, oddNumber, oddText } from '../support/fuzz/values.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';

const IMEIS = imeisOf(12);
const REPORTED = IMEIS.slice(0, 8);
const LISTS = ['usage', 'errors', 'missing'] as const;
const ORDERS = ['BYTES_DESC', 'BYTES_ASC', 'SESSIONS_DESC', 'SESSIONS_ASC', 'IMEI'];
const QUERY = `query ($txid: ID!, $after: String, $order: UsageOrder, $usage: Boolean!, $errors: Boolean!, $missing: Boolean!, $list: Boolean!) {
  aggregatedReportRequest(txid: $txid) {
    usage(first: 3, after: $after, orderBy: $order) @include(if: $usage) { edges { cursor } nodes { imei bytesTransferred } }
    errors(first: 3, after: $after) @include(if: $errors) { edges { cursor } nodes { imei } }
    missing(first: 3, after: $after) @include(if: $missing) { edges { cursor } nodes { imei } }
  }
  aggregatedReportRequests(first: 3, after: $after) @include(if: $list) { edges { cursor } nodes { txid } }
}`;

describe.each(['SQLite', 'PostgreSQL'] as const)('on %s', { timeout: FUZZ_TIMEOUT_MS }, (kind) => {
  let at: AsyncWorld;
  let check: Checks;
  let sender: Sender;
  let txids: string[];
  let cursors: string[];
  let downloads: Map<string, string>;

  beforeAll(async () => {
    const databaseUrl = kind === 'PostgreSQL' ? await createDatabase() : null;
    at = await startAsyncWorld({ config: { databaseUrl } });
    check = createChecks(at.world);
    sender = createSender(new URL(at.world.url).origin);
    txids = [await at.request(IMEIS), await at.request(IMEIS.slice(0, 9))];
    cursors = [];
    downloads = new Map();
    for (const txid of txids) {
      const usage = REPORTED.map((imei, position) => ({
        imei,
        numberOfSessions: position,
        bytesTransferred: bytesOf(imei),
      }));
      await at.post({ txid, usage, errors: [{ imei: IMEIS[8], errorMessage: `an error of ${txid}` }] });
      for (const list of [...LISTS, 'list'] as const)
        for (const order of list === 'usage' ? [null, ...ORDERS] : [null])
          cursors.push(...cursorsIn(await read(txid, list, null, order)));
      const { data } = await at.world.query(
        `{ aggregatedReportRequest(txid: "${txid}") { csv: download jsonl: download(format: JSONL) } }`,
      );
      for (const link of Object.values(
        (data as { aggregatedReportRequest: Record<string, string> }).aggregatedReportRequest,
      )) {
        const { pathname, search } = new URL(link);
        downloads.set(`${pathname}${search}`, await (await fetch(link)).text());
      }
    }
    expect(cursors.length).toBeGreaterThan(20);
    expect(downloads.size).toBe(4);
  });
  afterAll(async () => {
    sender.close();
    check.close();
    await at.close();
  });

  const read = async (
    txid: string,
    list: (typeof LISTS)[number] | 'list',
    after: string | null,
    order: string | null,
  ): Promise<string> => {
    const which = Object.fromEntries([...LISTS, 'list'].map((each) => [each, each === list]));
    const body = JSON.stringify({ query: QUERY, variables: { txid, after, order, ...which } });
    const answer = await sender.send({ body, headers: { 'Content-Type': 'application/json' } });
    check.check(answer);
    return answer.body;
  };

  const anyCursor = fc.oneof(
    mutated(fc.nat().map((which) => cursors[which % cursors.length] ?? '')),
    fc
      .tuple(fc.nat(), fc.array(fc.oneof(oddNumber, oddText, fc.constant(null), oddJson), { maxLength: 3 }))
      .map(([which, position]) => {
        const [name] = JSON.parse(Buffer.from(cursors[which % cursors.length] ?? '', 'base64url').toString()) as [
          string,
        ];
        return Buffer.from(JSON.stringify([name, position.length === 1 ? position[0] : position])).toString(
          'base64url',
        );
      }),
    fc.nat().map((which) => cursors[which % cursors.length] ?? ''),
    oddText,
  );
  const page = fc.record({
    cursor: anyCursor,
    which: fc.nat(1),
    list: fc.constantFrom(...LISTS, 'list' as const),
    order: fc.constantFrom(null, ...ORDERS),
  });

  test('a forged cursor is rejected, or returns rows of its own list only', async () => {
    await holdsFor(
      page,
      async ({ cursor, which, list, order }) => {
        const body = await read(txids[which] ?? '', list, cursor, order);
        const codes = [...body.matchAll(/"code":"(\w+)"/g)].map(([, code]) => code);
        expect(codes.every((code) => code === 'BAD_USER_INPUT')).toBe(true);
        for (const [, imei = '', bytes] of body.matchAll(/"imei":"(\d+)"(?:,"bytesTransferred":(\d+))?/g)) {
          expect(IMEIS.slice(0, which === 0 ? 12 : 9)).toContain(imei);
          if (bytes !== undefined) expect(Number(bytes)).toBe(bytesOf(imei));
        }
        await check.checkQuiet();
      },
      0.4,
    );
    await check.checkAlive();
  });

  test('a forged download link returns nothing', async () => {
    const link = fc.oneof(
      { weight: 4, arbitrary: mutated(fc.nat().map((which) => [...downloads.keys()][which % downloads.size] ?? '')) },
      fc
        .tuple(
          fc.nat(),
          fc.constantFrom('&expires=99999999999', '&signature=', '&signature=x', '#x', '&', '%00', '/', '?'),
        )
        .map(([which, more]) => `${[...downloads.keys()][which % downloads.size] ?? ''}${more}`),
      fc.nat().map((which) => [...downloads.keys()][which % downloads.size] ?? ''),
    );
    await holdsFor(
      link,
      async (target) => {
        const head = `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
        for (const answer of await exchangeBytes(new URL(at.world.url).origin, Buffer.from(head), true)) {
          if (answer.status !== 200) expect([400, 403, 404, 405, 410, 505]).toContain(answer.status);
          else
            expect(
              [...downloads].filter(([known]) => target.startsWith(known.split('?')[0] ?? '')).map(([, body]) => body),
            ).toContain(answer.body);
        }
        await check.checkQuiet();
      },
      0.1,
    );
    await check.checkAlive();
  });
});

function bytesOf(imei: string): number {
  return (Number(imei.slice(-3)) + 1) * 2 ** 33;
}

function cursorsIn(body: string): string[] {
  return [...body.matchAll(/"cursor":"([^"]+)"/g)].map(([, cursor = '']) => cursor);
}
