/** Asks for page after page, and returns the IMEIs of all. */
export async function collectPages(query, txid) {
  const imeis = [];
  for (let after = null; ;) {
    const { data } = await query('page', { txid, after });
    const { edges, pageInfo } = data.aggregatedReportRequest.usage;
    imeis.push(...edges.map(({ node }) => node.imei));
    if (!pageInfo.hasNextPage) return imeis;
    after = pageInfo.endCursor;
  }
}
