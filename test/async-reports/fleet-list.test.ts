import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTokenIssuer } from '../support/world/token-issuer.ts';
import { ACCOUNT, codesOf, imeisOf, startAsyncWorld, WINDOW, type AsyncWorld } from '../support/world/async-world.ts';
import { createUpload, requestFleet, uploadList } from '../support/world/fleet-world.ts';

const LIST = `query ($first: Int, $after: String) {
  fleetReports(first: $first, after: $after) {
    nodes { id status requestedDevices window { start } missing { totalCount } parts { txid } }
    edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage endCursor }
    totalCount
  }
}`;

interface Listed {
  readonly nodes: readonly { readonly id: string; readonly requestedDevices: number }[];
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly endCursor: string };
  readonly totalCount: number;
}

describe('the list of fleet reports', () => {
  let at: AsyncWorld;
  /** Newest first. */
  const ids: string[] = [];

  beforeAll(async () => {
    at = await startAsyncWorld();
    for (const count of [1, 2, 3]) {
      ids.unshift((await requestFleet(at.world, await uploadList(at.world, imeisOf(count)))).id);
      at.world.clock.advance(1_000);
    }
  });
  afterAll(() => at.close());

  const list = async (variables: Record<string, unknown> = {}): Promise<Listed> => {
    const { data, errors } = await at.world.query(LIST, variables);
    expect(errors).toEqual([]);
    return (data as { fleetReports: Listed }).fleetReports;
  };

  test('has every report of the account, newest first, with the fields of each', async () => {
    const { nodes, pageInfo, totalCount } = await list();
    expect(nodes.map(({ id }) => id)).toEqual(ids);
    expect(nodes.map(({ requestedDevices }) => requestedDevices)).toEqual([3, 2, 1]);
    expect(nodes[0]).toMatchObject({ window: { start: WINDOW.startDate }, missing: { totalCount: 3 } });
    expect(pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
    expect(totalCount).toBe(3);
  });

  test('shows each report as the field for one report does', async () => {
    const one = `query ($id: ID!) { fleetReport(id: $id) { id status requestedDevices window { start } missing { totalCount } parts { txid } } }`;
    await expect
      .poll(async () => {
        const { nodes } = await list();
        const { data } = await at.world.query(one, { id: ids[0] });
        const { fleetReport } = data as { fleetReport: Listed['nodes'][number] & { readonly parts: unknown[] } };
        return fleetReport.parts.length === 1 && JSON.stringify(nodes[0]) === JSON.stringify(fleetReport);
      })
      .toBe(true);
  });

  test('has pages that do not move when another report is requested', async () => {
    const first = await list({ first: 2 });
    expect(first.edges.map(({ node }) => node.id)).toEqual(ids.slice(0, 2));
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, endCursor: first.edges[1]?.cursor });
    ids.unshift((await requestFleet(at.world, await uploadList(at.world, imeisOf(4)))).id);
    const rest = await list({ first: 2, after: first.pageInfo.endCursor });
    expect(rest.nodes.map(({ id }) => id)).toEqual(ids.slice(3));
    expect(rest).toMatchObject({ pageInfo: { hasNextPage: false, hasPreviousPage: true }, totalCount: 4 });
  });

  test('rejects a page that is too long, and the cursor of another list', async () => {
    for (const first of [0, 101]) expect(codesOf(await at.world.query(LIST, { first }))).toEqual(['BAD_USER_INPUT']);
    await at.request(imeisOf(1));
    const { data } = await at.world.query('{ aggregatedReportRequests(first: 1) { edges { cursor } } }');
    const [edge] = (data as { aggregatedReportRequests: Pick<Listed, 'edges'> }).aggregatedReportRequests.edges;
    expect(codesOf(await at.world.query(LIST, { after: edge?.cursor }))).toEqual(['BAD_USER_INPUT']);
  });

  test('counts a database read for every 200 parts that its reports can have, and the parts of all of them', async () => {
    const rejected = await at.world.query(
      '{ fleetReports(first: 10) { nodes { parts { usage { nodes { imei } } } } } }',
    );
    expect(codesOf(rejected)).toEqual(['BUDGET_EXCEEDED']);
    // Six for the ten reports, and one for each of their thousand parts.
    expect(rejected.errors[0]?.extensions).toMatchObject({ cost: 1_006 });
    expect(codesOf(await at.world.query('{ fleetReports(first: 10) { nodes { usage { nodes { imei } } } } }'))).toEqual(
      [],
    );
  });
});

test('the list of fleet reports has those of the accounts that the token lists, whoever requested them', async () => {
  const issuer = await startTokenIssuer();
  const at = await startAsyncWorld({ config: { tokens: issuer.config } });
  const toClient = (claims: Record<string, unknown>) => ({
    query: async (document: string, variables: Record<string, unknown> = {}) =>
      at.world.query(document, variables, {
        headers: { Authorization: `Bearer ${await issuer.token(at.world.clock.now(), claims)}` },
      }),
  });
  const anne = toClient({ sub: 'anne', accounts: [ACCOUNT] });
  const { id, url } = await createUpload(anne);
  const authorization = `Bearer ${await issuer.token(at.world.clock.now(), { sub: 'anne', accounts: [ACCOUNT] })}`;
  expect(
    (await fetch(url, { method: 'PUT', body: imeisOf(2).join('\n'), headers: { Authorization: authorization } }))
      .status,
  ).toBe(200);
  const fleet = await requestFleet(anne, id);
  const list = (account: string) => `{ fleetReports${account} { nodes { id } totalCount } }`;
  for (const sub of ['anne', 'ben'])
    expect((await toClient({ sub, accounts: [ACCOUNT] }).query(list(''))).data).toEqual({
      fleetReports: { nodes: [{ id: fleet.id }], totalCount: 1 },
    });
  const other = toClient({ sub: 'anne', accounts: ['0742644905-00001'] });
  expect((await other.query(list(''))).data).toEqual({ fleetReports: { nodes: [], totalCount: 0 } });
  expect(codesOf(await other.query(list(`(accountNumber: "${ACCOUNT}")`)))).toEqual(['FORBIDDEN']);
  await at.close();
  await issuer.close();
});
