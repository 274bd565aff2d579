// What every client has to do, whatever its interface. Each check fails by throwing.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

const WEEKS = [daysAgo(20, 14), daysAgo(12, 6)];

function daysAgo(start, end) {
  const day = (count) => new Date(Date.now() - count * 86_400_000).toISOString().slice(0, 10);
  return { startDate: day(start), endDate: day(end) };
}

export const CHECKS = {
  async query({ query }, { proxy }) {
    proxy.take();
    const { data, errors } = await query('stored', {});
    assert.deepEqual(errors, []);
    assert.equal(typeof data.aggregatedReportRequests.totalCount, 'number');
  },

  async variables({ query }, { devices, ask }) {
    const [busiest] = await devices();
    const input = { imei: [busiest], ...WEEKS[0] };
    const { data, errors } = await query('usage', { input });
    assert.deepEqual(errors, []);
    const truth = await ask(
      'query ($input: AggregatedReportInput!) { aggregatedReport(input: $input) { usage { imei bytesTransferred } } }',
      { input },
    );
    const { usage } = data.aggregatedReport;
    assert.deepEqual(
      usage.map(({ imei, bytesTransferred }) => ({ imei, bytesTransferred })),
      truth.data.aggregatedReport.usage,
    );
    // More than an Int can hold.
    assert.ok(usage[0].bytesTransferred > 2 ** 31);
  },

  async errors({ query }, { known }) {
    const { data, errors } = await query('faulty', { known, unknown: '123456789012345' });
    assert.equal(errors.length, 1);
    assert.equal(errors[0].extensions.code, 'UPSTREAM_NOT_FOUND');
    assert.deepEqual(errors[0].path, ['sessionsReport']);
    // One report failed, and the other is there all the same.
    assert.equal(data.device.imei, known);
    assert.equal(data.sessionsReport, null);
  },

  /**
   * `persisted` returns the query function of a client that sends hashes. A client that `trusts` sends nothing else, so it needs a
   * server with its documents; any other has to work with every server.
   */
  async persisted({ persisted, trusts = false }, world) {
    const { registering, known } = world;
    for (const server of trusts ? [registering] : [world, registering]) {
      const { proxy } = server;
      const query = await persisted(server);
      proxy.take();
      for (const week of WEEKS) {
        const { data, errors } = await query('usage', { input: { imei: [known], ...week } });
        assert.deepEqual(errors, []);
        assert.equal(data.aggregatedReport.usage[0].imei, known);
      }
      const sent = proxy.take().map(({ url, body }) => decodeURIComponent(url).replaceAll('+', ' ') + body);
      const last = sent.at(-1);
      assert.match(sent[0], /sha256Hash|documentId/);
      // The server of the second kind knows the text by then.
      assert.equal(last.includes('query Usage'), server !== registering);
    }
  },

  async subscription({ subscribe }, { startReport, known }) {
    const txid = await startReport([known]);
    const statuses = [];
    for await (const { aggregatedReportProgress: report } of await subscribe('progress', { txid })) {
      assert.equal(report.txid, txid);
      statuses.push(report.status);
    }
    assert.equal(statuses.at(-1), 'COMPLETED');
  },

  /** `pages` returns all rows of a report, as the client joins its pages. */
  async paging({ pages }, { finishedReport }) {
    const { txid, imeis } = await finishedReport();
    assert.ok(imeis.length > 200);
    assert.deepEqual((await pages(txid)).sort(), imeis);
  },

  /** `cached` returns what the cache of the client has, without a request. */
  async cache({ query, cached }, { known, ask, proxy }) {
    const text =
      'query ($imei: IMEI!, $startDate: ReportDate!, $endDate: ReportDate!) { device(imei: $imei) { usage(startDate: $startDate, endDate: $endDate) { bytesTransferred } } }';
    const truths = [];
    for (const week of WEEKS) {
      const variables = { imei: known, ...week };
      assert.deepEqual((await query('windows', variables)).errors, []);
      truths.push((await ask(text, variables)).data.device.usage.bytesTransferred);
    }
    assert.notEqual(truths[0], truths[1]);
    proxy.take();
    for (const [at, week] of WEEKS.entries()) {
      const data = await cached('windows', { imei: known, ...week });
      assert.equal(data.device.usage.bytesTransferred, truths[at]);
    }
    assert.deepEqual(proxy.take(), []);
  },

  /** `start` sends a query, and returns a function that cancels it. A client without HTTP requests has a check of its own. */
  async cancel({ start, cancel: cancelItself }, world) {
    if (cancelItself !== undefined) return cancelItself(world);
    const { proxy, known } = world;
    proxy.take();
    proxy.hold(true);
    try {
      const cancel = await start('usage', { input: { imei: [known], ...daysAgo(40, 30) } });
      while (proxy.requests.length === 0) await sleep(10);
      const [{ left }] = proxy.take();
      cancel();
      await Promise.race([
        left,
        sleep(5_000, null, { ref: false }).then(() => assert.fail('the request was still open after five seconds')),
      ]);
    } finally {
      proxy.hold(false);
    }
  },
};
