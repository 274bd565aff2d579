import { toMs } from '../expected.ts';
import { statusesAt } from '../oracle/async-report.ts';
import { sortUsage } from '../oracle/usage.ts';
import type { Tenant } from '../draw/draw.ts';
import type { History } from '../state/history.ts';
import { missingOf, type KnownReport } from '../state/known-report.ts';
import { subscribe } from '../../support/event-stream.ts';
import { deliver } from './messages.ts';
import { must, type Step } from './step.ts';

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly imei: string | null } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly totalCount: number;
}

const ORDERS = [null, 'BYTES_ASC', 'BYTES_DESC', 'IMEI', 'SESSIONS_ASC', 'SESSIONS_DESC'];

/** Reads a list of a report page by page. More may arrive meanwhile, where the order is that of arrival. */
export const walkPages: Step = async (history, chance) => {
  if (history.reports.length === 0) return;
  const report = chance.pick(history.reports);
  const tenant = tenantOf(history, report);
  const list = chance.pick(['usage', 'usage', 'errors', 'missing']);
  const orderBy = list === 'usage' ? chance.pick(ORDERS) : null;
  const imeis: (string | null)[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < 60; pages += 1) {
    const page = await readPage(history, tenant, report, { list, orderBy, after, first: chance.integer(1, 5) });
    imeis.push(...page.edges.map(({ node }) => node.imei));
    if (!page.pageInfo.hasNextPage) break;
    after = chance.happens(0.5) ? page.pageInfo.endCursor : (page.edges.at(-1)?.cursor ?? null);
    if (orderBy === null && list === 'usage' && chance.happens(0.3)) await deliver(history, report, 1);
  }
  const expected = expectedOf(report, list, orderBy);
  must(
    JSON.stringify(imeis) === JSON.stringify(expected),
    `${list} by ${String(orderBy)} of ${report.call.txid}, page by page: expected ${expected.join()}, got ${imeis.join()}`,
  );
};

/** Follows a report over server-sent events while the rest of it arrives. */
export const followReport: Step = async (history, chance) => {
  const following = history.reports.filter((report) => isOver(history, report) === false);
  if (following.length === 0) return;
  const report = chance.pick(following);
  const Authorization = `Bearer ${await history.tokenOf(tenantOf(history, report))}`;
  const query = `subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) { status receivedDevices updatedAt } }`;
  const stream = await subscribe<Event>(history.world().url, query, { txid: report.call.txid }, { Authorization });
  const first = await stream.next();
  must(
    first?.data?.aggregatedReportProgress.receivedDevices === report.usage.size,
    `first event: ${JSON.stringify(first)}`,
  );
  await deliver(history, report, report.outbox.length);
  if (isOver(history, report) !== true) return stream.abort();
  const events = [first, ...(await stream.all())];
  const states = events.flatMap((event) => event.data?.aggregatedReportProgress ?? []);
  const last = states.at(-1);
  must(states.length === events.length, `an event has errors: ${JSON.stringify(events)}`);
  must(last?.status === 'COMPLETED' && last.receivedDevices === report.usage.size, `last: ${JSON.stringify(last)}`);
  const isForward = states.every(({ receivedDevices, updatedAt }, at) => {
    const before = states[at - 1] ?? { receivedDevices: 0, updatedAt };
    return receivedDevices >= before.receivedDevices && toMs(updatedAt) >= toMs(before.updatedAt);
  });
  must(isForward, `the events go back: ${JSON.stringify(states)}`);
};

/** Downloads a report as JSON lines and compares its devices. */
export const downloadReport: Step = async (history, chance) => {
  const arrived = history.reports.filter(({ arrivals }) => arrivals.length > 0);
  if (arrived.length === 0) return;
  const report = chance.pick(arrived);
  const tenant = tenantOf(history, report);
  const text = 'query ($txid: ID!) { aggregatedReportRequest(txid: $txid) { download(format: JSONL) } }';
  const answer = await history.ask(tenant, { text, variables: { txid: report.call.txid } });
  const { download } = answer.data?.['aggregatedReportRequest'] as { download: string };
  const response = await fetch(download, { headers: { Authorization: `Bearer ${await history.tokenOf(tenant)}` } });
  const lines = (await response.text()).split('\n').filter((line) => line !== '');
  const rows = lines.map((line) => JSON.parse(line) as { imei?: string | null; bytesTransferred?: number | null });
  const imeis = rows.flatMap(({ imei }) => imei ?? []).sort();
  const expected = [...report.usage.keys(), ...[...report.errors.values()].flatMap(({ imei }) => imei ?? [])].sort();
  must(
    JSON.stringify(imeis) === JSON.stringify(expected),
    `download: expected ${expected.join()}, got ${imeis.join()}`,
  );
  for (const { imei, bytesTransferred = null } of rows) {
    const known = report.usage.get(imei ?? '')?.bytesTransferred ?? null;
    must(
      bytesTransferred === known,
      `download: expected ${String(known)} bytes of ${String(imei)}, got ${String(bytesTransferred)}`,
    );
  }
};

interface Event {
  readonly data?: {
    readonly aggregatedReportProgress: {
      readonly status: string;
      readonly receivedDevices: number;
      readonly updatedAt: string;
    };
  };
}

async function readPage(
  history: History,
  tenant: Tenant,
  report: KnownReport,
  { list, ...page }: { list: string; orderBy: string | null; after: string | null; first: number },
): Promise<Page> {
  const order = list === 'usage' ? ', $orderBy: UsageOrder' : '';
  const imei = list === 'missing' ? 'imei' : '... { imei }';
  const text = `query ($txid: ID!, $first: Int, $after: String${order}) { aggregatedReportRequest(txid: $txid) {
    page: ${list}(first: $first, after: $after${order === '' ? '' : ', orderBy: $orderBy'}) {
      edges { cursor node { ${imei} } } pageInfo { hasNextPage endCursor } totalCount } } }`;
  const variables = { txid: report.call.txid, first: page.first, after: page.after, orderBy: page.orderBy };
  const answer = await history.ask(tenant, { text, variables });
  const found = answer.data?.['aggregatedReportRequest'] as { page: Page } | null | undefined;
  must(found != null && answer.errors.length === 0, `a page: ${JSON.stringify(answer)}`);
  return found.page;
}

function expectedOf(report: KnownReport, list: string, orderBy: string | null): (string | null)[] {
  if (list === 'missing') return missingOf(report);
  if (list === 'errors') return [...report.errors.values()].map(({ imei }) => imei ?? null);
  const all = [...report.usage.values()];
  return (orderBy === null ? all : sortUsage(all, orderBy)).map(({ imei }) => imei);
}

/** Whether the report has ended; null if the descriptions leave it open. */
function isOver({ sceneFrom, clock }: History, report: KnownReport): boolean | null {
  const statuses = statusesAt(sceneFrom(clock.now()), report);
  const over = statuses.filter((status) => status === 'COMPLETED' || status === 'EXPIRED');
  return over.length === 0 ? false : over.length === statuses.length ? true : null;
}

function tenantOf({ tenants }: History, { call }: KnownReport): Tenant {
  const found = tenants.find(({ account }) => account === call.account);
  must(found !== undefined, `nobody has ${call.account}`);
  return found;
}
